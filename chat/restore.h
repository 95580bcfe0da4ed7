// What the chat room goes on with after a restart, rebuilt from stored events.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/counter.h"
#include "chat/numbered.h"

namespace xb::chat {

struct EventKey {
  std::string platform;
  std::string id;
  Kind kind = Kind::chat;
};

// Somebody whose messages are not shown for so long.
struct Muted {
  std::string platform;
  std::string user_id;
  Duration left{};
};

struct LastHeard {
  std::string platform;
  WallTime at;
};

// Everything the Desk knows when it starts.
struct Restored {
  CounterState counter;
  std::vector<EventKey> known;  // committed long since, oldest first: they would be repeats
  std::vector<Muted> muted;
  std::vector<NumberedRef> events;   // committed, oldest first, rising numbers; the tail is enough
  std::uint64_t next = 1;            // the next number: above every one ever sent
  std::uint64_t reserved_below = 1;  // numbers below may be used at once
  std::vector<LastHeard> heard;      // of platforms, in the Session before
};

// Reads the stored JSON of one Entry ({"seq":N,...event}) back.
Result<NumberedRef> stored_event(std::string_view json);

// Folds `events` (those `checkpoint` does not know, oldest first) again. `reserved_below` is
// the durable mark: after a crash every number below it may have been sent and is passed over; a
// clean end has set it back to the next unused one.
Restored rebuild(CounterState checkpoint, std::vector<NumberedRef> events,
                 std::uint64_t reserved_below);

}  // namespace xb::chat
