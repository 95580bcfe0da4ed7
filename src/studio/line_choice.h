// LineChoice: which messages the picture shows when more are said than anybody can read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "overlay/values.h"

namespace xb::studio {

// At most five new ones in any second. Up to there each is shown at once; beyond it one waits for
// its turn, a fifth of a second after the one before, and of all that were said meanwhile each has
// the same chance to be it, whoever said it. The same messages at the same times choose the same.
//
// Thread: one at a time.
class LineChoice {
 public:
  // The message, when it may be shown at once; otherwise it may be what due() gives.
  std::optional<overlay::ChatLine> offer(overlay::ChatLine line);
  // The one that waited, once its turn has come; it arrives now.
  std::optional<overlay::ChatLine> due(SessionTime now);
  // They were taken away before they were shown.
  void take_off(const std::vector<std::uint64_t>& sequences);

 private:
  bool is_room(SessionTime now) const;
  void note_shown(SessionTime now);

  std::deque<SessionTime> shown_;  // when the last five were
  std::optional<overlay::ChatLine> waiting_;
  bool is_crowd_ = false;      // until a turn passes that nobody waits for
  std::uint32_t offered_ = 0;  // for this turn
  std::mt19937 dice_;
};

}  // namespace xb::studio
