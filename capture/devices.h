// Devices: cameras and microphones of this machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace xb::capture {

struct CameraMode {
  std::string format;  // libav's name for the device option: `mjpeg`, `yuyv422`
  int width = 0;
  int height = 0;
  Rate rate;  // the fastest at this size
};

struct Device {
  std::string system;  // libav's input format: `v4l2`, `pulse`, `alsa`, `dshow`, `avfoundation`
  std::string path;    // what libav opens: `/dev/video0`
  std::string name;    // for people
  bool is_default = false;
  std::vector<CameraMode> modes;  // cameras, as far as the system tells
};

// Makes libav's devices known; both lists do it themselves.
void register_devices();

// Both may be empty; neither fails. They may take some 100 ms: not for the program thread.
std::vector<Device> list_cameras();
std::vector<Device> list_microphones();

// Empty `wanted`: the first. Else by path, by name, by a part of the name (not regarding case).
// Error: device_missing, naming what there is.
Result<Device> find_device(const std::vector<Device>& devices, std::string_view wanted);

// MJPEG before raw at the same size; the smallest size that covers the canvas at its rate, else the
// largest.
std::optional<CameraMode> best_mode(const std::vector<CameraMode>& modes, int width, int height,
                                    Rate rate);

}  // namespace xb::capture
