// Finding devices and modes, with and without any being there.
// SPDX-License-Identifier: Apache-2.0
#include "capture/devices.h"

#include <gtest/gtest.h>

#include "capture/source.h"

namespace xb::capture {
namespace {

const std::vector<Device> two{{"v4l2", "/dev/video0", "HD Webcam C270", false, {}},
                              {"v4l2", "/dev/video2", "USB 摄像头", true, {}}};

TEST(Devices, are_found_by_path_name_part_or_as_the_first) {
  EXPECT_EQ(find_device(two, "/dev/video0")->path, "/dev/video0");
  EXPECT_EQ(find_device(two, "hd webcam c270")->path, "/dev/video0");
  EXPECT_EQ(find_device(two, "摄像头")->path, "/dev/video2");
  EXPECT_EQ(find_device(two, "")->path, "/dev/video2");
  EXPECT_EQ(find_device({}, "").error().code(), ErrorCode::device_missing);
  EXPECT_EQ(find_device(two, "Logitech").error().code(), ErrorCode::device_missing);
}

TEST(Devices, mjpeg_is_preferred_at_the_size_that_covers_the_canvas) {
  const Rate fast{30, 1};
  const std::vector<CameraMode> modes{{"yuyv422", 640, 480, fast},
                                      {"yuyv422", 1280, 720, {10, 1}},
                                      {"mjpeg", 1920, 1080, fast},
                                      {"yuyv422", 1280, 720, fast},
                                      {"mjpeg", 1280, 720, fast}};
  const auto best = best_mode(modes, 1280, 720, fast);
  ASSERT_TRUE(best);
  EXPECT_EQ(best->format, "mjpeg");
  EXPECT_EQ(best->width, 1280);
  EXPECT_EQ(best_mode(modes, 1080, 1920, fast)->width, 1920);  // none covers it: the largest
  EXPECT_FALSE(best_mode({}, 1280, 720, fast));
}

TEST(Devices, lists_work_with_nothing_there) {
  static_cast<void>(list_cameras());
  static_cast<void>(list_microphones());
}

TEST(Devices, a_missing_camera_says_so) {
  SystemClock clock;
  auto source = make_source(*parse_source("camera:no such camera here"),
                            SourceSetup{{}, {30, 1}, Wanted::picture, &clock});
  ASSERT_TRUE(source);
  const auto opened = (*source)->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::device_missing);
}

}  // namespace
}  // namespace xb::capture
