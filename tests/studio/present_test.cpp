// What of chat and Counter the layers are given to show.
// SPDX-License-Identifier: Apache-2.0
#include "studio/present.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

chat::ChatEvent message(std::string text = "好") {
  chat::ChatEvent event;
  event.platform = "demo";
  event.user = chat::User{"u1", "春燕"};
  event.text = std::move(text);
  return event;
}

TEST(Present, gives_a_message_the_badge_of_its_sender) {
  using overlay::ChatRole;
  const auto role = [](chat::Sender sender) { return line_of(message(), sender, 1, {})->role; };
  EXPECT_EQ(role(chat::Sender::fan), ChatRole::fan);
  EXPECT_EQ(role(chat::Sender::newcomer), ChatRole::newcomer);
  EXPECT_EQ(role(chat::Sender::unknown), ChatRole::viewer);
}

TEST(Present, makes_a_line_of_messages_with_a_text_alone) {
  const auto line = line_of(message("第一次来"), chat::Sender::unknown, 7, SessionTime(from_ms(5)));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->sequence, 7U);
  EXPECT_EQ(line->name, "春燕");
  EXPECT_EQ(line->text, "第一次来");
  EXPECT_EQ(line->arrived, SessionTime(from_ms(5)));
  EXPECT_FALSE(line_of(message(""), chat::Sender::unknown, 1, {}));
  auto follow = message();
  follow.kind = chat::Kind::follow;
  EXPECT_FALSE(line_of(follow, chat::Sender::unknown, 1, {}));
}

TEST(Present, shows_followers_as_one_who_come_within_a_second_and_a_half_of_the_first) {
  overlay::CounterValues counter;
  const auto ms = [](std::int64_t value) { return SessionTime(from_ms(value)); };
  add_followers(counter, "春燕", 1, ms(1000));
  add_followers(counter, "阿月", 1, ms(2400));
  EXPECT_EQ(counter.followers_merged, 2);
  EXPECT_EQ(counter.last_follower, "春燕");
  EXPECT_EQ(counter.first_follow, ms(1000));
  EXPECT_EQ(counter.last_follow, ms(2400));
  add_followers(counter, "石头", 1, ms(2500));
  EXPECT_EQ(counter.followers_merged, 1);
  EXPECT_EQ(counter.last_follower, "石头");
  EXPECT_EQ(counter.first_follow, ms(2500));
}

TEST(Clock, knows_when_its_minute_began_and_leaves_it_until_the_next) {
  using namespace std::chrono_literals;
  const WallTime wall(1'700'000'000'000ms / 60'000 * 60'000);  // a full minute
  overlay::BadgeValues badges;
  put_clock(badges, wall + 12s, SessionTime(100s));
  EXPECT_EQ(badges.clock, local_clock(wall));
  EXPECT_EQ(badges.minute_began, SessionTime(88s));
  put_clock(badges, wall + 13s, SessionTime(101s + 3ms));
  EXPECT_EQ(badges.minute_began, SessionTime(88s)) << "not painted anew for a trifle";
  put_clock(badges, wall + 54s, SessionTime(102s));
  EXPECT_EQ(badges.minute_began, SessionTime(48s)) << "the clock was set";
  put_clock(badges, wall + 61s, SessionTime(109s));
  EXPECT_EQ(badges.clock, local_clock(wall + 61s));
  EXPECT_EQ(badges.minute_began, SessionTime(108s));
}

}  // namespace
}  // namespace xb::studio
