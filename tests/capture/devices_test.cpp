// Finding devices and modes, with and without any being there.
// SPDX-License-Identifier: Apache-2.0
#include "capture/devices.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "capture/pulse.h"
#include "capture/source.h"
#include "tests/support/media_files.h"

namespace xb::capture {
namespace {

const std::vector<Device> two{{"v4l2", "/dev/video0", "HD Webcam C270", false},
                              {"v4l2", "/dev/video2", "USB 摄像头", true}};

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

TEST(Devices, the_usual_microphone_is_never_what_the_speakers_play) {
  Device speakers{"pulse", "sink.monitor", "Monitor of Speakers", true};
  speakers.is_monitor = true;
  const Device usb{"pulse", "usb", "USB Microphone", false};
  EXPECT_EQ(find_device({speakers, usb}, "")->path, "usb");
  EXPECT_EQ(find_device({speakers, usb}, "default")->path, "usb");
  EXPECT_EQ(find_device({speakers}, "").error().code(), ErrorCode::device_missing);
  EXPECT_EQ(find_device({speakers, usb}, "sink.monitor")->path, "sink.monitor") << "named";
}

TEST(Devices, one_that_can_be_opened_is_preferred_to_the_first) {
  Device denied{"v4l2", "/dev/video0", "Laptop", false};
  denied.refusal = ErrorCode::device_denied;
  const Device free{"v4l2", "/dev/video2", "USB", false};
  EXPECT_EQ(find_device({denied, free}, "")->path, "/dev/video2");
  EXPECT_EQ(find_device({denied}, "")->refusal, ErrorCode::device_denied);
  EXPECT_EQ(find_device({denied, free}, "laptop")->refusal, ErrorCode::device_denied);
}

const Device webcam{"v4l2", "/dev/video0", "HD Webcam C270", false};
const Device laptop{"v4l2", "/dev/video2", "Laptop", false};

Device at(Device device, const std::string& path) {
  device.path = path;
  return device;
}

// The one that was taken when both were there.
DeviceChoice taken(const std::string& wanted, const Device& device) {
  DeviceChoice choice(wanted);
  const auto found = choice.among({webcam, laptop});
  EXPECT_EQ(found->name, device.name);
  choice.take(*found);
  return choice;
}

TEST(DeviceChoice, finds_the_same_device_again_whatever_its_number_is_now) {
  for (const auto* wanted : {"", "/dev/video0", "hd webcam", "HD Webcam C270"}) {
    auto choice = taken(wanted, webcam);
    EXPECT_EQ(choice.among({laptop, at(webcam, "/dev/video4")})->path, "/dev/video4") << wanted;
  }
}

TEST(DeviceChoice, never_goes_on_with_another_that_was_there_beside_it) {
  for (const auto* wanted : {"", "/dev/video0", "C270"}) {
    auto choice = taken(wanted, webcam);
    const auto found = choice.among({laptop});
    ASSERT_FALSE(found) << wanted << ": " << found->name;
    EXPECT_EQ(found.error().code(), ErrorCode::device_missing);
    EXPECT_EQ(found.error().detail(), "HD Webcam C270");
    EXPECT_EQ(choice.among({webcam, laptop})->name, "HD Webcam C270") << "and then it comes back";
  }
}

TEST(DeviceChoice, of_two_alike_the_other_one_is_not_taken_for_it) {
  DeviceChoice choice("");
  const auto twin = at(webcam, "/dev/video2");
  choice.take(*choice.among({webcam, twin}));
  EXPECT_FALSE(choice.among({twin}));
  EXPECT_EQ(choice.among({twin, at(webcam, "/dev/video4")})->path, "/dev/video4");
}

TEST(DeviceChoice, a_spare_one_plugged_in_since_goes_on_where_any_would_have_done) {
  const Device spare{"v4l2", "/dev/video0", "Spare", false};
  EXPECT_EQ(taken("", webcam).among({spare, laptop})->name, "Spare");
  EXPECT_EQ(taken("/dev/video0", webcam).among({spare, laptop})->name, "Spare");
  EXPECT_FALSE(taken("C270", webcam).among({spare, laptop}));
}

TEST(DeviceChoice, is_free_until_one_could_be_opened) {
  DeviceChoice choice("");
  EXPECT_FALSE(choice.among({}));
  EXPECT_EQ(choice.among({webcam, laptop})->name, "HD Webcam C270");
  EXPECT_EQ(choice.among({laptop})->name, "Laptop");
}

TEST(Devices, a_number_is_no_part_of_another) {
  EXPECT_FALSE(find_device({at(webcam, "/dev/video10")}, "/dev/video1"));
}

TEST(Devices, each_system_is_asked_in_its_own_words) {
  using enum DeviceUse;
  EXPECT_EQ(device_url({"v4l2", "/dev/video0", "", false}, camera), "/dev/video0");
  EXPECT_EQ(device_url({"alsa", "hw:1,0", "", false}, microphone), "hw:1,0");
  EXPECT_EQ(device_url({"dshow", "HD Webcam", "", false}, camera), "video=HD Webcam");
  EXPECT_EQ(device_url({"dshow", "Microphone (USB)", "", false}, microphone),
            "audio=Microphone (USB)");
  EXPECT_EQ(device_url({"avfoundation", "FaceTime", "", false}, camera), "FaceTime:");
  EXPECT_EQ(device_url({"avfoundation", "Built-in", "", false}, microphone), ":Built-in");
}

TEST(Devices, names_of_alsa_are_known_from_names_of_microphones) {
  for (const auto* name :
       {"hw:1,0", "plughw:CARD=U0x46d,DEV=0", "sysdefault:CARD=U", "dsnoop:0", "pulse"})
    EXPECT_TRUE(is_alsa_name(name)) << name;
  for (const auto* name : {"", "default", "USB Microphone", "hwmon", "alsa_input.usb:mono"})
    EXPECT_FALSE(is_alsa_name(name)) << name;
}

// A folder the present user may not look into, even where that user is root.
TEST(Devices, a_camera_that_may_not_be_opened_says_so_and_one_that_is_none_is_missing) {
  support::Folder folder;
  const auto path = folder / "video0";
  support::write_bytes(path, "no camera");
  EXPECT_EQ(find_camera(path).error().code(), ErrorCode::device_missing) << "a plain file";
  EXPECT_EQ(find_camera(folder / "video1").error().code(), ErrorCode::device_missing);
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const auto link = folder / "usb-Logitech-index0";
  std::filesystem::create_symlink(path, link);
  const bool is_root = ::geteuid() == 0;
  if (is_root) {
    std::filesystem::permissions(folder / "", std::filesystem::perms::all);
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const auto denied = find_camera(link);
  if (is_root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ASSERT_TRUE(denied);
  EXPECT_EQ(denied->path, path) << "by whatever way it was named";
  EXPECT_EQ(denied->refusal, ErrorCode::device_denied);
}

TEST(Devices, lists_carry_what_is_needed_to_open_and_to_show_each) {
  SystemClock clock;
  for (const auto& device : list_cameras())
    EXPECT_FALSE(device.path.empty() || device.name.empty());
  bool was_monitor = false;
  for (const auto& device : list_microphones(clock)) {
    EXPECT_FALSE(device.path.empty() || device.name.empty());
    EXPECT_TRUE(device.is_monitor || !was_monitor) << "monitors come last";
    was_monitor = device.is_monitor;
  }
}

TEST(Devices, no_sound_server_is_no_microphone_and_takes_no_time) {
  // of this process alone: each test is one
  ::setenv("PULSE_SERVER", "unix:/nowhere/at/all", 1);
  ManualClock clock;  // a deadline would never come
  EXPECT_EQ(pulse_microphones(clock, {}).error().code(), ErrorCode::device_missing);
  EXPECT_EQ(PulseStream::open("x", clock, {}).error().code(), ErrorCode::device_missing);
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
