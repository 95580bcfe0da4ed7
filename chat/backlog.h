// Backlog: the last numbered events as finished JSON, for those who resume. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>

#include "chat/numbered.h"

namespace xb::chat {

struct BacklogLimits {
  std::size_t least =
      1000;  // kept whatever their size (an event is at most 64 KiB, as its message was)
  std::size_t most = 8192;      // events
  std::size_t bytes = 4 << 20;  // above `least`, as many as fit
};

inline constexpr std::size_t feed_frame_bytes = 64 << 10;  // of items, in one frame of the Feed

// Items of a Feed array, comma separated, and how far they reach.
struct Stretch {
  std::string items;         // {"gap":N} where numbers are missing, then events; may be empty
  std::uint64_t next = 0;    // the first number not covered
  std::uint64_t passed = 0;  // numbers told as gaps
};

// Numbers rise, but may have holes (a crash passes over what was set aside).
// Thread: chat.
class Backlog {
 public:
  explicit Backlog(std::uint64_t next, BacklogLimits limits = {}) : next_(next), limits_(limits) {}
  std::uint64_t next() const { return next_; }
  void skip_to(std::uint64_t next);
  // Its number must not be below next(). `json` is what is handed out of it.
  void add(const Numbered& event, std::string json);
  void add(const NumberedRef& event) { add(*event, event->json); }
  // Whoever comes later gets a gap in its place.
  void take_away(std::uint64_t sequence);
  // What comes from number `from` on, below `until`, until `most_bytes` are exceeded; at least one
  // event.
  Stretch from(std::uint64_t from, std::size_t most_bytes,
               std::uint64_t until = std::numeric_limits<std::uint64_t>::max()) const;
  // Bytes of all events from number `from` on.
  std::size_t bytes_from(std::uint64_t from) const;
  // When the event numbered `from` (or the next one there is) was received; MonoTime{} when none.
  MonoTime received_from(std::uint64_t from) const;
  // The number of the oldest of the newest `most` events.
  std::uint64_t first_of_last(std::uint64_t most) const;
  // Items of the newest events, oldest first: at most `most`, and as many as fit `most_bytes`.
  std::string last(std::size_t most, std::size_t most_bytes) const;
  std::size_t size() const { return places_.size(); }

 private:
  // The text alone: with its event a place would take three times as much.
  struct Place {
    std::uint64_t sequence;
    MonoTime received;
    std::string json;
    std::uint64_t offset;  // bytes of everything before
  };
  std::deque<Place>::const_iterator find(std::uint64_t from) const;
  std::deque<Place> places_;
  std::uint64_t next_;
  std::uint64_t end_offset_ = 0;
  BacklogLimits limits_;
};

}  // namespace xb::chat
