// Counting frames and samples is exact.
// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace xb {
namespace {

constexpr Rate ntsc{30000, 1001};
// ten hours at 30000/1001
constexpr std::int64_t ten_hours = 1'078'921;

TEST(Time, frame_and_time_agree_for_ten_hours_at_30000_1001) {
  for (std::int64_t n = 0; n <= ten_hours; ++n) {
    const FrameNumber frame{n};
    const auto time = time_of(frame, ntsc);
    const auto exact = static_cast<__int128_t>(n) * 1001 * ns_per_second / 30000;
    ASSERT_EQ(time.time_since_epoch().count(), static_cast<std::int64_t>(exact));
    // rounded down to the nanosecond: one later is inside the frame
    ASSERT_EQ(frame_at(time + Duration(1), ntsc), frame);
    if (n > 0) {
      ASSERT_EQ(frame_at(time - Duration(1), ntsc), FrameNumber{n - 1});
    }
  }
}

TEST(Time, sound_of_consecutive_frames_tiles_without_gap_for_ten_hours) {
  std::int64_t sum = 0;
  for (std::int64_t n = 0; n < ten_hours; ++n) {
    const auto length = sample_of({n + 1}, ntsc).value - sample_of({n}, ntsc).value;
    ASSERT_TRUE(length == 1601 || length == 1602) << n;
    sum += length;
  }
  EXPECT_EQ(sum, sample_of({ten_hours}, ntsc).value);
  EXPECT_EQ(sample_of({30000}, ntsc).value, 1001 * sample_rate);
}

TEST(Time, whole_rates_come_out_even) {
  EXPECT_EQ(time_of(FrameNumber{30}, {30, 1}), SessionTime(std::chrono::seconds(1)));
  EXPECT_EQ(frame_at(SessionTime(std::chrono::hours(10)), {25, 1}).value, 900'000);
  EXPECT_EQ(sample_of({1}, {25, 1}).value, 1920);
}

TEST(Time, samples_and_time_agree) {
  for (const std::int64_t n : {0LL, 1LL, 47'999LL, 48'000LL, 1'728'000'001LL}) {
    const auto time = time_of(SampleCount{n});
    EXPECT_EQ(sample_at(time + Duration(1)).value, n);
  }
  EXPECT_EQ(time_of(SampleCount{48'000 * 36'000LL}), SessionTime(std::chrono::hours(10)));
}

TEST(Time, ten_days_at_a_thousand_frames_do_not_overflow) {
  const FrameNumber far{864'000'000};
  EXPECT_EQ(time_of(far, {1000, 1}), SessionTime(std::chrono::hours(240)));
  EXPECT_EQ(frame_at(time_of(far, {1000, 1}), {1000, 1}), far);
}

TEST(Time, milliseconds_round_towards_zero) {
  EXPECT_EQ(to_ms(Duration(1'999'999)), 1);
  EXPECT_EQ(from_ms(2), Duration(2'000'000));
}

}  // namespace
}  // namespace xb
