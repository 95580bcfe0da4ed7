// The three clocks of the house as distinct types, frame and sample counting, exact conversions
// only. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace xb {

struct MonotonicEpoch {};
struct SessionEpoch {};
struct WallEpoch {};

using Duration = std::chrono::nanoseconds;
// Monotonic: never goes back; its zero means nothing.
using MonoTime = std::chrono::time_point<MonotonicEpoch, Duration>;
// SessionTime: monotonic time since the program began to tick; a Session notes where in it it
// began, and everything stored in its folder is counted from there.
using SessionTime = std::chrono::time_point<SessionEpoch, Duration>;
// Wall time, Unix milliseconds: a label for people, never used for order.
using WallTime = std::chrono::time_point<WallEpoch, std::chrono::milliseconds>;

// Frames per second as a fraction: 30/1, 30000/1001.
struct Rate {
  std::int32_t num = 30;
  std::int32_t den = 1;
  friend bool operator==(const Rate&, const Rate&) = default;
};

struct FrameNumber {
  std::int64_t value = 0;
  friend auto operator<=>(const FrameNumber&, const FrameNumber&) = default;
};

// Samples per channel at 48 000 a second.
struct SampleCount {
  std::int64_t value = 0;
  friend auto operator<=>(const SampleCount&, const SampleCount&) = default;
};

inline constexpr std::int64_t sample_rate = 48'000;
inline constexpr std::int64_t ns_per_second = 1'000'000'000;

// Exact to the nanosecond (rounded down); ten hours at 1000 fps stay far from overflow.
constexpr SessionTime time_of(FrameNumber frame, Rate rate) {
  const auto whole = frame.value / rate.num;
  const auto rest = frame.value % rate.num;
  return SessionTime(
      Duration(whole * rate.den * ns_per_second + rest * rate.den * ns_per_second / rate.num));
}
constexpr SessionTime time_of(SampleCount samples) {
  return SessionTime(Duration(samples.value / sample_rate * ns_per_second +
                              samples.value % sample_rate * ns_per_second / sample_rate));
}
// The last frame or sample that has begun at `time`.
constexpr FrameNumber frame_at(SessionTime time, Rate rate) {
  const auto ns = time.time_since_epoch().count();
  const auto period = ns_per_second * rate.den;
  return FrameNumber{ns / period * rate.num + ns % period * rate.num / period};
}
constexpr SampleCount sample_at(SessionTime time) {
  const auto ns = time.time_since_epoch().count();
  return SampleCount{ns / ns_per_second * sample_rate +
                     ns % ns_per_second * sample_rate / ns_per_second};
}
// The first sample that belongs to frame n; consecutive frames tile the sound without gap or
// overlap.
constexpr SampleCount sample_of(FrameNumber frame, Rate rate) {
  const auto whole = frame.value / rate.num;
  const auto rest = frame.value % rate.num;
  return SampleCount{whole * rate.den * sample_rate + rest * rate.den * sample_rate / rate.num};
}

constexpr std::int64_t to_ms(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}
constexpr std::int64_t to_ns(SessionTime time) {
  return time.time_since_epoch().count();
}
// With its fraction.
constexpr double in_ms(Duration d) {
  return static_cast<double>(d.count()) / 1e6;
}
constexpr Duration from_ms(std::int64_t ms) {
  return std::chrono::milliseconds(ms);
}

}  // namespace xb
