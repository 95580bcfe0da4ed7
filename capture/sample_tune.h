// The sound of the built-in scene: an original tune on five notes over a soft brook, as a loop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace xb::capture {

// 19.2 s, interleaved stereo float at 48 kHz; the end joins the beginning. Peaks between -20 and
// -12 dBFS. The same samples each time.
std::vector<float> sample_tune();
inline constexpr int sample_tune_samples = 921'600;  // 900 blocks of 1024

}  // namespace xb::capture
