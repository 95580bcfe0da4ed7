// Curves against values of CSS cubic-bezier(), poses at given times.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/motion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace xb::overlay {
namespace {

SessionTime at_ms(std::int64_t ms) {
  return SessionTime(from_ms(ms));
}

constexpr Curve enter{0.16, 1, 0.3, 1};
constexpr Curve leave{0.7, 0, 0.84, 0};
constexpr Curve move{0.65, 0, 0.35, 1};
constexpr Curve pop{0.34, 1.56, 0.64, 1};

// Expected values: the Bezier solved in exact arithmetic with 60 halvings.
TEST(Curve, bends_as_css_does) {
  EXPECT_NEAR(enter.at(0.1), 0.494391, 1e-5);
  EXPECT_NEAR(enter.at(0.25), 0.825622, 1e-5);
  EXPECT_NEAR(enter.at(0.5), 0.971779, 1e-5);
  EXPECT_NEAR(enter.at(0.75), 0.997677, 1e-5);
  EXPECT_NEAR(enter.at(0.9), 0.999878, 1e-5);
  EXPECT_NEAR(leave.at(0.1), 0.000122, 1e-5);
  EXPECT_NEAR(leave.at(0.25), 0.002323, 1e-5);
  EXPECT_NEAR(leave.at(0.5), 0.028221, 1e-5);
  EXPECT_NEAR(leave.at(0.75), 0.174378, 1e-5);
  EXPECT_NEAR(leave.at(0.9), 0.505609, 1e-5);
  EXPECT_NEAR(move.at(0.1), 0.008943, 1e-5);
  EXPECT_NEAR(move.at(0.25), 0.070797, 1e-5);
  EXPECT_NEAR(move.at(0.5), 0.500000, 1e-5);
  EXPECT_NEAR(move.at(0.75), 0.929203, 1e-5);
  EXPECT_NEAR(move.at(0.9), 0.991057, 1e-5);
  EXPECT_NEAR(pop.at(0.1), 0.403933, 1e-5);
  EXPECT_NEAR(pop.at(0.25), 0.816289, 1e-5);
  EXPECT_NEAR(pop.at(0.5), 1.087401, 1e-5);
  EXPECT_NEAR(pop.at(0.75), 1.059647, 1e-5);
  EXPECT_NEAR(pop.at(0.9), 1.012616, 1e-5);
}

TEST(Curve, runs_straight_when_its_points_lie_on_the_line) {
  for (int i = -2; i <= 12; ++i) {
    EXPECT_NEAR(Curve().at(i / 10.0), std::clamp(i / 10.0, 0.0, 1.0), 1e-6);
  }
}

TEST(Curve, overshoots_only_when_told) {
  double highest = 0;
  for (int i = 0; i <= 1000; ++i) {
    highest = std::max(highest, pop.at(i / 1000.0));
    EXPECT_LE(enter.at(i / 1000.0), 1);
    EXPECT_GE(leave.at(i / 1000.0), 0);
  }
  EXPECT_GT(highest, 1.05);
}

Motion entrance() {
  Motion motion;
  motion.begin = at_ms(1000);
  motion.length = from_ms(480);
  motion.from.dx = 72;
  motion.from.alpha = 0;
  motion.from.right = 0.5;
  return motion;
}

TEST(Motion, waits_where_it_begins_and_rests_where_it_ends) {
  const Motion motion = entrance();
  EXPECT_EQ(motion.at(at_ms(0)), motion.from);
  EXPECT_EQ(motion.at(at_ms(1000)), motion.from);
  EXPECT_EQ(motion.at(at_ms(1480)), Pose());
  EXPECT_EQ(motion.at(at_ms(999'999)), Pose());
  const Pose half = motion.at(at_ms(1240));
  EXPECT_NEAR(half.dx, 36, 1e-6);
  EXPECT_NEAR(half.alpha, 0.5, 1e-6);
  EXPECT_NEAR(half.right, 0.75, 1e-6);
}

TEST(Motion, is_the_same_at_a_moment_however_often_it_is_looked_at) {
  Motion motion = entrance();
  motion.curve = enter;
  // 15 and 60 frames a second meet four times a second
  for (int frame = 0; frame < 15; ++frame) {
    EXPECT_EQ(motion.at(time_of(FrameNumber{frame}, {15, 1})),
              motion.at(time_of(FrameNumber{4 * frame}, {60, 1})));
  }
}

TEST(Motion, keeps_alpha_and_reveal_between_nothing_and_all_while_it_overshoots) {
  Motion motion = entrance();
  motion.curve = pop;
  bool has_overshot = false;
  for (int ms = 1000; ms < 1480; ms += 10) {
    const Pose pose = motion.at(at_ms(ms));
    EXPECT_LE(pose.alpha, 1);
    EXPECT_LE(pose.right, 1);
    has_overshot |= pose.dx < 0;
  }
  EXPECT_TRUE(has_overshot);
}

TEST(Motion, swings_there_and_back_and_loops_from_the_beginning) {
  Motion motion;
  motion.begin = at_ms(100);
  motion.length = from_ms(800);
  motion.to.alpha = 0.35;
  motion.repeat = Repeat::swing;
  EXPECT_NEAR(motion.at(at_ms(500)).alpha, 0.675, 1e-9);
  EXPECT_NEAR(motion.at(at_ms(900)).alpha, 0.35, 1e-9);
  EXPECT_NEAR(motion.at(at_ms(1300)).alpha, 0.675, 1e-9);
  EXPECT_NEAR(motion.at(at_ms(1700)).alpha, 1, 1e-9);
  motion.repeat = Repeat::loop;
  EXPECT_NEAR(motion.at(at_ms(1300)).alpha, 0.675, 1e-9);
  EXPECT_NEAR(motion.at(at_ms(900)).alpha, 1, 1e-9);
}

TEST(Motion, is_over_at_once_without_a_length) {
  Motion motion = entrance();
  motion.length = {};
  EXPECT_EQ(motion.at(at_ms(999)), motion.from);
  EXPECT_EQ(motion.at(at_ms(1000)), Pose());
}

TEST(Pose, adds_shifts_multiplies_alphas_and_keeps_what_both_uncover) {
  EXPECT_EQ(together({1, 2, 0.5, 0.1, 0, 0.9, 1}, {3, 4, 0.5, 0, 0.2, 0.8, 0.7}),
            (Pose{4, 6, 0.25, 0.1, 0.2, 0.8, 0.7}));
}

}  // namespace
}  // namespace xb::overlay
