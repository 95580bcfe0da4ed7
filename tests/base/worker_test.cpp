// A Worker is named, can be stopped, and an exception ends it alone.
// SPDX-License-Identifier: Apache-2.0
#include "base/worker.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <future>
#include <stdexcept>

#include "base/clock.h"
#include "base/health.h"

namespace xb {
namespace {

// The system keeps 15 bytes: whole characters of them, since every tool prints them.
TEST(Worker, name_of_its_thread_ends_with_a_whole_character) {
  const auto told = [](const std::string& name) {
    std::promise<std::string> seen;
    Health health;
    const Worker worker(name, health, [&](std::stop_token) {
      char text[16]{};
      pthread_getname_np(pthread_self(), text, sizeof text);
      seen.set_value(text);
    });
    return seen.get_future().get();
  };
  EXPECT_EQ(told("out-示例平台"), "out-示例平");
  EXPECT_EQ(told("out-bili平台台"), "out-bili平台");
  EXPECT_EQ(told("a-name-of-15-by"), "a-name-of-15-by");
  EXPECT_EQ(told("output-bilibili-1"), "output-bilibili");
}

TEST(Worker, an_exception_ends_the_thread_and_is_told_to_health) {
  Health health;
  Worker worker("chat", health, [](std::stop_token) { throw std::runtime_error("out of luck"); });
  worker.join();
  const auto all = health.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].component, "chat");
  EXPECT_EQ(all[0].condition, Condition::failed);
  EXPECT_EQ(all[0].error->code(), ErrorCode::internal);
}

TEST(Worker, destruction_stops_and_joins) {
  Health health;
  SystemClock clock;
  bool is_done = false;
  {
    const Worker worker("loop", health, [&](std::stop_token stop) {
      clock.wait_until(MonoTime::max(), stop);
      is_done = true;
    });
  }
  EXPECT_TRUE(is_done);
}

TEST(Worker, that_was_asked_to_stop_is_named_until_it_has_ended) {
  Health health;
  std::promise<void> has_begun;
  std::promise<void> may_end;
  Worker hangs("out-rec", health, [&](std::stop_token) {
    has_begun.set_value();
    may_end.get_future().wait();
  });
  has_begun.get_future().wait();
  const Worker runs("program", health,
                    [](std::stop_token stop) { SystemClock().wait_until(MonoTime::max(), stop); });
  EXPECT_TRUE(health.threads_stopping().empty());
  hangs.request_stop();
  EXPECT_EQ(health.threads_stopping(), std::vector<std::string>{"out-rec"});
  may_end.set_value();
  hangs.join();
  EXPECT_TRUE(health.threads_stopping().empty());
}

TEST(Worker, moves_and_knows_whether_it_runs) {
  Health health;
  Worker worker;
  EXPECT_FALSE(worker.is_running());
  worker = Worker("a", health, [](std::stop_token) {});
  EXPECT_TRUE(worker.is_running());
  worker.join();
  EXPECT_FALSE(worker.is_running());
}

}  // namespace
}  // namespace xb
