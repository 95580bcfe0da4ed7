// Schedule: whose turn it is to move, so that at most two Layers move at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "overlay/scene.h"

namespace xb::overlay {

struct Movement {
  LayerName layer = LayerName::nameplate;
  std::uint64_t key = 0;  // which of the layer's; the same one is named at every look
  SessionTime due;        // when what causes it happened
  Duration length{};
  // What the operator commands begins when it is due. Others wait for their turn, for `patience` at
  // most: then what they announce is there without a motion.
  bool is_commanded = false;
  Duration patience{};
  Duration spacing{};  // at least so long after the layer's last one of this kind began; 0: none
};

// When a movement runs; at rest from `end` on, which comes early when a command needs the turn.
struct Turn {
  SessionTime begin;
  SessionTime end;
};
inline constexpr Turn still_waiting{SessionTime::max(), SessionTime::max()};

// The order is that of the times things were due, never that of looks: however often it is asked,
// the same movements get the same turns. Thread: one at a time.
class Schedule {
 public:
  // All movements known at `now`; what was named before, or is not due yet, may be named again.
  void advance(std::vector<Movement> known, SessionTime now);
  // `still_waiting` before its turn; over long ago when it is unknown or forgotten.
  Turn turn_of(LayerName layer, std::uint64_t key) const;
  // When a turn may come without anything new; SessionTime::max() when nobody waits.
  SessionTime next_change() const;

 private:
  struct Entry {
    Movement movement;
    Turn turn = still_waiting;
  };

  void serve(SessionTime until);
  void serve_waiting(SessionTime at);
  bool may_begin(const Entry& entry, SessionTime at) const;
  void cut_one_decoration(LayerName commanded, SessionTime at);
  std::vector<LayerName> moving(SessionTime at) const;
  SessionTime earliest_of_waiting() const;

  std::vector<Entry> entries_;  // in the order of `due`
  SessionTime served_ = SessionTime::min();
};

}  // namespace xb::overlay
