// Health tells of changes once.
// SPDX-License-Identifier: Apache-2.0
#include "base/health.h"

#include <gtest/gtest.h>

#include "base/worker.h"

namespace xb {
namespace {

TEST(Health, tells_the_listener_only_of_changes) {
  Health health;
  std::vector<ComponentHealth> told;
  health.listen([&](const ComponentHealth& now) { told.push_back(now); });
  health.set("output.a", Condition::running);
  health.set("output.a", Condition::running);
  health.set("output.a", Condition::degraded, Error(ErrorCode::output_stalled, "1"));
  health.set("output.a", Condition::degraded, Error(ErrorCode::output_stalled, "2"));
  health.set("output.a", Condition::degraded, Error(ErrorCode::output_refused));
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[1].condition, Condition::degraded);
  EXPECT_EQ(told[1].error->detail(), "1");
  EXPECT_EQ(told[2].changes, 3u);
}

TEST(Health, shows_all_components_with_the_newest_fact) {
  Health health;
  health.set("b", Condition::running);
  health.set("a", Condition::failed, Error(ErrorCode::device_busy, "/dev/video0"));
  health.set("a", Condition::failed, Error(ErrorCode::device_busy, "/dev/video1"));
  const auto all = health.all();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].component, "a");
  EXPECT_EQ(all[0].error->detail(), "/dev/video1");
  EXPECT_EQ(all[0].changes, 1u);
}

TEST(Health, listener_may_ask_health) {
  Health health;
  std::size_t seen = 0;
  health.listen([&](const ComponentHealth&) { seen = health.all().size(); });
  health.set("a", Condition::starting);
  EXPECT_EQ(seen, 1u);
}

TEST(Health, every_condition_has_its_name) {
  EXPECT_EQ(name_of(Condition::idle), "idle");
  EXPECT_EQ(name_of(Condition::starting), "starting");
  EXPECT_EQ(name_of(Condition::running), "running");
  EXPECT_EQ(name_of(Condition::degraded), "degraded");
  EXPECT_EQ(name_of(Condition::failed), "failed");
  EXPECT_EQ(name_of(Condition::stopped), "stopped");
}

}  // namespace
}  // namespace xb
