// When the overlay goes quiet because the machine does not keep up, and when it is over.
// SPDX-License-Identifier: Apache-2.0
#include "studio/starvation.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

MonoTime at_s(std::int64_t s) {
  return MonoTime(std::chrono::seconds(s));
}

TEST(Starvation, takes_no_notice_of_what_was_lost_before_or_of_a_late_frame_now_and_then) {
  Starvation starvation;
  EXPECT_FALSE(starvation.look(500, at_s(100)));
  for (int s = 101; s < 400; ++s) {
    EXPECT_FALSE(starvation.look(500 + static_cast<std::uint64_t>(s - 100), at_s(s)));
  }
}

TEST(Starvation, notices_many_lost_frames_within_seconds) {
  Starvation starvation;
  starvation.look(0, at_s(100));
  EXPECT_FALSE(starvation.look(5, at_s(101)));
  EXPECT_TRUE(starvation.look(12, at_s(102)));
}

TEST(Starvation, is_not_told_of_a_lid_that_was_shut) {
  Starvation starvation;
  ProgramCounters counters;
  starvation.look(Starvation::lost_of(counters), at_s(100));
  counters.missed = counters.stood_still = 240;
  EXPECT_FALSE(starvation.look(Starvation::lost_of(counters), at_s(108)));
  counters.missed += 2;
  EXPECT_FALSE(starvation.look(Starvation::lost_of(counters), at_s(109)));
  counters.missed += 8;
  EXPECT_TRUE(starvation.look(Starvation::lost_of(counters), at_s(110)));
}

TEST(Starvation, is_over_only_half_a_minute_after_the_last_loss) {
  Starvation starvation;
  starvation.look(0, at_s(100));
  EXPECT_TRUE(starvation.look(50, at_s(101)));
  EXPECT_TRUE(starvation.look(51, at_s(120)));
  EXPECT_TRUE(starvation.look(51, at_s(149)));
  EXPECT_FALSE(starvation.look(51, at_s(150)));
}

}  // namespace
}  // namespace xb::studio
