// Which pictures an evening has, and what becomes of each.
// SPDX-License-Identifier: Apache-2.0
#include "studio/strands.h"

#include <gtest/gtest.h>

#include <utility>

namespace xb::studio {
namespace {

Plan plan_of_two() {
  Plan plan;
  plan.show.canvases = {{"竖屏", 720, 1280, 1500, Placement::cover, {}}};
  plan.show.publish = {{"a", "rtmp://h/live", true, "video"}, {"b", "rtmp://h/live", true, "竖屏"}};
  plan.publish = {"a", "b"};
  return plan;
}

TEST(Strands, are_one_where_there_is_one_picture) {
  const auto strands = strands_of(Plan{});
  ASSERT_EQ(strands.all.size(), 1U);
  EXPECT_EQ(strands.all[0].name, "video");
  EXPECT_EQ(strands.recorded, 0U);
  EXPECT_FALSE(strands.clean);
}

TEST(Strands, draw_a_further_canvas_for_who_is_pushed_to) {
  const auto strands = strands_of(plan_of_two());
  ASSERT_EQ(strands.all.size(), 2U);
  EXPECT_EQ(strands.of("竖屏"), 1U);
  EXPECT_EQ(strands.canvases[1].video.width, 720);
  EXPECT_EQ(encoder_settings(strands.canvases[1].video).video_bitrate, 1'500'000);
  EXPECT_EQ(strands.recorded, 0U) << "the recording is of [video] unless said";
}

TEST(Strands, leave_out_a_canvas_that_nobody_sees_this_evening) {
  auto plan = plan_of_two();
  plan.publish = {"a"};
  EXPECT_EQ(strands_of(plan).canvases.size(), 1U);
  plan.show.record.canvas = "竖屏";
  EXPECT_EQ(strands_of(plan).canvases.size(), 2U);
  plan.is_recording = false;
  EXPECT_EQ(strands_of(plan).canvases.size(), 1U);
}

TEST(Strands, have_the_first_wide_canvas_looked_at) {
  auto plan = plan_of_two();
  EXPECT_EQ(strands_of(plan).looked_at, 0U);
  std::swap(plan.show.video.width, plan.show.video.height);
  EXPECT_EQ(strands_of(plan).looked_at, 0U) << "both are tall";
  std::swap(plan.show.canvases[0].width, plan.show.canvases[0].height);
  EXPECT_EQ(strands_of(plan).looked_at, 1U);
}

TEST(Strands, keep_the_clean_feed_of_the_picture_that_is_recorded) {
  auto plan = plan_of_two();
  plan.show.record = {"竖屏", true};
  const auto strands = strands_of(plan);
  ASSERT_EQ(strands.all.size(), 3U);
  EXPECT_EQ(strands.recorded, 1U);
  ASSERT_EQ(strands.clean, 2U);
  EXPECT_EQ(strands.all[2].name, "clean");
  EXPECT_EQ(strands.all[2].canvas, 1U);
  EXPECT_EQ(strands.all[2].dress, Dress::none);
  EXPECT_EQ(clean_settings(strands.video_of(strands.all[2])).video_bitrate, 3'000'000);
  plan.is_recording = false;
  EXPECT_FALSE(strands_of(plan).clean);
}

}  // namespace
}  // namespace xb::studio
