// Milestones: the round numbers of followers a village celebrates.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace xb::overlay {

// The milestones around `total`: the last one reached (0: none yet) and the next. Beyond the list
// they go on 1, 2, 5.
struct MilestoneSpan {
  std::int64_t from = 0;
  std::int64_t to = 0;  // 0: there is none
};
MilestoneSpan milestones_around(std::int64_t total, const std::vector<std::int64_t>& milestones);

// One that was reached, and when.
struct Milestone {
  std::int64_t followers = 0;
  SessionTime since;
};

}  // namespace xb::overlay
