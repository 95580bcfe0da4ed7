// Poses: each motion at the moments worth looking at, side by side, for goldens and for eyes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <span>
#include <vector>

#include "scenes.h"

namespace xb::overlay::testing {

// What happens at 60 s, and the moments after it (in ms) that are looked at.
struct PoseCase {
  const char* name;
  CanvasSize size;
  cv::Rect part;  // of the picture
  Look (*before)();
  void (*change)(Look& look);
  std::vector<int> moments;
};

std::span<const PoseCase> pose_cases();
// All moments of a case in rows, each `scale` of its size, with its time.
cv::Mat sheet_of(const PoseCase& shown, const std::string& theme, double scale, int columns);

}  // namespace xb::overlay::testing
