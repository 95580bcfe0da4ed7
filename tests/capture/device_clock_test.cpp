// Stamps of live sources under jitter, bursts, stalls and jumps.
// SPDX-License-Identifier: Apache-2.0
#include "capture/device_clock.h"

#include <gtest/gtest.h>

#include <random>

namespace xb::capture {
namespace {

SessionTime at_ms(double ms) {
  return SessionTime(Duration(static_cast<std::int64_t>(ms * 1e6)));
}
Duration ms(double value) {
  return Duration(static_cast<std::int64_t>(value * 1e6));
}

TEST(DeviceClock, keeps_the_rhythm_of_the_source_under_jitter) {
  DeviceClock clock;
  std::mt19937 random(1);
  SessionTime last{};
  for (int i = 0; i < 3000; ++i) {
    const double device = i * 33.333;
    const auto stamped =
        clock.stamp(ms(device), at_ms(5000 + device + static_cast<int>(random() % 20)));
    if (i > 300) {
      EXPECT_NEAR(static_cast<double>((stamped.time - last).count()) / 1e6, 33.333, 0.1);
      EXPECT_FALSE(stamped.is_after_jump);
    }
    last = stamped.time;
  }
  EXPECT_NEAR(static_cast<double>(clock.jitter().count()) / 1e6, 19, 2);
}

TEST(DeviceClock, follows_a_drifting_device) {
  DeviceClock clock;
  double arrival = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double device = i * 33.333;
    arrival = device * 1.0002;  // the device is slow by 200 ppm: 133 ms in 11 minutes
    const auto stamped = clock.stamp(ms(device), at_ms(arrival));
    EXPECT_NEAR(static_cast<double>((stamped.time - at_ms(arrival)).count()) / 1e6, 0, 3);
    EXPECT_FALSE(i > 0 && stamped.is_after_jump);
  }
}

TEST(DeviceClock, forgets_the_burst_of_a_stream_just_opened) {
  DeviceClock clock;
  for (int i = 0; i < 45; ++i) clock.stamp(ms(i * 33.3), at_ms(2000 + i));  // 1.5 s at once
  double late = 0;
  for (int i = 45; i < 300; ++i) {
    const auto stamped = clock.stamp(ms(i * 33.3), at_ms(2045 + (i - 45) * 33.3));
    late = static_cast<double>((stamped.time - at_ms(2045 + (i - 45) * 33.3)).count()) / 1e6;
  }
  EXPECT_LT(late, 110);
}

TEST(DeviceClock, nearly_all_pieces_come_before_their_time_when_sound_is_bundled) {
  // MPEG-TS: sound of 0.19 s comes in one packet, pictures come singly
  DeviceClock clock;
  int late = 0;
  for (int i = 0; i < 2000; ++i) {
    const double now = i * 21.333;
    const double bundled = (i / 9 + 1) * 9 * 21.333;
    const auto sound = clock.stamp(ms(now), at_ms(bundled));
    if (i > 200 && sound.time + ms(46) < at_ms(bundled)) ++late;
    EXPECT_FALSE(i > 200 && sound.is_after_jump);
  }
  EXPECT_EQ(late, 0);
}

TEST(DeviceClock, sets_itself_anew_when_the_source_jumps_either_way) {
  DeviceClock clock;
  double arrival = 0;
  for (const double start : {0.0, 100'000.0, 3'000.0}) {
    for (int i = 0; i < 100; ++i) {
      arrival += 33.3;
      const auto stamped = clock.stamp(ms(start + i * 33.3), at_ms(arrival));
      EXPECT_NEAR(static_cast<double>((stamped.time - at_ms(arrival)).count()) / 1e6, 0, 1);
      EXPECT_EQ(stamped.is_after_jump, i == 0 && start > 0);
    }
  }
  EXPECT_EQ(clock.jumps(), 2U);
}

}  // namespace
}  // namespace xb::capture
