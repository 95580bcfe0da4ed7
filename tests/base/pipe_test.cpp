// Queue, Mailbox and Snapshot: bounds, counters, stop.
// SPDX-License-Identifier: Apache-2.0
#include "base/pipe.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "base/health.h"
#include "base/worker.h"

namespace xb {
namespace {

using namespace std::chrono_literals;

TEST(Queue, drops_the_oldest_and_counts_it) {
  Queue<int> queue("frames", 2, Overflow::drop_oldest);
  EXPECT_EQ(queue.push(1), Pushed::taken);
  EXPECT_EQ(queue.push(2), Pushed::taken);
  EXPECT_EQ(queue.push(3), Pushed::displaced_oldest);
  const auto counters = queue.counters();
  EXPECT_EQ(counters.name, "frames");
  EXPECT_EQ(counters.in, 3u);
  EXPECT_EQ(counters.lost, 1u);
  EXPECT_EQ(counters.depth, 2u);
  EXPECT_EQ(counters.capacity, 2u);
  EXPECT_EQ(queue.try_pop(), 2);
  EXPECT_EQ(queue.try_pop(), 3);
  EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(Queue, refuses_when_full_and_leaves_the_item_with_its_owner) {
  Queue<std::unique_ptr<int>> queue("commands", 1, Overflow::refuse);
  EXPECT_EQ(queue.push(std::make_unique<int>(1)), Pushed::taken);
  auto kept = std::make_unique<int>(2);
  EXPECT_EQ(queue.push(std::move(kept)), Pushed::refused);
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, 2);
  EXPECT_EQ(queue.counters().lost, 1u);
}

TEST(Queue, without_places_takes_nothing) {
  Queue<int> queue("none", 0, Overflow::drop_oldest);
  EXPECT_EQ(queue.push(1), Pushed::refused);
  EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(Queue, hands_out_what_waits_after_stop_and_then_nothing) {
  Queue<int> queue("q", 4, Overflow::refuse);
  queue.push(1);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(queue.pop(stop.get_token()), 1);
  EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt);
}

TEST(Queue, stop_wakes_the_one_who_waits) {
  Queue<int> queue("q", 4, Overflow::refuse);
  Health health;
  std::promise<bool> told;
  Worker waiting("waiting", health,
                 [&](std::stop_token stop) { told.set_value(queue.pop(stop).has_value()); });
  waiting.request_stop();
  EXPECT_FALSE(told.get_future().get());
}

TEST(Queue, pop_for_gives_up) {
  Queue<int> queue("q", 4, Overflow::refuse);
  EXPECT_EQ(queue.pop_for(1ms, {}), std::nullopt);
}

TEST(Queue, keeps_order_between_threads_and_loses_none_when_large_enough) {
  constexpr int many = 20'000;
  Queue<int> queue("q", many, Overflow::refuse);
  Health health;
  Worker producer("producer", health, [&](std::stop_token) {
    for (int i = 0; i < many; ++i) queue.push(int{i});
  });
  for (int i = 0; i < many; ++i) ASSERT_EQ(queue.pop({}), i);
  EXPECT_EQ(queue.counters().lost, 0u);
}

TEST(Queue, clear_says_how_many_went) {
  Queue<int> queue("q", 4, Overflow::refuse);
  queue.push(1);
  queue.push(2);
  EXPECT_EQ(queue.clear(), 2u);
  EXPECT_EQ(queue.counters().depth, 0u);
}

TEST(Mailbox, holds_the_newest_and_counts_what_nobody_took) {
  Mailbox<int> box("preview");
  box.put(1);
  box.put(2);
  EXPECT_EQ(box.counters().lost, 1u);
  EXPECT_EQ(box.try_take(), 2);
  EXPECT_EQ(box.try_take(), std::nullopt);
  EXPECT_EQ(box.take_for(1ms, {}), std::nullopt);
}

TEST(Snapshot, readers_keep_what_they_read) {
  Snapshot<int> values("values");
  EXPECT_EQ(*values.read(), 0);
  values.publish(std::make_shared<const int>(1));
  const auto held = values.read();
  values.publish(std::make_shared<const int>(2));
  EXPECT_EQ(*held, 1);
  EXPECT_EQ(*values.read(), 2);
  EXPECT_EQ(values.version(), 2u);
}

TEST(Snapshot, tells_of_a_change_and_gives_up_without_one) {
  Snapshot<int> values("values");
  EXPECT_EQ(values.wait_change(0, 1ms, {}), 0u);
  Health health;
  Worker writer("writer", health,
                [&](std::stop_token) { values.publish(std::make_shared<const int>(7)); });
  EXPECT_EQ(values.wait_change(0, 10s, {}), 1u);
  EXPECT_EQ(*values.read(), 7);
}

}  // namespace
}  // namespace xb
