// The Binder: what the layers are given, as one set at a time.
// SPDX-License-Identifier: Apache-2.0
#include "studio/binder.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

chat::CounterUpdate one_more(std::int64_t total) {
  chat::CounterUpdate update;
  update.figures.total = total;
  update.figures.gained = 1;
  update.last_follower = "春燕";
  update.followers_merged = 1;
  return update;
}

TEST(Binder, gives_number_and_follower_in_one_set) {
  Snapshot<overlay::LiveValues> values("values");
  overlay::LiveValues first;
  first.counter.total = 10;
  Binder binder(first, values);
  const auto before = values.read();
  binder.counter(one_more(11), SessionTime(from_ms(500)));
  EXPECT_EQ(before->counter.total, 10);
  EXPECT_EQ(values.read()->counter.total, 11);
  EXPECT_EQ(values.read()->counter.last_follower, "春燕");
  EXPECT_EQ(values.read()->counter.first_follow, SessionTime(from_ms(500)));
}

TEST(Binder, tells_the_oldest_event_a_picture_is_the_first_to_show) {
  Snapshot<overlay::LiveValues> values("values");
  Binder binder({}, values);
  const auto update = [&](std::int64_t total, int at_ms) {
    auto one = one_more(total);
    one.stamp = MonoTime(from_ms(at_ms));
    binder.counter(one, SessionTime(from_ms(at_ms)));
    return values.read()->counter.stamp;
  };
  const auto first = update(11, 100);
  EXPECT_EQ(binder.aired(first), MonoTime(from_ms(100)));
  EXPECT_FALSE(binder.aired(first)) << "shown before";
  update(12, 200);
  const auto fourth = update(13, 300);  // painted over the one before it, which was never aired
  update(14, 400);                      // not on that picture
  EXPECT_EQ(binder.aired(fourth), MonoTime(from_ms(200)));
  EXPECT_EQ(binder.aired(values.read()->counter.stamp), MonoTime(from_ms(400)));
}

TEST(Binder, is_quiet_while_the_machine_is_starved_and_always_when_the_show_wishes_it) {
  Snapshot<overlay::LiveValues> values("values");
  overlay::LiveValues lively;
  Binder binder(lively, values);
  binder.starved(true);
  EXPECT_TRUE(values.read()->is_quiet);
  binder.starved(false);
  EXPECT_FALSE(values.read()->is_quiet);
  lively.is_quiet = true;
  Binder quiet(lively, values);
  quiet.starved(true);
  quiet.starved(false);
  EXPECT_TRUE(values.read()->is_quiet);
}

}  // namespace
}  // namespace xb::studio
