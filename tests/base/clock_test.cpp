// Waiting for a time, and what is due when.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

#include <future>

#include "base/health.h"
#include "base/worker.h"

namespace xb {
namespace {

using namespace std::chrono_literals;

TEST(ManualClock, stands_still_until_advanced) {
  ManualClock clock(MonoTime(5s), WallTime(100s));
  EXPECT_EQ(clock.now(), MonoTime(5s));
  clock.advance(1500ms);
  EXPECT_EQ(clock.now(), MonoTime(6500ms));
  EXPECT_EQ(clock.wall(), WallTime(101'500ms));
  clock.set_wall(WallTime(3s));
  EXPECT_EQ(clock.wall(), WallTime(3s));
  EXPECT_EQ(clock.now(), MonoTime(6500ms));
}

TEST(ManualClock, wakes_exactly_those_whose_time_has_come) {
  ManualClock clock;
  Health health;
  std::promise<Waited> early;
  std::promise<Waited> late;
  Worker one("early", health, [&](std::stop_token stop) {
    early.set_value(clock.wait_until(MonoTime(10ms), stop));
  });
  Worker two("late", health,
             [&](std::stop_token stop) { late.set_value(clock.wait_until(MonoTime(20ms), stop)); });
  clock.await_waiting(2);
  clock.advance(10ms);
  EXPECT_EQ(early.get_future().get(), Waited::reached);
  clock.advance(9ms);
  clock.await_waiting(1);  // returns only while the other one still waits
  clock.advance(1ms);
  EXPECT_EQ(late.get_future().get(), Waited::reached);
}

TEST(ManualClock, a_time_that_has_passed_is_not_waited_for) {
  ManualClock clock(MonoTime(5s));
  EXPECT_EQ(clock.wait_until(MonoTime(5s), {}), Waited::reached);
  EXPECT_EQ(clock.wait_until(MonoTime(1s), {}), Waited::reached);
}

template <class SomeClock>
Waited stopped_while_waiting(SomeClock& clock) {
  Health health;
  std::promise<Waited> told;
  Worker waiting("waiting", health, [&](std::stop_token stop) {
    told.set_value(clock.wait_until(clock.now() + 10h, stop));
  });
  waiting.request_stop();
  return told.get_future().get();
}

TEST(Clock, stop_ends_every_wait) {
  ManualClock manual;
  SystemClock system;
  EXPECT_EQ(stopped_while_waiting(manual), Waited::stopped);
  EXPECT_EQ(stopped_while_waiting(system), Waited::stopped);
}

TEST(SystemClock, waits_until_the_time_and_never_less) {
  SystemClock clock;
  const auto until = clock.now() + 2ms;
  EXPECT_EQ(clock.wait_until(until, {}), Waited::reached);
  EXPECT_GE(clock.now(), until);
}

TEST(Ticker, says_when_a_frame_is_due_and_how_many_were_missed) {
  const Ticker ticker(MonoTime(100s), {25, 1});
  EXPECT_EQ(ticker.due({0}), MonoTime(100s));
  EXPECT_EQ(ticker.due({25}), MonoTime(101s));
  EXPECT_EQ(ticker.late_by({10}, ticker.due({10})), 0);
  EXPECT_EQ(ticker.late_by({10}, ticker.due({11}) - 1ns), 0);
  EXPECT_EQ(ticker.late_by({10}, ticker.due({11})), 1);
  EXPECT_EQ(ticker.late_by({10}, ticker.due({60})), 50);
  EXPECT_EQ(ticker.late_by({10}, MonoTime(1s)), 0);
}

TEST(Ticker, does_not_drift_at_30000_1001) {
  const Ticker ticker(MonoTime(7ns), {30000, 1001});
  EXPECT_EQ(ticker.due({30'000LL * 36}), MonoTime(7ns) + 1001s * 36);
}

}  // namespace
}  // namespace xb
