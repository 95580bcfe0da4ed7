// Ease: how much effort the encoders may make on a machine that does not keep up.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "output/effort.h"

namespace xb::studio {

// What is seen of the machine.
struct EaseLook {
  std::uint64_t lost = 0;  // all frames lost so far (Starvation::lost_of), without those eased away
  double share = 0;  // of a frame's time that the slowest encoder takes, at the present effort
};

// One step down when frames were lost in most half seconds of the last two; a burst alone is a
// hiccup. One step up after some seconds without a loss, where the encoders have room for it; a
// step up that was too much makes the next one wait longer, up to 10 s. Pure.
class Ease {
 public:
  // To be called some times in each half second.
  output::Effort look(const EaseLook& seen, MonoTime now);
  output::Effort effort() const { return effort_; }

 private:
  void turn_slot(MonoTime now);
  bool is_too_much() const;
  void step(output::Effort to, MonoTime now);

  static constexpr std::size_t slots = 4;
  output::Effort effort_ = output::Effort::usual;
  std::optional<std::uint64_t> lost_;
  std::array<std::uint64_t, slots> lost_in_{};  // of the last half seconds; the first is now
  MonoTime slot_;                               // began
  MonoTime stepped_;
  MonoTime last_loss_;
  Duration calm_;  // that is asked for before a step up
  bool has_climbed_ = false;
};

}  // namespace xb::studio
