// Since when the total may be behind: lost and silent platforms, and those only counted.
// SPDX-License-Identifier: Apache-2.0
#include "chat/freshness.h"

#include <gtest/gtest.h>

namespace xb::chat {
namespace {

constexpr MonoTime at(int seconds) {
  return MonoTime(std::chrono::seconds(seconds));
}
const auto yes = [](std::string_view) { return true; };
const auto no = [](std::string_view) { return false; };
const Freshness::Sources connected{yes, yes};
const Freshness::Sources lost{no, yes};
const Freshness::Sources of_others{yes, no};

CounterState told(const std::string& platform) {
  CounterState state;
  state.platforms[platform].reported = 1286;
  return state;
}

CounterState counted(const std::string& platform) {
  CounterState state;
  state.platforms[platform].net = 3;
  return state;
}

TEST(Freshness, ends_a_minute_after_a_platform_that_told_its_total_was_last_heard) {
  Freshness fresh(at(0));
  fresh.heard("demo", "generic-1", at(100));
  EXPECT_FALSE(fresh.stale(told("demo"), connected, at(159)));
  EXPECT_EQ(fresh.stale(told("demo"), connected, at(160)), (Freshness::Stale{at(100), "demo"}));
  fresh.heard("demo", "generic-1", at(170));
  EXPECT_FALSE(fresh.stale(told("demo"), connected, at(171)));
}

TEST(Freshness, lasts_however_quiet_it_is_while_follows_are_only_counted_and_could_come) {
  Freshness fresh(at(0));
  fresh.heard("demo", "generic-1", at(10));
  EXPECT_FALSE(fresh.stale(counted("demo"), connected, at(9000)));
  EXPECT_EQ(fresh.stale(counted("demo"), lost, at(9000)), (Freshness::Stale{at(10), "demo"}));
  EXPECT_FALSE(fresh.stale(counted("demo"), lost, at(60))) << "a short gap is nothing";
}

TEST(Freshness, is_that_of_the_platform_heard_of_longest_ago) {
  Freshness fresh(at(0));
  auto state = told("one");
  state.platforms["two"].reported = 5;
  fresh.heard("one", "a", at(50));
  fresh.heard("two", "b", at(20));
  EXPECT_EQ(fresh.stale(state, connected, at(200)), (Freshness::Stale{at(20), "two"}));
  fresh.heard("two", "b", at(200));
  EXPECT_EQ(fresh.stale(state, connected, at(200)), (Freshness::Stale{at(50), "one"}));
}

TEST(Freshness, is_not_asked_of_what_came_by_hand) {
  Freshness fresh(at(0));
  auto typed = told("desk");
  typed.platforms["desk"].is_typed = true;
  EXPECT_FALSE(fresh.stale(typed, lost, at(9000)));
  auto tapped = counted("desk");
  tapped.platforms["desk"].by_hand_ms = 1;
  EXPECT_FALSE(fresh.stale(tapped, lost, at(9000)));
  fresh.heard("desk", "generic-1", at(10));
  EXPECT_EQ(fresh.stale(tapped, lost, at(9000)), (Freshness::Stale{at(10), "desk"}))
      << "it has a source, which is lost";
}

TEST(Freshness, asks_for_nothing_of_a_platform_that_has_no_part_in_the_total) {
  CounterState state;
  state.platforms["demo"].viewers = 7;
  EXPECT_FALSE(Freshness(at(0)).stale(state, lost, at(9000)));
  EXPECT_FALSE(Freshness(at(0)).stale({}, lost, at(9000)));
}

TEST(Freshness, says_when_a_platform_was_last_heard_before_the_start) {
  Freshness fresh(at(40));
  EXPECT_FALSE(fresh.stale(told("demo"), connected, at(99)));
  EXPECT_EQ(fresh.stale(told("demo"), connected, at(100)), (Freshness::Stale{at(40), "demo"}));
  fresh.heard_before("demo", at(-600));
  EXPECT_FALSE(fresh.stale(told("demo"), connected, at(99)))
      << "its source has a minute to connect";
  EXPECT_EQ(fresh.stale(told("demo"), connected, at(100)), (Freshness::Stale{at(-600), "demo"}));
}

TEST(Freshness, expects_nothing_of_a_platform_of_an_earlier_evening_without_a_source) {
  Freshness fresh(at(0));
  fresh.heard_before("demo", at(-86400));
  EXPECT_FALSE(fresh.stale(told("demo"), of_others, at(9000)));
  EXPECT_FALSE(fresh.stale(counted("demo"), {no, no}, at(9000)));
  fresh.heard("demo", "generic-1", at(100));
  EXPECT_EQ(fresh.stale(told("demo"), of_others, at(200)), (Freshness::Stale{at(100), "demo"}));
}

}  // namespace
}  // namespace xb::chat
