// Starvation: whether the machine keeps up, told from the frames it lost.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace xb::studio {

// One late frame is nothing; more than a few within some seconds are. It is over only after a long
// time without any, so that the overlay does not change its manner to and fro. Pure.
class Starvation {
 public:
  // `lost`: all frames lost so far (missed, skipped, starved).
  bool look(std::uint64_t lost, MonoTime now);

 private:
  std::optional<std::uint64_t> lost_;
  std::uint64_t in_window_ = 0;
  MonoTime window_;  // began
  MonoTime last_loss_;
  bool is_starved_ = false;
};

}  // namespace xb::studio
