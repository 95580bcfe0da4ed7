// The virtual camera against a device that notes each call, and the refusals of this very machine.
// SPDX-License-Identifier: Apache-2.0
#include "output/loopback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>

#include "output/virtual_camera.h"

namespace xb::output {
namespace {

using ::testing::ElementsAre;

struct FakeDevice {
  std::string driver = "v4l2 loopback";
  std::string card = "Dummy video device";
  std::uint32_t able = V4L2_CAP_VIDEO_OUTPUT;
  std::vector<std::uint32_t> forms = {V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUYV};
  std::uint32_t kept_width = 0;  // of a watcher; 0: what is asked for
  std::uint32_t stride_more = 0;
  int open_error = 0;
  int form_error = 0;
};

class FakeCalls final : public DeviceCalls {
 public:
  std::map<std::string, FakeDevice> devices;

  std::vector<std::string> nodes() override {
    std::vector<std::string> out;
    for (const auto& [path, device] : devices) out.push_back(path);
    return out;
  }
  int open(const std::string& path) override {
    const auto at = devices.find(path);
    if (at == devices.end()) return -ENOENT;
    note("open " + path);
    if (at->second.open_error != 0) return -at->second.open_error;
    std::lock_guard lock(mutex_);
    opened_.push_back(path);
    return static_cast<int>(opened_.size()) + 100;
  }
  int control(int fd, unsigned long request, void* argument) override {
    const auto& device = of(fd);
    if (request == VIDIOC_QUERYCAP) {
      auto& about = *static_cast<v4l2_capability*>(argument);
      std::memcpy(about.driver, device.driver.c_str(), device.driver.size() + 1);
      std::memcpy(about.card, device.card.c_str(), device.card.size() + 1);
      about.capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE;
      about.device_caps = device.able;
      note("QUERYCAP");
    } else if (request == VIDIOC_S_FMT) {
      auto& form = static_cast<v4l2_format*>(argument)->fmt.pix;
      EXPECT_EQ(static_cast<v4l2_format*>(argument)->type, V4L2_BUF_TYPE_VIDEO_OUTPUT);
      note("S_FMT " + std::string(reinterpret_cast<const char*>(&form.pixelformat), 4) + " " +
           std::to_string(form.width) + "x" + std::to_string(form.height) + " " +
           std::to_string(form.sizeimage));
      if (device.form_error != 0) return -device.form_error;
      if (std::count(device.forms.begin(), device.forms.end(), form.pixelformat) == 0)
        form.pixelformat = device.forms.front();
      if (device.kept_width != 0) form.width = device.kept_width;
      form.bytesperline += device.stride_more;
    } else if (request == VIDIOC_S_PARM) {
      const auto& pace = static_cast<v4l2_streamparm*>(argument)->parm.output.timeperframe;
      note("S_PARM " + std::to_string(pace.numerator) + "/" + std::to_string(pace.denominator));
    } else {
      return -ENOTTY;
    }
    return 0;
  }
  std::int64_t write(int, std::span<const std::uint8_t> bytes) override {
    std::lock_guard lock(mutex_);
    last_.assign(bytes.begin(), bytes.end());
    ++writes_;
    if (answers.empty()) return static_cast<std::int64_t>(bytes.size());
    const auto answer = answers.front();
    answers.pop_front();
    return answer == 0 ? static_cast<std::int64_t>(bytes.size()) : answer;
  }
  void close(int) override { note("close"); }

  std::vector<std::string> calls() const {
    std::lock_guard lock(mutex_);
    return calls_;
  }
  std::vector<std::uint8_t> last() const {
    std::lock_guard lock(mutex_);
    return last_;
  }
  int writes() const {
    std::lock_guard lock(mutex_);
    return writes_;
  }
  void answer_next(std::deque<std::int64_t> next) {
    std::lock_guard lock(mutex_);
    answers = std::move(next);
  }

