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
