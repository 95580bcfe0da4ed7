// What a stored event is, read off its text without building anything of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "chat/event.h"

namespace xb::review {

// Views into the text. What is nested in another value is passed over; of a key that comes twice
// the last one counts.
struct EventGlance {
  chat::Kind kind = chat::Kind::chat;
  std::optional<std::string_view> text;  // nothing: none, or it has escapes and must be read
  bool is_hidden = false;
  bool is_hosts = false;
};

// One pass, at most some hundred nanoseconds a message: searching for each key apart took five
// times as long. What is no message is read up to its kind. Nothing where the kind cannot be told:
// a foreign file may hold anything. Pure.
std::optional<EventGlance> event_at_a_glance(std::string_view json);

// The sum of the spans in the last `"repeated":[[273,275],[280,281]]` of a paint Entry.
std::int64_t repeated_frames(std::string_view json);

}  // namespace xb::review
