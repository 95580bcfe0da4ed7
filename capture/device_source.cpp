// camera, pulse, alsa, mic: devices of this machine through libavdevice.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/log.h"
#include "capture/decoded_track.h"
#include "capture/devices.h"

namespace xb::capture {
namespace {

// Names of a sound server that need not be listed to be opened.
bool is_plain_pulse_or_alsa(const std::string& scheme) {
  return scheme == "pulse" || scheme == "alsa";
}

class DeviceSource final : public Source {
 public:
  DeviceSource(const SourceSpec& spec, const SourceSetup& setup)
      : spec_(spec), setup_(setup), track_(setup) {}

  Status open(std::stop_token stop) override {
    XB_TRY_ASSIGN(const auto device, choose());
    media::InputSpec input;
    input.kind = media::InputKind::device;
    input.format = device.system;
    input.url = device.path;
    input.wants_video = is_camera();
    input.wants_audio = !is_camera();
    if (is_camera()) {
      ask_for_mode(device, input);
    } else {
      input.options.emplace_back("sample_rate", "48000");
      // PulseAudio's own choice may be seconds; 1024 stereo samples of 16 bit are 21 ms
      if (device.system == "pulse") input.options.emplace_back("fragment_size", "4096");
    }
    auto opened = track_.open(input, std::move(stop));
    if (!opened) {
      auto error = std::move(opened).error();
      return Error(error.code(), device.name + ": " + error.detail());
    }
    name_ = device.name;
    log_info("capture", "device {} ({}) {}", device.name, device.path, track_.about());
    return ok();
  }
  Result<Due> next(std::stop_token stop) override { return track_.next(std::move(stop)); }
  Status read_picture(media::Picture& into) override { return track_.read_picture(into); }
  std::span<const float> sound() const override { return track_.sound(); }
  void close() override { track_.close(); }
  Pace pace() const override { return Pace::live; }
  bool has_sound() const override { return track_.has_sound(); }
  std::string about() const override { return name_ + ", " + track_.about(); }
  std::uint64_t decode_errors() const override { return track_.decode_errors(); }

 private:
  bool is_camera() const { return spec_.scheme == "camera"; }

  Result<Device> choose() const {
    if (is_plain_pulse_or_alsa(spec_.scheme)) {
      register_devices();
      const auto path = spec_.rest.empty() ? std::string("default") : spec_.rest;
      return Device{spec_.scheme, path, spec_.scheme + ":" + path, false, {}};
    }
    const auto devices = is_camera() ? list_cameras() : list_microphones();
    auto found = find_device(devices, spec_.rest);
    // The same camera plugged in again may have another number: its name is remembered.
    if (!found && !name_.empty()) found = find_device(devices, name_);
    return found;
  }

  void ask_for_mode(const Device& device, media::InputSpec& input) const {
    const auto mode =
        best_mode(device.modes, setup_.canvas.width, setup_.canvas.height, setup_.rate);
    if (!mode) return;  // this system does not tell: the device's own choice
    input.options.emplace_back("video_size", fmt::format("{}x{}", mode->width, mode->height));
    const bool is_faster = static_cast<std::int64_t>(mode->rate.num) * setup_.rate.den >
                           static_cast<std::int64_t>(setup_.rate.num) * mode->rate.den;
    const auto rate = is_faster ? setup_.rate : mode->rate;
    if (rate.num > 0)
      input.options.emplace_back("framerate", fmt::format("{}/{}", rate.num, rate.den));
    if (!mode->format.empty()) input.options.emplace_back("input_format", mode->format);
  }

  const SourceSpec spec_;
  const SourceSetup setup_;
  DecodedTrack track_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Source> make_device_source(const SourceSpec& spec, const SourceSetup& setup) {
  return std::make_unique<DeviceSource>(spec, setup);
}

}  // namespace xb::capture
