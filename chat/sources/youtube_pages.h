// The pages of YouTube's live chat to ChatEvents. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat/look.h"
#include "chat/reading.h"

namespace xb::chat {

inline constexpr std::string_view youtube = "youtube";

struct YoutubePage : Reading {
  std::string next;                     // token of the page after this one
  std::optional<std::int64_t> wait_ms;  // at least, before it is asked for
  bool is_over = false;                 // the chat has ended
  bool is_empty = true;                 // nothing was said
};
YoutubePage read_youtube_page(Look top);

// "quotaExceeded" of an answer that is no page; empty when it names none.
std::string youtube_reason(std::string_view body);

}  // namespace xb::chat
