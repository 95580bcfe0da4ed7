// Lists devices and finds the one that was meant.
// SPDX-License-Identifier: Apache-2.0
#include "capture/devices.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>

#include "base/log.h"
#include "base/text.h"
#include "capture/camera_modes.h"
#include "capture/pulse.h"

extern "C" {
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
}

namespace xb::capture {
namespace {

struct FreeList {
  void operator()(AVDeviceInfoList* list) const { avdevice_free_list_devices(&list); }
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool carries(const AVDeviceInfo& device, AVMediaType wanted) {
  if (device.nb_media_types == 0) return true;  // it does not say
  return std::find(device.media_types, device.media_types + device.nb_media_types, wanted) !=
         device.media_types + device.nb_media_types;
}

// ALSA lists its plug-ins as devices too: `null` pours silence without end, `jack` or `upmix` are
// no microphones.
bool is_hardware(std::string_view path) {
  return path.starts_with("hw:") || path.starts_with("plughw:");
}
bool is_way_to_sound(std::string_view path) {
  constexpr std::array<std::string_view, 4> ways{"default", "pulse", "pipewire", "sysdefault"};
  return std::any_of(ways.begin(), ways.end(), [&](auto way) { return path.starts_with(way); });
}

void add_from(const char* system, AVMediaType wanted, std::vector<Device>& out) {
  const auto* format = av_find_input_format(system);
  if (format == nullptr) return;
  AVDeviceInfoList* found = nullptr;
  if (avdevice_list_input_sources(format, nullptr, nullptr, &found) < 0 || found == nullptr) return;
  const std::unique_ptr<AVDeviceInfoList, FreeList> list(found);
  for (int i = 0; i < list->nb_devices; ++i) {
    const auto& device = *list->devices[i];
    if (!carries(device, wanted) || device.device_name == nullptr) continue;
    const char* about = device.device_description;
    out.push_back({system, device.device_name,
                   clean_outside_text(about != nullptr ? about : device.device_name),
                   i == list->default_device});
  }
}

bool is_same(const Device& one, const Device& other) {
  return one.system == other.system && one.path == other.path && one.name == other.name;
}

}  // namespace

void register_devices() {
  static std::once_flag once;  // libav's own table of devices, one a process
  std::call_once(once, [] { avdevice_register_all(); });
}

std::vector<Device> list_cameras() {
  register_devices();
  auto out = v4l2_cameras();
  for (const char* system : {"dshow", "avfoundation"}) add_from(system, AVMEDIA_TYPE_VIDEO, out);
  return out;
}

std::vector<Device> list_microphones(Clock& clock, const std::stop_token& stop) {
  register_devices();
  auto pulse = pulse_microphones(clock, stop);
  // Where there is a sound server, ALSA's ways to sound lead to it again.
  const bool has_server = pulse || pulse.error().code() != ErrorCode::device_missing;
  std::vector<Device> alsa;
  add_from("alsa", AVMEDIA_TYPE_AUDIO, alsa);
  std::erase_if(alsa, [&](const Device& device) {
    return !is_hardware(device.path) && (has_server || !is_way_to_sound(device.path));
  });
  auto out = pulse ? std::move(*pulse) : std::vector<Device>();
  std::move(alsa.begin(), alsa.end(), std::back_inserter(out));
  for (const char* system : {"dshow", "avfoundation"}) add_from(system, AVMEDIA_TYPE_AUDIO, out);
  std::stable_partition(out.begin(), out.end(),
                        [](const Device& device) { return !device.is_monitor; });
  return out;
}

std::string device_url(const Device& device, DeviceUse use) {
  const bool is_camera = use == DeviceUse::camera;
  if (device.system == "dshow") return (is_camera ? "video=" : "audio=") + device.path;
  if (device.system == "avfoundation") return is_camera ? device.path + ":" : ":" + device.path;
  return device.path;
}

bool is_alsa_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> kinds{"hw",         "plughw", "dsnoop",
                                                  "sysdefault", "pulse",  "pipewire"};
  return std::find(kinds.begin(), kinds.end(), name.substr(0, name.find(':'))) != kinds.end();
}

Result<Device> find_camera(std::string_view wanted) {
  if (!wanted.starts_with('/')) return find_device(list_cameras(), wanted);
  std::error_code code;
  const auto path = std::filesystem::canonical(wanted, code);
  if (auto camera = v4l2_camera(code ? std::string(wanted) : path.string())) return *camera;
  return Error(ErrorCode::device_missing, std::string(wanted.substr(0, 100)));
}

Result<Device> find_device(const std::vector<Device>& devices, std::string_view wanted) {
  if (wanted.empty() || wanted == "default") {
    const auto rank = [](const Device& device) {
      return std::array{!device.is_monitor, !device.refusal, device.is_default};
    };
    const auto usual =
        std::max_element(devices.begin(), devices.end(),
                         [&](const Device& a, const Device& b) { return rank(a) < rank(b); });
    if (usual == devices.end() || usual->is_monitor) return Error(ErrorCode::device_missing);
    return *usual;
  }
  const auto word = lower(wanted);
  const std::array<bool (*)(const Device&, std::string_view, const std::string&), 3> ways{
      [](const Device& d, std::string_view exact, const std::string&) {
        return d.path == exact || d.name == exact;
      },
      [](const Device& d, std::string_view, const std::string& w) { return lower(d.name) == w; },
      [](const Device& d, std::string_view, const std::string& w) {
        return lower(d.name).find(w) != std::string::npos ||
               lower(d.path).find(w) != std::string::npos;
      }};
  for (const auto is_it : ways) {
    for (const auto& device : devices) {
      if (is_it(device, wanted, word)) return device;
    }
    if (wanted.starts_with('/')) break;  // /dev/video1 is no part of /dev/video10
  }
  std::string detail(wanted.substr(0, 100));
  for (const auto& device : devices) detail.append(" ≠ ").append(device.name);
  return Error(ErrorCode::device_missing, std::move(detail));
}

Result<Device> DeviceChoice::among(std::vector<Device> present) {
  present_ = std::move(present);
  if (!taken_) return find_device(present_, wanted_);
  auto candidates = present_;
  std::erase_if(candidates, [&](const Device& device) {
    return std::any_of(beside_.begin(), beside_.end(),
                       [&](const Device& other) { return is_same(device, other); });
  });
  const auto again = std::find_if(candidates.begin(), candidates.end(), [&](const Device& device) {
    return device.system == taken_->system && device.name == taken_->name;
  });
  if (again != candidates.end()) return *again;
  if (auto since = find_device(candidates, wanted_)) return since;
  return Error(ErrorCode::device_missing, taken_->name);
}

void DeviceChoice::take(const Device& device) {
  if (taken_ && taken_->name != device.name)
    log_warn("capture", "{} is on in place of {}", device.name, taken_->name);
  taken_ = device;
  beside_ = std::move(present_);
  std::erase_if(beside_, [&](const Device& other) { return is_same(other, device); });
}

std::optional<CameraMode> best_mode(const std::vector<CameraMode>& modes, int width, int height,
                                    Rate rate) {
  const auto score = [&](const CameraMode& mode) {
    const auto area = static_cast<std::int64_t>(mode.width) * mode.height;
    const bool is_covering = mode.width >= width && mode.height >= height;
    const bool is_fast =
        mode.rate.num == 0 || static_cast<std::int64_t>(mode.rate.num) * rate.den * 10 >=
                                  static_cast<std::int64_t>(rate.num) * mode.rate.den * 9;
    // fast enough first, then covering the canvas, then as near to it as can be, then compressed
    return std::array<std::int64_t, 4>{is_fast ? 1 : 0, is_covering ? 1 : 0,
                                       is_covering ? -area : area, mode.format == "mjpeg" ? 1 : 0};
  };
  const CameraMode* best = nullptr;
  for (const auto& mode : modes) {
    if (best == nullptr || score(mode) > score(*best)) best = &mode;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace xb::capture
