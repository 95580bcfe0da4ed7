// Tenths of a second, and how long ago each thing was.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sound_level.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/time.h"

namespace xb::capture {
namespace {

constexpr int tenth = static_cast<int>(sample_rate / 10);
constexpr float heard = 0.000316F;  // -70 dBFS
constexpr float loud = 0.02F;       // -34 dBFS
constexpr float full = 0.998F;
constexpr int full_run = 3;
constexpr int silent_after = 15;
constexpr int low_at_first = 20;
constexpr int low_after = 100;
constexpr int clipped_for = 50;
constexpr std::uint32_t last_twenty = (1U << 20U) - 1;
constexpr int long_ago = 1'000'000;

}  // namespace

void SoundLevel::add(std::span<const float> stereo) {
  for (std::size_t i = 0; i + 1 < stereo.size(); i += 2) {
    const float level = std::max(std::abs(stereo[i]), std::abs(stereo[i + 1]));
    if (level > peak_) peak_ = level;
    full_in_a_row_ = level >= full ? full_in_a_row_ + 1 : 0;
    has_clipped_ = has_clipped_ || full_in_a_row_ >= full_run;
    if (++samples_ == tenth) end_tenth();
  }
}

void SoundLevel::end_tenth() {
  seen_ = std::min(seen_ + 1, long_ago);
  since_heard_ = peak_ >= heard ? 0 : std::min(since_heard_ + 1, long_ago);
  since_loud_ = peak_ >= loud ? 0 : std::min(since_loud_ + 1, long_ago);
  since_clipped_ = has_clipped_ ? 0 : std::min(since_clipped_ + 1, long_ago);
  was_loud_ = was_loud_ || peak_ >= loud;
  clipped_ = clipped_ << 1U | (has_clipped_ ? 1U : 0U);
  if (std::popcount(clipped_ & last_twenty) >= 2) is_clipping_ = true;
  if (since_clipped_ >= clipped_for) is_clipping_ = false;
  samples_ = 0;
  peak_ = 0;
  has_clipped_ = false;
}

std::optional<LevelFault> SoundLevel::fault() const {
  if (since_heard_ >= silent_after) return LevelFault::silent;
  if (is_clipping_) return LevelFault::clipped;
  if (since_heard_ > 0 || seen_ < low_at_first) return std::nullopt;
  if (since_loud_ >= (was_loud_ ? low_after : low_at_first)) return LevelFault::low;
  return std::nullopt;
}

}  // namespace xb::capture
