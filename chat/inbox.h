// Inbox: has this event been here before? Bounded memory of event ids, restorable after a restart.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "chat/event.h"

namespace xb::chat {

enum class Seen : std::uint8_t { fresh = 1, pending, committed, failed };

struct Sighting {
  Seen seen = Seen::fresh;
  std::uint64_t sequence = 0;  // of the first time, unless fresh
};

// Ids of a platform. What is counted is remembered apart, so that a flood of chat cannot push a
// follow out and let its repeat count again.
struct InboxLimits {
  std::size_t ids = 16'384;     // what is said: three seconds of a flood of 5000 events a second
  std::size_t people = 32'768;  // follows, unfollows and totals
  std::size_t values = 16'384;  // gifts, likes and all else that has a worth
  std::size_t platforms = 32;
};

// Merges the events of all platforms into one stream without repeats (reconnects replay the last
// seconds). The key is (platform, event id); an event without id is always fresh.
//
// Thread: chat. Cost: one hash lookup an event.
class Inbox {
 public:
  explicit Inbox(InboxLimits limits = {}) : limits_(limits) {}
  // Error event_invalid when there are too many platforms.
  Result<Sighting> look_up(const ChatEvent& event);
  // Remembers; the oldest id of the platform and its sort is forgotten when there are too many.
  // Where there is no memory for it (std::bad_alloc) it is not remembered.
  void remember(const ChatEvent& event, std::uint64_t sequence, Seen seen);
  // Takes back what was just remembered: it is fresh again.
  void forget(const ChatEvent& event);
  // Its Entry was committed, or could not be. Nothing happens when the id is forgotten by now.
  void settle(const ChatEvent& event, Seen seen);
  std::size_t size() const;

 private:
  struct Platform {
    std::unordered_map<std::string, Sighting> known;
    std::array<std::deque<std::string>, 3> order;  // by sort: said, people, values
  };
  InboxLimits limits_;
  std::map<std::string, Platform, std::less<>> platforms_;
};

}  // namespace xb::chat
