// When the encoders are eased, and when they are not any more. SPDX-License-Identifier: Apache-2.0
#include "studio/ease.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace xb::studio {
namespace {

using output::Effort;
using namespace std::chrono_literals;

// A machine on which some effort is too much: then every tenth frame of 30 a second is lost.
struct Machine {
  Ease ease;
  MonoTime now{100s};
  std::uint64_t lost = 0;
  int frame = 0;
  Effort highest = Effort::usual;  // that it can do
  double share_at_usual = 0.5;
  int steps = 0;
  Effort lowest = Effort::usual;  // that was made

  double share() const {
    switch (ease.effort()) {
      case Effort::usual: return share_at_usual;
      case Effort::less: return share_at_usual / 1.4;
      default: return share_at_usual / 2.2;
    }
  }
  void run(Duration length) {
    for (const auto end = now + length; now < end; now += 33ms) {
      if (ease.effort() < highest && ++frame % 5 == 0) ++lost;
      const auto before = ease.effort();
      if (ease.look({lost, share()}, now) != before) ++steps;
      lowest = std::max(lowest, ease.effort());
    }
  }
};

TEST(Ease, leaves_a_machine_that_keeps_up_alone) {
  Machine machine;
  machine.run(600s);
  EXPECT_EQ(machine.ease.effort(), Effort::usual);
  EXPECT_EQ(machine.steps, 0);
}

TEST(Ease, takes_a_hiccup_and_a_late_frame_now_and_then_for_nothing) {
  Machine machine;
  machine.run(10s);
  machine.lost += 20;
  for (int i = 0; i < 100; ++i) {
    machine.run(2s);
    ++machine.lost;
  }
  EXPECT_EQ(machine.steps, 0);
}

TEST(Ease, is_at_what_the_machine_can_do_within_ten_seconds) {
  for (const auto highest : {Effort::less, Effort::least, Effort::every_other}) {
    Machine machine;
    machine.run(5s);
    machine.highest = highest;
    machine.run(10s);
    EXPECT_EQ(machine.lowest, highest);
  }
}

TEST(Ease, is_back_within_twenty_seconds_of_a_machine_that_is_free_again) {
  Machine machine;
  machine.highest = Effort::every_other;
  machine.run(120s);
  machine.highest = Effort::usual;
  machine.run(20s);
  EXPECT_EQ(machine.ease.effort(), Effort::usual);
}

TEST(Ease, tries_ever_less_often_what_is_too_much) {
  Machine machine;
  machine.highest = Effort::less;
  machine.run(60s);
  machine.steps = 0;
  machine.run(300s);
  EXPECT_LE(machine.steps, 2 * 300 / 10);
  EXPECT_GE(machine.steps, 2);
}

TEST(Ease, asks_no_more_of_an_encoder_than_a_frame_has_time_for) {
  Machine machine;
  machine.highest = Effort::least;
  machine.share_at_usual = 1.2;
  machine.run(20s);
  machine.highest = Effort::usual;
  machine.run(60s);
  EXPECT_EQ(machine.ease.effort(), Effort::least);
}

}  // namespace
}  // namespace xb::studio
