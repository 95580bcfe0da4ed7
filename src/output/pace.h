// Pace: how many of the Frames become pictures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace xb::output {

// Each needs fewer bits than the one before. Headers stay as they are, so that nobody who receives
// it has to begin anew.
enum class Pace : std::uint8_t {
  full = 1,
  half,     // every other Frame
  quarter,  // one of four
  still,    // one in two seconds: it stands, and the sound goes on
};

inline std::string_view name_of(Pace pace) {
  switch (pace) {
    case Pace::full: return "full";
    case Pace::half: return "half";
    case Pace::quarter: return "quarter";
    case Pace::still: return "still";
  }
  return "full";
}

// From one picture to the next, in Frames: an even number where it is not 1.
inline std::int64_t frames_apart(Pace pace, Rate rate) {
  switch (pace) {
    case Pace::full: return 1;
    case Pace::half: return 2;
    case Pace::quarter: return 4;
    case Pace::still: return std::max<std::int64_t>(4, 2LL * rate.num / rate.den / 2 * 2);
  }
  return 1;
}

// From one key frame to the next, in multiples of what is usual: a key frame has many bits.
inline std::int64_t key_frame_factor(Pace pace) {
  return pace == Pace::still ? 3 : pace == Pace::quarter ? 2 : 1;
}

}  // namespace xb::output
