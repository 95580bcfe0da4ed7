// SPDX-License-Identifier: Apache-2.0
#include "net/timers.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <stdexcept>

namespace xb::net {
namespace {

using std::chrono::milliseconds;

// Waits until something is due and does it.
void ring_once(Timers& timers) {
  pollfd due{timers.descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&due, 1, 10'000), 1);
  timers.ring([](const Timers::Task& task) {
    try {
      task();
    } catch (const std::runtime_error&) {
    }
  });
}

TEST(Timers, wake_once_for_all_that_are_due) {
  Timers timers;
  int often = 0;
  int seldom = 0;
  timers.every(milliseconds(10), [&] { ++often; });
  while (often == 0) ring_once(timers);  // the other is asked for at another time
  timers.every(milliseconds(20), [&] { ++seldom; });
  for (int rings = 0; rings < 20; ++rings) {
    const auto before = often;
    const auto told = seldom;
    ring_once(timers);
    EXPECT_TRUE(seldom == told || often == before + 1)
        << "whenever the seldom one is called, so is the other, by the same ring";
  }
  EXPECT_GE(seldom, 5);
}

TEST(Timers, one_says_its_own_period_and_may_fail) {
  Timers timers;
  int calls = 0;
  int beats = 0;
  timers.paced(milliseconds(10), [&]() -> Duration {
    if (++calls == 1) throw std::runtime_error("as if there were no memory");
    return calls == 2 ? Duration(milliseconds(10)) : Duration(std::chrono::hours(1));
  });
  timers.every(milliseconds(10), [&] { ++beats; });
  while (beats < 8) ring_once(timers);
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace xb::net
