// camera, pulse, alsa, mic: devices of this machine, through libavdevice and PulseAudio.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/log.h"
#include "capture/decoded_track.h"
#include "capture/devices.h"
#include "capture/pulse.h"

namespace xb::capture {
namespace {

class DeviceSource final : public Source {
 public:
  DeviceSource(const SourceSpec& spec, const SourceSetup& setup)
      : spec_(spec), setup_(setup), track_(setup), choice_(spec.rest) {}

  Status open(std::stop_token stop) override {
    XB_TRY_ASSIGN(const auto device, choose(stop));
    auto opened = device.refusal ? Error(*device.refusal) : open_device(device, stop);
    if (!opened) {
      auto error = std::move(opened).error();
      return Error(error.code(),
                   device.name + (error.detail().empty() ? "" : ": " + error.detail()));
    }
    choice_.take(device);
    name_ = device.name;
    log_info("capture", "device {} ({}) {}", device.name, device.path, track_.about());
    return ok();
  }
  Result<Due> next(std::stop_token stop) override {
    return pulse_ ? pulse_->next() : track_.next(std::move(stop));
  }
  Status read_picture(media::Picture& into, std::size_t canvas) override {
    return track_.read_picture(into, canvas);
  }
  std::span<const float> sound() const override {
    return pulse_ ? pulse_->sound() : track_.sound();
  }
  void close() override {
    pulse_.reset();
    track_.close();
  }
  Pace pace() const override { return Pace::live; }
  bool has_sound() const override { return pulse_ || track_.has_sound(); }
  std::string about() const override { return pulse_ ? name_ : name_ + ", " + track_.about(); }
  std::uint64_t decode_errors() const override { return track_.decode_errors(); }

 private:
  bool is_camera() const { return spec_.scheme == "camera"; }

  Result<Device> choose(const std::stop_token& stop) {
    const auto& wanted = spec_.rest;
    if (is_camera()) {
      // The same camera plugged in again may have another number; a link of udev's leads to it.
      const bool is_link = wanted.starts_with('/') && !wanted.starts_with("/dev/video");
      return is_link ? find_camera(wanted) : choice_.among(list_cameras());
    }
    register_devices();
    if (spec_.scheme == "alsa" || (spec_.scheme == "mic" && is_alsa_name(wanted)))
      return Device{"alsa", wanted.empty() ? "default" : wanted, "alsa:" + wanted};
    if (spec_.scheme == "mic") return choice_.among(list_microphones(*setup_.clock, stop));
    if (!wanted.empty()) return Device{"pulse", wanted, "pulse:" + wanted};
    XB_TRY_ASSIGN(auto all, pulse_microphones(*setup_.clock, stop));
    return choice_.among(std::move(all));
  }

  Status open_device(const Device& device, const std::stop_token& stop) {
    if (device.system == "pulse") {
      XB_TRY_ASSIGN(pulse_, PulseStream::open(device.path, *setup_.clock, stop));
      return ok();
    }
    media::InputSpec input;
    input.kind = media::InputKind::device;
    input.format = device.system;
    input.url = device_url(device, is_camera() ? DeviceUse::camera : DeviceUse::microphone);
    input.wants_video = is_camera();
    input.wants_audio = !is_camera();
    if (is_camera()) {
      ask_for_mode(device, input);
      return track_.open(input, stop);
    }
    input.options.emplace_back("sample_rate", "48000");
    auto opened = track_.open(input, stop);
    // libav asks for two channels, which hw: of most USB microphones does not have: refused like
    // all that ALSA refuses. A second refusal says no more than the first.
    if (opened || device.system != "alsa" || opened.error().code() != ErrorCode::device_refused)
      return opened;
    input.options.emplace_back("channels", "1");
    return track_.open(input, stop) ? ok() : opened;
  }

  void ask_for_mode(const Device& device, media::InputSpec& input) const {
    // the larger sides of all Canvases: what each shows is cut out of the same picture
    int width = 0;
    int height = 0;
    for (std::size_t i = 0; i < setup_.canvases(); ++i) {
      width = std::max(width, setup_.on(i).width);
      height = std::max(height, setup_.on(i).height);
    }
    const auto mode = best_mode(device.modes, width, height, setup_.rate);
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
  DeviceChoice choice_;
  std::unique_ptr<PulseStream> pulse_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Source> make_device_source(const SourceSpec& spec, const SourceSetup& setup) {
  return std::make_unique<DeviceSource>(spec, setup);
}

}  // namespace xb::capture
