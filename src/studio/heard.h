// Heard: the messages said last, so that one of them can be pinned; and whose were taken away.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "chat/counter.h"
#include "chat/event.h"
#include "overlay/values.h"

namespace xb::studio {

// The last 1000 messages. Thread: any (the chat adds, the floor pins).
class Heard {
 public:
  // Of a message: remembers it. Of a moderation: the numbers of those it takes away.
  std::vector<std::uint64_t> add(const chat::ChatEvent& event, chat::Sender sender,
                                 std::uint64_t sequence);
  // The platform of the message with this number, also of one that was taken away; nothing when it
  // is not among the last 1000.
  std::optional<std::string> platform_of(std::uint64_t sequence) const;
  // The message with this number, to be pinned now; nothing when it is not known or taken away.
  std::optional<overlay::ChatLine> pin(std::uint64_t sequence, SessionTime now);
  // One that a hand hid, and that is hidden still.
  struct Hidden {
    std::uint64_t sequence = 0;
    std::string name;
    std::string text;
    std::string by;
    std::string why;
  };
  // The last 20 of those, oldest first.
  std::vector<Hidden> hidden() const;
  // The message pinned last has been taken away since, however long ago it was said.
  bool is_pinned_gone() const;

 private:
  struct Said {
    overlay::ChatLine line;
    std::string platform, id, user, name;
    bool is_gone = false;
  };
  static bool is_all_of(const Said& said, const chat::ChatEvent& moderation);

  void note_hidden(const Said& said, const chat::Own& own);

  mutable std::mutex mutex_;  // guards all below
  std::deque<Said> said_;
  std::deque<Hidden> hidden_;
  Said pinned_;
};

}  // namespace xb::studio
