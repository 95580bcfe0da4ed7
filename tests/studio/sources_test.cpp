// Which camera and microphone an evening uses.
// SPDX-License-Identifier: Apache-2.0
#include "studio/sources.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

std::vector<capture::Device> no_camera() {
  return {};
}
std::vector<capture::Device> one_camera() {
  return {{"v4l2", "/dev/video0", "HD Webcam", false}};
}

Plan plan(const std::string& show, const std::string& show_mic, const std::string& source = "",
          const std::string& mic = "") {
  Plan out;
  out.show.source.from = show;
  out.show.source.mic = show_mic;
  out.source = source;
  out.mic = mic;
  return out;
}

TEST(Sources, just_any_camera_is_the_built_in_scene_where_there_is_none) {
  const auto none = choose_sources(plan("camera:", ""), no_camera);
  ASSERT_TRUE(none);
  EXPECT_EQ(none->picture.scheme, "sample");
  EXPECT_FALSE(none->sound) << "the scene has its own";
  EXPECT_EQ(choose_sources(plan("camera:", ""), one_camera)->picture.scheme, "camera");
  // one that was asked for is waited for
  EXPECT_EQ(choose_sources(plan("camera:HD Webcam", ""), no_camera)->picture.scheme, "camera");
  EXPECT_EQ(choose_sources(plan("test:", "", "camera:"), no_camera)->picture.scheme, "camera");
}

TEST(Sources, a_camera_goes_with_the_usual_microphone_whenever_that_is_plugged_in) {
  const auto chosen = choose_sources(plan("camera:", ""), one_camera);
  ASSERT_TRUE(chosen);
  ASSERT_TRUE(chosen->sound);
  EXPECT_EQ(chosen->sound->scheme, "mic");
  EXPECT_EQ(chosen->sound->rest, "");
  EXPECT_FALSE(choose_sources(plan("test:", ""), one_camera)->sound) << "its own sound";
}

TEST(Sources, the_command_line_goes_before_the_show) {
  const auto chosen = choose_sources(plan("camera:", "pulse:a", "test:", "alsa:hw:1,0"), no_camera);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->picture.scheme, "test");
  EXPECT_EQ(chosen->sound->scheme, "alsa");
  EXPECT_EQ(choose_sources(plan("test:", "pulse:a"), no_camera)->sound->rest, "a");
}

TEST(Sources, none_is_silence_and_a_slip_is_an_error) {
  const auto silent = choose_sources(plan("camera:", "none"), one_camera);
  ASSERT_TRUE(silent);
  EXPECT_TRUE(silent->is_silent);
  EXPECT_FALSE(silent->sound);
  for (const auto& wrong : {plan("camra:", ""), plan("test:", "fle:/a.wav")}) {
    const auto chosen = choose_sources(wrong, no_camera);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code(), ErrorCode::source_unsupported);
  }
}

}  // namespace
}  // namespace xb::studio
