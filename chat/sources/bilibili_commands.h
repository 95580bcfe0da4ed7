// The commands of Bilibili's live socket to ChatEvents. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "chat/look.h"
#include "chat/reading.h"

namespace xb::chat {

inline constexpr std::string_view bilibili = "bilibili";

// Reads the bodies of command packets of one connection, web protocol and open platform.
//
// Follows come as INTERACT_WORD, as INTERACT_WORD_V2 or as both: their id is made of person, name
// and time, so that both are one event. "Watching now" is ONLINE_RANK_COUNT; until the first of
// those came, the number who ever watched stands in for it.
class BilibiliCommands {
 public:
  Reading read(std::string_view json);
  // LOG_IN_NOTICE has come: names are masked and user ids 0.
  bool is_masked() const { return is_masked_; }
  // The open platform said that pushing for this game has stopped.
  const std::string& ended_game() const { return ended_game_; }

 private:
  bool has_online_ = false;
  bool is_masked_ = false;
  std::string ended_game_;
};

// LIVE_OPEN_PLATFORM_*; false when `command` is none of them.
bool read_bilibili_open(std::string_view command, Look data, Reading& out);

// A time in seconds as milliseconds.
std::optional<std::int64_t> ms_of_seconds(Look seconds);

}  // namespace xb::chat
