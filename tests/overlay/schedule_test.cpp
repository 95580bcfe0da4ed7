// Schedule: two layers at a time, commands first, the order of what happened.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace xb::overlay {
namespace {

SessionTime at_ms(std::int64_t ms) {
  return SessionTime(from_ms(ms));
}

Movement command(LayerName layer, std::int64_t due_ms, std::int64_t length_ms) {
  return {layer, static_cast<std::uint64_t>(due_ms), at_ms(due_ms), from_ms(length_ms), true, {},
          {}};
}

Movement decoration(LayerName layer, std::int64_t due_ms, std::int64_t length_ms,
                    std::int64_t patience_ms = 10'000) {
  return {layer,
          static_cast<std::uint64_t>(due_ms),
          at_ms(due_ms),
          from_ms(length_ms),
          false,
          from_ms(patience_ms),
          {}};
}

void expect_turn(const Schedule& schedule, const Movement& of, std::int64_t begin_ms,
                 std::int64_t end_ms) {
  const Turn turn = schedule.turn_of(of.layer, of.key);
  EXPECT_EQ(turn.begin, at_ms(begin_ms));
  EXPECT_EQ(turn.end, at_ms(end_ms));
}

TEST(Schedule, begins_everything_when_due_while_there_is_room) {
  Schedule schedule;
  const auto card = command(LayerName::product_card, 100, 480);
  const auto pulse = decoration(LayerName::counter, 200, 1200);
  schedule.advance({card, pulse}, at_ms(200));
  expect_turn(schedule, card, 100, 580);
  expect_turn(schedule, pulse, 200, 1400);
  EXPECT_EQ(schedule.next_change(), SessionTime::max());
}

TEST(Schedule, lets_a_decoration_wait_until_one_of_two_rests) {
  Schedule schedule;
  const auto card = command(LayerName::product_card, 100, 480);
  const auto pulse = decoration(LayerName::counter, 200, 1200);
  const auto line = decoration(LayerName::chat_panel, 300, 220);
  schedule.advance({card, pulse, line}, at_ms(300));
  EXPECT_EQ(schedule.turn_of(line.layer, line.key).begin, still_waiting.begin);
  EXPECT_EQ(schedule.next_change(), at_ms(580));
  schedule.advance({card, pulse, line}, at_ms(580));
  expect_turn(schedule, line, 580, 800);
}

TEST(Schedule, lets_a_layer_that_moves_already_go_on) {
  Schedule schedule;
  schedule.advance({decoration(LayerName::counter, 0, 1200)}, at_ms(0));
  const auto one = decoration(LayerName::chat_panel, 10, 220);
  const auto two = decoration(LayerName::chat_panel, 50, 220);
  schedule.advance({one, two}, at_ms(50));
  expect_turn(schedule, two, 50, 270);
}

TEST(Schedule, never_lets_a_command_wait_and_cuts_the_decoration_begun_last) {
  Schedule schedule;
  const auto pulse = decoration(LayerName::counter, 0, 1200);
  const auto line = decoration(LayerName::chat_panel, 100, 220);
  const auto card = command(LayerName::product_card, 200, 480);
  schedule.advance({pulse, line, card}, at_ms(200));
  expect_turn(schedule, card, 200, 680);
  expect_turn(schedule, line, 100, 200);
  expect_turn(schedule, pulse, 0, 1200);
  const auto caption = command(LayerName::caption, 300, 640);
  schedule.advance({caption}, at_ms(300));
  expect_turn(schedule, caption, 300, 940);
  expect_turn(schedule, pulse, 0, 300);
}

TEST(Schedule, gives_up_a_motion_when_its_patience_is_over) {
  Schedule schedule;
  const auto line = decoration(LayerName::chat_panel, 10, 220, 300);
  schedule.advance(
      {command(LayerName::product_card, 0, 900), command(LayerName::caption, 0, 900), line},
      at_ms(20));
  EXPECT_EQ(schedule.next_change(), at_ms(310));
  schedule.advance({}, at_ms(400));
  expect_turn(schedule, line, 310, 310);  // there, without a motion
}

TEST(Schedule, keeps_its_distance_between_two_of_a_kind) {
  Schedule schedule;
  auto one = decoration(LayerName::counter, 0, 1200);
  auto two = decoration(LayerName::counter, 2000, 1200);
  one.spacing = two.spacing = from_ms(3000);
  schedule.advance({one, two}, at_ms(2000));
  EXPECT_EQ(schedule.next_change(), at_ms(3000));
  schedule.advance({one, two}, at_ms(3500));
  expect_turn(schedule, two, 3000, 4200);
}

TEST(Schedule, lets_nothing_that_is_not_due_yet_hold_up_the_others) {
  Schedule schedule;
  const auto later = command(LayerName::product_card, 9000, 480);
  const auto pulse = decoration(LayerName::counter, 200, 1200);
  schedule.advance({later}, at_ms(100));
  schedule.advance({later, pulse}, at_ms(200));
  expect_turn(schedule, pulse, 200, 1400);
}

TEST(Schedule, calls_what_it_never_heard_of_over) {
  EXPECT_LT(Schedule().turn_of(LayerName::counter, 9).end, at_ms(0));
}

std::vector<Movement> an_evening(std::uint32_t seed) {
  std::mt19937 random(seed);
  const LayerName decorated[] = {LayerName::counter, LayerName::chat_panel, LayerName::ticker};
  const LayerName told[] = {LayerName::product_card, LayerName::caption};
  std::vector<Movement> all;
  for (std::int64_t ms = 0; ms < 60'000; ms += 1 + static_cast<std::int64_t>(random() % 400)) {
    Movement one = random() % 5 == 0
                       ? command(told[random() % 2], ms, 300 + random() % 400)
                       : decoration(decorated[random() % 3], ms, 100 + random() % 1200, 1500);
    if (one.layer == LayerName::counter) one.spacing = from_ms(3000);
    all.push_back(one);
  }
  return all;
}

TEST(Schedule, never_moves_three_layers_but_when_commands_alone_do) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const auto all = an_evening(seed);
    Schedule schedule;
    std::vector<Movement> known;
    for (std::int64_t ms = 0; ms < 62'000; ms += 5) {
      const auto now = at_ms(ms);
      known.clear();
      for (const auto& one : all) {
        if (one.due <= now && one.due > now - from_ms(15'000)) known.push_back(one);
      }
      schedule.advance(known, now);
      std::set<LayerName> moving;
      for (const auto& one : known) {
        const Turn turn = schedule.turn_of(one.layer, one.key);
        if (turn.begin <= now && now < turn.end) moving.insert(one.layer);
        if (one.is_commanded) {
          EXPECT_EQ(turn.begin, one.due);
        } else if (one.due + one.patience <= now) {
          EXPECT_LE(turn.begin, one.due + one.patience);
        }
      }
      ASSERT_LE(moving.size(), 2U) << "seed " << seed << " at " << ms;
    }
  }
}

TEST(Schedule, gives_the_same_turns_however_often_it_is_asked) {
  const auto all = an_evening(7);
  const auto turns = [&](std::int64_t step_ms) {
    Schedule schedule;
    std::vector<std::pair<SessionTime, SessionTime>> out(all.size());
    for (std::int64_t ms = 0; ms <= 63'000; ms += step_ms) {
      const auto now = at_ms(ms);
      std::vector<Movement> known;
      for (const auto& one : all) {
        if (one.due <= now && one.due > now - from_ms(15'000)) known.push_back(one);
      }
      schedule.advance(known, now);
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].due > now || all[i].due <= now - from_ms(5'000)) continue;
        const Turn turn = schedule.turn_of(all[i].layer, all[i].key);
        out[i] = {turn.begin, turn.end};
      }
    }
    return out;
  };
  const auto often = turns(7);
  EXPECT_EQ(often, turns(200));
  EXPECT_EQ(often, turns(33));
}

}  // namespace
}  // namespace xb::overlay