 private:
  const FakeDevice& of(int fd) const {
    std::lock_guard lock(mutex_);
    return devices.at(opened_.at(static_cast<std::size_t>(fd - 101)));
  }
  void note(std::string what) {
    std::lock_guard lock(mutex_);
    calls_.push_back(std::move(what));
  }
  mutable std::mutex mutex_;
  std::vector<std::string> calls_;
  std::vector<std::string> opened_;
  std::vector<std::uint8_t> last_;
  std::deque<std::int64_t> answers;  // 0: all of it
  int writes_ = 0;
};

// Each sample another than its neighbours.
media::Picture picture(int width = 8, int height = 4) {
  media::Picture out(width, height);
  for (int plane = 0; plane < 3; ++plane) {
    for (int y = 0; y < (plane == 0 ? height : height / 2); ++y) {
      for (int x = 0; x < (plane == 0 ? width : width / 2); ++x)
        out.plane(plane)[y * out.stride(plane) + x] =
            static_cast<std::uint8_t>(plane * 80 + y * 10 + x);
    }
  }
  return out;
}

ErrorCode code_of(const Result<std::unique_ptr<Loopback>>& opened) {
  return opened ? ErrorCode{} : opened.error().code();
}

TEST(Loopback, is_asked_in_order_and_gets_each_picture_whole) {
  FakeCalls calls;
  calls.devices["/dev/video4"] = {};
  {
    auto device = Loopback::open({"/dev/video4", 8, 4, {30, 1}}, calls);
    ASSERT_TRUE(device);
    EXPECT_EQ((*device)->about(), "/dev/video4 YU12 8x4");
    const auto shown = picture();
    EXPECT_TRUE((*device)->write(shown).value_or(false));
    const auto bytes = calls.last();
    ASSERT_EQ(bytes.size(), 48U);
    EXPECT_EQ(bytes[8 * 3 + 7], 37) << "the last of the luma";
    EXPECT_EQ(bytes[32], 80);
    EXPECT_EQ(bytes[32 + 4 + 3], 93);
    EXPECT_EQ(bytes[40 + 7], 173);
    calls.answer_next({-EAGAIN, 10, -ENODEV});
    EXPECT_FALSE((*device)->write(shown).value_or(true)) << "not now is no error";
    EXPECT_EQ((*device)->write(shown).error().code(), ErrorCode::vcam_refused) << "a part of it";
    EXPECT_EQ((*device)->write(shown).error().code(), ErrorCode::vcam_missing);
  }
  EXPECT_THAT(calls.calls(), ElementsAre("open /dev/video4", "QUERYCAP", "S_FMT YU12 8x4 48",
                                         "S_PARM 1/30", "close"));
}

TEST(Loopback, takes_yuyv_and_longer_rows_where_the_device_wants_them) {
  FakeCalls calls;
  calls.devices["/dev/video4"].forms = {V4L2_PIX_FMT_YUYV};
  calls.devices["/dev/video4"].stride_more = 16;
  auto device = Loopback::open({"/dev/video4", 8, 4, {30000, 1001}}, calls);
  ASSERT_TRUE(device);
  EXPECT_EQ((*device)->about(), "/dev/video4 YUYV 8x4");
  ASSERT_TRUE((*device)->write(picture()));
  const auto bytes = calls.last();
  ASSERT_EQ(bytes.size(), 32U * 4);
  EXPECT_EQ(std::vector(bytes.begin() + 32 * 3, bytes.begin() + 32 * 3 + 8),
            (std::vector<std::uint8_t>{30, 90, 31, 170, 32, 91, 33, 171}));
  EXPECT_THAT(calls.calls(), ElementsAre("open /dev/video4", "QUERYCAP", "S_FMT YU12 8x4 48",
                                         "S_FMT YUYV 8x4 64", "S_PARM 1001/30000"));
}

TEST(Loopback, what_cannot_take_the_picture_is_refused_with_its_reason) {
  FakeCalls calls;
  calls.devices["/dev/video0"] = {.driver = "uvcvideo", .able = V4L2_CAP_VIDEO_CAPTURE};
  calls.devices["/dev/video1"] = {.able = V4L2_CAP_VIDEO_CAPTURE};  // somebody writes to it
  calls.devices["/dev/video2"] = {.form_error = EBUSY};
  calls.devices["/dev/video3"] = {.kept_width = 640};
  calls.devices["/dev/video4"] = {.open_error = EACCES};
  calls.devices["/dev/video5"] = {.forms = {V4L2_PIX_FMT_H264}};
  calls.devices["/dev/video6"] = {.open_error = EBUSY};
  const auto open = [&](const std::string& path) {
    return code_of(Loopback::open({path, 8, 4, {30, 1}}, calls));
  };
  EXPECT_EQ(open("/dev/video0"), ErrorCode::vcam_unfit);
  EXPECT_EQ(open("/dev/video1"), ErrorCode::vcam_busy);
  EXPECT_EQ(open("/dev/video2"), ErrorCode::vcam_busy);
  EXPECT_EQ(open("/dev/video3"), ErrorCode::vcam_refused);
  EXPECT_EQ(open("/dev/video4"), ErrorCode::vcam_refused);
  EXPECT_EQ(open("/dev/video5"), ErrorCode::vcam_refused);
  EXPECT_EQ(open("/dev/video6"), ErrorCode::vcam_busy);
  EXPECT_EQ(open("/dev/video7"), ErrorCode::vcam_missing);
  const auto opened = calls.calls();
  EXPECT_EQ(std::count(opened.begin(), opened.end(), "close"), 5) << "nothing is left open";
  // of this machine
  const auto real = [](const std::string& path) {
    return code_of(Loopback::open({path, 8, 4, {30, 1}}, system_device_calls()));
  };
  EXPECT_EQ(real("/dev/null"), ErrorCode::vcam_unfit);
  EXPECT_EQ(real("/dev"), ErrorCode::vcam_unfit);
  EXPECT_EQ(real("/dev/video-that-is-not-there"), ErrorCode::vcam_missing);
}

TEST(Loopback, auto_finds_one_by_its_driver_and_ours_before_others) {
  FakeCalls calls;
  calls.devices["/dev/video0"] = {.driver = "uvcvideo"};
  const auto found = [&] {
    auto device = Loopback::open({"auto", 8, 4, {30, 1}}, calls);
    return device ? (*device)->about() : std::string(device.error().name());
  };
  EXPECT_EQ(found(), "vcam.missing");
  calls.devices["/dev/video1"] = {};
  calls.devices["/dev/video2"] = {};
  EXPECT_EQ(found(), "/dev/video1 YU12 8x4");
  calls.devices["/dev/video2"].card = "乡播";
  EXPECT_EQ(found(), "/dev/video2 YU12 8x4");
}

template <class Condition>
bool eventually(const Condition& is_so) {
  SystemClock clock;
  for (const auto until = clock.now() + std::chrono::seconds(5); clock.now() < until;) {
    if (is_so()) return true;
    clock.wait_until(clock.now() + from_ms(5), {});
  }
  return false;
}

TEST(VirtualCamera, has_each_frame_of_the_program_once_and_waits_for_a_device_that_went) {
  FakeCalls calls;
  ManualClock clock;
  Health health;
  media::PicturePool pool("test", 8, [] { return picture(); });
  const auto frame = [&](std::int64_t number) {
    return media::Frame{media::Ref<const media::Picture>(pool.take()), {}, FrameNumber{number}};
  };
  const auto camera = make_virtual_camera({"auto", 8, 4, {30, 1}}, clock, health, calls);
  ASSERT_TRUE(eventually([&] { return camera->stats().error.has_value(); }));
  EXPECT_EQ(camera->stats().state, OutputState::reconnecting);
  EXPECT_EQ(camera->stats().error->code(), ErrorCode::vcam_missing);
  for (int i = 0; i < 20; ++i) camera->offer(frame(i));
  EXPECT_EQ(camera->stats().dropped, 0U) << "nobody is there to miss them";
  calls.devices["/dev/video4"] = {};
  ASSERT_TRUE(eventually([&] {
    clock.advance(std::chrono::seconds(1));
    return camera->stats().state == OutputState::live;
  }));
  for (int i = 0; i < 10; ++i) {
    camera->offer(frame(i));
    EXPECT_TRUE(eventually([&] { return calls.writes() == i + 1; }));
  }
  EXPECT_TRUE(eventually([&] { return camera->stats().shown == 10; }));
  calls.answer_next({-EAGAIN});
  camera->offer(frame(11));
  EXPECT_TRUE(eventually([&] { return camera->stats().dropped == 1; }));
  calls.answer_next({-ENODEV});
  camera->offer(frame(12));
  EXPECT_TRUE(eventually([&] { return camera->stats().state == OutputState::reconnecting; }));
  EXPECT_EQ(pool.take().operator->() != nullptr, true);
  EXPECT_TRUE(eventually([&] {
    clock.advance(std::chrono::seconds(1));
    return camera->stats().state == OutputState::live;
  }));
  EXPECT_EQ(camera->stats().shown, 10U);
}

}  // namespace
}  // namespace xb::output
