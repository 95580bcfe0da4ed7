// Starvation: whether the machine keeps up, told from the frames it lost.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "studio/program.h"

namespace xb::studio {

// One late frame is nothing; more than a few within some seconds are. It is over only after a long
// time without any, so that the overlay does not change its manner to and fro. Pure.
class Starvation {
 public:
  // `lost`: all frames lost so far.
  bool look(std::uint64_t lost, MonoTime now);
  // Of the program: missed, skipped, starved. Not those of a standstill: a lid that was shut says
  // nothing about how busy the machine is.
  static std::uint64_t lost_of(const ProgramCounters& counters);

 private:
  std::optional<std::uint64_t> lost_;
  std::uint64_t in_window_ = 0;
  MonoTime window_;  // began
  MonoTime last_loss_;
  bool is_starved_ = false;
};

}  // namespace xb::studio
