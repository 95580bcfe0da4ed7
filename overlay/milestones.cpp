// The list, and how it goes on. SPDX-License-Identifier: Apache-2.0
#include "overlay/milestones.h"

#include <algorithm>

namespace xb::overlay {

MilestoneSpan milestones_around(std::int64_t total, const std::vector<std::int64_t>& milestones) {
  MilestoneSpan span;
  for (const std::int64_t milestone : milestones) {
    if (milestone > total) {
      span.to = milestone;
      break;
    }
    span.from = milestone;
  }
  std::int64_t decade = milestones.back();
  while (span.to == 0 && decade < INT64_MAX / 20) {
    for (const std::int64_t step : {decade, decade * 2, decade * 5, decade * 10}) {
      if (span.to == 0 && step > total) span.to = step;
      if (step <= total) span.from = std::max(span.from, step);
    }
    decade *= 10;
  }
  return span;
}

}  // namespace xb::overlay
