// What a line carried: half minutes, and what of them is kept.
// SPDX-License-Identifier: Apache-2.0
#include "studio/uplink.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace xb::studio {
namespace {

output::OutputStats push(const char* name, std::int64_t kbps,
                         output::OutputState state = output::OutputState::live) {
  output::OutputStats out;
  out.name = name;
  out.state = state;
  out.way = output::LinkLook{0, kbps};
  return out;
}

class UplinkTest : public testing::Test {
 protected:
  UplinkTest() { std::filesystem::remove(file); }
  ~UplinkTest() override { std::filesystem::remove(file); }
  void go(int seconds, const std::vector<output::OutputStats>& pushes) {
    for (int i = 0; i < 10 * seconds; ++i) {
      uplink.look(pushes, now);
      now += from_ms(100);
    }
  }
  MonoTime now{std::chrono::hours(1)};
  Uplink uplink;
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / ("uplink-" + std::to_string(::getpid()));
  const WallTime today{std::chrono::milliseconds(1'764'417'600'000)};  // noon, 2025-11-29, UTC
};

TEST_F(UplinkTest, has_no_figure_before_half_a_minute) {
  go(29, {push("a", 2500)});
  EXPECT_FALSE(uplink.all_kbps());
  go(2, {push("a", 2500)});
  EXPECT_EQ(uplink.all_kbps(), 2500);
}

TEST_F(UplinkTest, takes_what_held_and_all_at_one_time) {
  go(40, {push("a", 2000), push("b", 1000)});
  go(5, {push("a", 9000)});  // a burst is not what a line carries
  go(40, {push("a", 500), push("b", 3000, output::OutputState::reconnecting)});
  EXPECT_LT(uplink.by_push().at("a"), 3300);
  EXPECT_GE(uplink.by_push().at("a"), 2000);
  EXPECT_EQ(uplink.by_push().at("b"), 1000);
  EXPECT_GE(*uplink.all_kbps(), 3000);
}

TEST_F(UplinkTest, begins_anew_after_a_pause) {
  go(20, {push("a", 2500)});
  now += std::chrono::minutes(5);
  go(20, {push("a", 2500)});
  EXPECT_FALSE(uplink.all_kbps());
}

TEST_F(UplinkTest, counts_no_way_that_cannot_be_told) {
  auto blind = push("a", 2500);
  blind.way.reset();
  go(40, {blind});
  EXPECT_FALSE(uplink.all_kbps().value_or(0) > 0);
}

TEST_F(UplinkTest, keeps_the_last_evening_and_the_best_of_each_push) {
  go(31, {push("抖音", 4000), push("快手", 1500)});
  ASSERT_TRUE(keep_uplink(file, uplink, today));
  Uplink second;
  std::swap(uplink, second);
  go(31, {push("抖音", 1200), push("快手", 1600)});
  ASSERT_TRUE(keep_uplink(file, uplink, today + std::chrono::hours(48)));
  const auto past = read_uplink(file);
  EXPECT_EQ(past.last->kbps, 2800);
  EXPECT_EQ(past.last->day, "2025-12-01");
  EXPECT_EQ(past.best.at("抖音").kbps, 4000);
  EXPECT_EQ(past.best.at("抖音").day, "2025-11-29");
  EXPECT_EQ(past.best.at("快手").kbps, 1600);
}

TEST_F(UplinkTest, an_evening_without_a_figure_changes_nothing) {
  go(31, {push("a", 4000)});
  ASSERT_TRUE(keep_uplink(file, uplink, today));
  ASSERT_TRUE(keep_uplink(file, Uplink(), today + std::chrono::hours(48)));
  EXPECT_EQ(read_uplink(file).last->kbps, 4000);
}

TEST_F(UplinkTest, reads_nothing_out_of_what_is_none_of_ours) {
  for (const auto* text :
       {"", "[]", "{", R"({"last":5,"best":[]})", R"({"last":{"kbps":-1,"day":"2025-11-29"}})",
        R"({"last":{"kbps":1e300,"day":"2025-11-29"},"best":{"a":{"kbps":"x"}}})",
        R"({"last":{"kbps":5,"day":"yesterday, <b>"}})"}) {
    std::ofstream(file) << text;
    const auto past = read_uplink(file);
    EXPECT_FALSE(past.last) << text;
    EXPECT_TRUE(past.best.empty()) << text;
  }
}

}  // namespace
}  // namespace xb::studio
