// Loopback: the side of a v4l2loopback device into which pictures are written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "media/frame.h"
#include "output/device_calls.h"

namespace xb::output {

struct LoopbackWish {
  std::string path;  // or "auto": the first v4l2loopback device, one with our name before others
  int width = 0;
  int height = 0;
  Rate rate;
};

// Thread: one at a time. Nothing blocks.
class Loopback {
 public:
  // The device is asked for YUV 4:2:0, and for YUYV where it has another idea; never for another
  // size: the watcher would see a picture that is cut. Errors: vcam_missing, vcam_unfit (no device,
  // or one that takes no pictures), vcam_busy, vcam_refused.
  static Result<std::unique_ptr<Loopback>> open(const LoopbackWish& wish, DeviceCalls& calls);
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  // False: it could not take one just now. Errors: vcam_missing, vcam_refused.
  Result<bool> write(const media::Picture& picture);
  // "/dev/video4 YU12"
  const std::string& about() const { return about_; }

 private:
  Loopback(DeviceCalls& calls, int fd) : calls_(calls), fd_(fd) {}
  Status check(const std::string& path);
  Status set_form(const std::string& path, const LoopbackWish& wish);
  void pack(const media::Picture& picture);

  DeviceCalls& calls_;
  const int fd_;
  int width_ = 0;
  int height_ = 0;
  std::uint32_t stride_ = 0;
  bool is_yuyv_ = false;
  std::vector<std::uint8_t> bytes_;  // one picture as the device wants it
  std::string about_;
};

}  // namespace xb::output
