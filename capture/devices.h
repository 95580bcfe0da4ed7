// Devices: cameras and microphones of this machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
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
  std::vector<CameraMode> modes = {};  // cameras, as far as the system tells
  bool is_monitor = false;             // what the speakers play: no microphone unless it is named
  std::optional<ErrorCode> refusal = {};  // why it cannot be opened, where that is known
};

// Makes libav's devices known; both lists do it themselves.
void register_devices();

// Both may be empty; neither fails. They may take some 100 ms, and a second where the sound server
// does not answer: not for the program thread.
std::vector<Device> list_cameras();
std::vector<Device> list_microphones(Clock& clock, const std::stop_token& stop = {});

// Empty `wanted`, or "default": the usual one, never a monitor. Else by path, by name, by a part of
// the name (not regarding case; of a path beginning with `/` no part). Error: device_missing,
// naming what there is.
Result<Device> find_device(const std::vector<Device>& devices, std::string_view wanted);
// As find_device among the cameras; a path may be any way to its node (/dev/v4l/by-id/...).
Result<Device> find_camera(std::string_view wanted);

// Which device a Source means each time it is opened.
//
// Thread: the Source's.
class DeviceChoice {
 public:
  // As for find_device().
  explicit DeviceChoice(std::string wanted) : wanted_(std::move(wanted)) {}
  // As find_device(), until one was taken. From then on the same again, whatever its number is now;
  // else what was plugged in since, if `wanted` says that. Never one that was beside it: a camera
  // that nobody pointed at anything must not go on air by itself. Error: device_missing.
  Result<Device> among(std::vector<Device> present);
  // The one of the last among(), which could be opened.
  void take(const Device& device);

 private:
  std::string wanted_;
  std::optional<Device> taken_;
  std::vector<Device> present_;
  std::vector<Device> beside_;  // what was there too when it was taken
};

// What libav opens: DirectShow and AVFoundation want to be told which of the two it is.
enum class DeviceUse : std::uint8_t { camera = 1, microphone };
std::string device_url(const Device& device, DeviceUse use);

// The names ALSA gives to what it does not list ("hw:1,0", "plughw:CARD=U0x46d").
bool is_alsa_name(std::string_view name);

// MJPEG before raw at the same size; the smallest size that covers the canvas at its rate, else the
// largest.
std::optional<CameraMode> best_mode(const std::vector<CameraMode>& modes, int width, int height,
                                    Rate rate);

}  // namespace xb::capture
