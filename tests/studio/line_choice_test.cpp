// Messages for the picture: calm ones all of them, of a flood a fair part.
// SPDX-License-Identifier: Apache-2.0
#include "studio/line_choice.h"

#include <gmock/gmock.h>

#include <array>

namespace xb::studio {
namespace {

using namespace std::chrono_literals;

overlay::ChatLine line(std::uint64_t sequence, Duration at) {
  return {sequence, overlay::ChatRole::viewer, "乡亲", "多少钱", SessionTime(at)};
}

TEST(LineChoice, shows_what_is_said_calmly_at_once) {
  LineChoice choice;
  for (int i = 1; i <= 100; ++i) {
    const auto at = i * 250ms;
    EXPECT_FALSE(choice.due(SessionTime(at)));
    const auto shown = choice.offer(line(static_cast<std::uint64_t>(i), at));
    ASSERT_TRUE(shown) << i;
    EXPECT_EQ(shown->arrived, SessionTime(at));
  }
}

TEST(LineChoice, five_at_a_time_and_then_one_each_fifth_of_a_second) {
  LineChoice choice;
  std::vector<SessionTime> shown;
  std::uint64_t sequence = 0;
  for (Duration now = 0ms; now < 10s; now += 1ms) {
    if (const auto due = choice.due(SessionTime(now))) shown.push_back(due->arrived);
    for (int i = 0; i < 2; ++i) {
      if (const auto at_once = choice.offer(line(++sequence, now)))
        shown.push_back(at_once->arrived);
    }
  }
  EXPECT_EQ(shown.size(), 50U);
  for (std::size_t i = 5; i < shown.size(); ++i)
    EXPECT_GE(shown[i] - shown[i - 5], 1s) << "more than five in a second at " << i;
}

TEST(LineChoice, everybody_in_a_crowd_has_the_same_chance) {
  LineChoice choice;
  constexpr std::uint64_t speakers = 10;
  std::array<int, speakers> shown{};
  std::uint64_t sequence = 0;
  for (Duration now = 0ms; now < 400s; now += 1ms) {
    if (const auto due = choice.due(SessionTime(now))) ++shown.at(due->sequence % speakers);
    choice.offer(line(++sequence, now));
  }
  // 1995 turns for ten speakers: five times the deviation of chance to either side
  for (const auto times : shown) EXPECT_NEAR(times, 199.5, 70);
}

TEST(LineChoice, who_is_taken_away_while_waiting_is_never_shown) {
  LineChoice choice;
  for (std::uint64_t i = 1; i <= 6; ++i) choice.offer(line(i, 0ms));
  choice.take_off({6});
  EXPECT_FALSE(choice.due(SessionTime(2s)));
  ASSERT_TRUE(choice.offer(line(7, 2s)));
}

TEST(LineChoice, who_waited_arrives_when_shown) {
  LineChoice choice;
  for (std::uint64_t i = 1; i <= 6; ++i) choice.offer(line(i, 0ms));
  EXPECT_FALSE(choice.due(SessionTime(999ms)));
  const auto due = choice.due(SessionTime(1s));
  ASSERT_TRUE(due);
  EXPECT_EQ(due->sequence, 6U);
  EXPECT_EQ(due->arrived, SessionTime(1s));
}

}  // namespace
}  // namespace xb::studio
