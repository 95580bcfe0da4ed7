// Reading: what came out of one message of a platform. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "chat/event.h"

namespace xb::chat {

// One message may hold several events and things we do not know; a wrong one never takes the others
// with it.
struct Reading {
  std::vector<ChatEvent> events;  // checked and cleaned
  std::vector<Error> refused;     // what was no event although it should have been
  std::uint64_t ignored = 0;      // kinds of messages we have no use for

  // Checks and cleans `raw`, whose texts came from outside.
  void add(const ChatEvent& raw);
  void refuse(std::string what);
  void refuse(Error why) { refused.push_back(std::move(why)); }
};

// The same check for one event: limits, types, what its kind needs, texts cleaned. Error
// event_invalid.
Result<ChatEvent> checked(const ChatEvent& raw);

// `units` of 1/`per_whole` as a decimal string without needless zeros: 29900, 1000 -> "29.9".
std::string decimal_of(std::int64_t units, std::int64_t per_whole);

// Unix milliseconds of an RFC 3339 time ("2026-01-02T03:04:05.000000006Z"); nothing when it is
// none.
std::optional<std::int64_t> unix_ms_of(std::string_view rfc3339);

}  // namespace xb::chat
