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
  OwnLook seen{false, output::Effort::usual, 0, 0.2};
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
  machine.seen = {true, output::Effort::usual, 0, 0.5};
  machine.run(1000);
  EXPECT_FALSE(machine.quality.is_own());
  machine.seen = {true, output::Effort::less, 0, 0.2};
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
  always.seen = {true, output::Effort::least, 50, 0.9};
  always.run(100);
  always.seen.lost += 50;
  always.run(100);
  EXPECT_TRUE(always.quality.is_own());
  Machine never(OwnWish::never);
  never.seen.is_lowered = true;
  never.run(1000);
  EXPECT_FALSE(never.quality.is_own());
}

}  // namespace
}  // namespace xb::studio
