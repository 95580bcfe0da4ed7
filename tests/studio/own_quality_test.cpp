// SPDX-License-Identifier: Apache-2.0
#include "studio/own_quality.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

constexpr Duration turn = from_ms(50);

struct Machine {
  explicit Machine(OwnWish wish) : quality(wish) {}
  void run(std::int64_t ms) {
    for (const auto end = now + from_ms(ms); now < end; now += turn) quality.look(seen, now);
  }
  OwnQuality quality;
  OwnLook seen{false, false, output::Effort::usual, 0, 0.2};
  MonoTime now{std::chrono::hours(1)};
};

TEST(OwnQuality, is_from_lowered_until_some_seconds_after) {
  Machine machine(OwnWish::if_affordable);
  machine.run(1000);
  EXPECT_FALSE(machine.quality.is_own());
  machine.seen.is_lowered = true;
  machine.run(100);
  EXPECT_TRUE(machine.quality.is_own());
  machine.seen.is_lowered = false;
  machine.run(4000);
  EXPECT_TRUE(machine.quality.is_own());
  machine.run(2000);
  EXPECT_FALSE(machine.quality.is_own());
}

TEST(OwnQuality, is_shared_where_the_machine_has_no_room) {
  Machine machine(OwnWish::if_affordable);
  machine.seen = {true, false, output::Effort::usual, 0, 0.5};
  machine.run(1000);
  EXPECT_FALSE(machine.quality.is_own());
  machine.seen = {true, false, output::Effort::less, 0, 0.2};
  machine.run(1000);
  EXPECT_FALSE(machine.quality.is_own());
}

TEST(OwnQuality, is_given_up_for_a_minute_where_frames_get_lost) {
  Machine machine(OwnWish::if_affordable);
  machine.seen.is_lowered = true;
  machine.run(5000);
  machine.seen.lost += 1;
  machine.run(5000);
  EXPECT_TRUE(machine.quality.is_own()) << "one frame in some seconds is a hiccup";
  machine.seen.lost += 4;
  machine.run(50);
  EXPECT_FALSE(machine.quality.is_own());
  machine.run(59'000);
  EXPECT_FALSE(machine.quality.is_own());
  machine.run(2'000);
  EXPECT_TRUE(machine.quality.is_own());
}

TEST(OwnQuality, is_as_it_is_wished) {
  Machine always(OwnWish::always);
  always.seen = {true, false, output::Effort::least, 50, 0.9};
  always.run(100);
  always.seen.lost += 50;
  always.run(100);
  EXPECT_TRUE(always.quality.is_own());
  Machine never(OwnWish::never);
  never.seen.is_lowered = true;
  never.run(1000);
  EXPECT_FALSE(never.quality.is_own());
}

// What is sent has holes, and what is kept has none.
TEST(OwnQuality, is_there_while_the_stream_has_fewer_pictures) {
  for (const auto wish : {OwnWish::if_affordable, OwnWish::never}) {
    Machine machine(wish);
    machine.seen = {true, true, output::Effort::least, 0, 0.9};
    for (int i = 0; i < 20; ++i) {
      machine.run(100);
      EXPECT_TRUE(machine.quality.is_own());
      machine.seen.lost += 5;
    }
    machine.seen = {true, false, output::Effort::least, machine.seen.lost, 0.9};
    machine.run(100);
    EXPECT_EQ(machine.quality.is_own(), wish == OwnWish::never) << "some seconds more cost little";
    machine.run(6000);
    EXPECT_FALSE(machine.quality.is_own()) << "now it would be a question of quality alone";
  }
}

TEST(OwnQuality, is_not_tried_again_and_again_where_it_cannot_be_had) {
  Machine machine(OwnWish::always);
  machine.seen.is_lowered = machine.seen.is_thinned = true;
  machine.run(50);
  machine.quality.cannot(machine.now);
  machine.run(9000);
  EXPECT_FALSE(machine.quality.is_own());
  machine.run(2000);
  EXPECT_TRUE(machine.quality.is_own());
}

TEST(OwnQuality, that_could_not_be_had_is_no_lack_of_room) {
  Machine machine(OwnWish::if_affordable);
  machine.seen.is_lowered = machine.seen.is_thinned = true;
  for (int i = 0; i < 5; ++i) {
    machine.run(50);
    machine.quality.cannot(machine.now);
    machine.run(11'000);
  }
  machine.seen.is_thinned = machine.seen.is_lowered = false;
  machine.run(6000);
  ASSERT_FALSE(machine.quality.is_own());
  machine.seen.is_lowered = true;
  machine.run(100);
  EXPECT_TRUE(machine.quality.is_own());
}

}  // namespace
}  // namespace xb::studio
