// The lines of Twitch's IRC to ChatEvents. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/reading.h"

namespace xb::chat {

inline constexpr std::string_view twitch = "twitch";

struct IrcLine {
  std::map<std::string, std::string, std::less<>> tags;  // unescaped
  std::string nick;                                      // of the prefix, up to its '!'
  std::string command;
  std::vector<std::string> parameters;  // the trailing one last
  bool has_trailing = false;

  std::string tag(std::string_view name) const;
  // Of index `at`; empty when there are fewer.
  std::string_view parameter(std::size_t at) const;
};
// Nothing when it is no IRC line. Limits: 16 KiB, 100 tags, 50 parameters.
std::optional<IrcLine> parse_irc(std::string_view line);

// The lines of one text frame, without their ends; empty ones are left out.
std::vector<std::string_view> irc_lines(std::string_view frame);

// What the audience did in `channel` ("#name").
Reading read_twitch(const IrcLine& line, std::string_view channel);

}  // namespace xb::chat
