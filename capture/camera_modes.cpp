// Asks each /dev/videoN for its name, formats, sizes and rates.
// SPDX-License-Identifier: Apache-2.0
#include "capture/camera_modes.h"

#if defined(__linux__)
#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "base/text.h"

namespace xb::capture {
namespace {

constexpr int most_nodes = 64;
constexpr unsigned most_entries = 64;  // a driver that never says "no more" ends here

class Node {
 public:
  explicit Node(const std::string& path)
      : fd_(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)), error_(fd_ < 0 ? errno : 0) {}
  ~Node() {
    if (fd_ >= 0) ::close(fd_);
  }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  int error() const { return error_; }  // errno of opening it
  template <class T>
  bool ask(unsigned long request, T& about) const {
    int code = 0;
    do {
      code = ::ioctl(fd_, request, &about);
    } while (code < 0 && errno == EINTR);
    return code == 0;
  }

 private:
  int fd_;
  int error_;
};

struct KnownFormat {
  unsigned fourcc;
  const char* name;  // libav's
};
constexpr std::array known{
    KnownFormat{V4L2_PIX_FMT_MJPEG, "mjpeg"},     KnownFormat{V4L2_PIX_FMT_JPEG, "mjpeg"},
    KnownFormat{V4L2_PIX_FMT_YUYV, "yuyv422"},    KnownFormat{V4L2_PIX_FMT_UYVY, "uyvy422"},
    KnownFormat{V4L2_PIX_FMT_NV12, "nv12"},       KnownFormat{V4L2_PIX_FMT_YUV420, "yuv420p"},
    KnownFormat{V4L2_PIX_FMT_YUV422P, "yuv422p"}, KnownFormat{V4L2_PIX_FMT_RGB24, "rgb24"},
    KnownFormat{V4L2_PIX_FMT_BGR24, "bgr24"}};

Rate fastest(const Node& node, unsigned fourcc, unsigned width, unsigned height) {
  Rate best{0, 1};
  for (unsigned i = 0; i < most_entries; ++i) {
    v4l2_frmivalenum interval{};
    interval.index = i;
    interval.pixel_format = fourcc;
    interval.width = width;
    interval.height = height;
    if (!node.ask(VIDIOC_ENUM_FRAMEINTERVALS, interval)) break;
    const bool is_discrete = interval.type == V4L2_FRMIVAL_TYPE_DISCRETE;
    const auto& shortest = is_discrete ? interval.discrete : interval.stepwise.min;
    if (shortest.numerator > 0 && shortest.numerator < 1'000'000 &&
        shortest.denominator < 1'000'000) {
      const Rate rate{static_cast<std::int32_t>(shortest.denominator),
                      static_cast<std::int32_t>(shortest.numerator)};
      if (static_cast<std::int64_t>(rate.num) * best.den >
          static_cast<std::int64_t>(best.num) * rate.den)
        best = rate;
    }
    if (!is_discrete) break;
  }
  return best;
}

void add_sizes(const Node& node, const KnownFormat& format, std::vector<CameraMode>& out) {
  for (unsigned i = 0; i < most_entries; ++i) {
    v4l2_frmsizeenum size{};
    size.index = i;
    size.pixel_format = format.fourcc;
    if (!node.ask(VIDIOC_ENUM_FRAMESIZES, size)) return;
    const bool is_discrete = size.type == V4L2_FRMSIZE_TYPE_DISCRETE;
    const auto width = is_discrete ? size.discrete.width : size.stepwise.max_width;
    const auto height = is_discrete ? size.discrete.height : size.stepwise.max_height;
    if (width >= 2 && width <= 8192 && height >= 2 && height <= 8192) {
      out.push_back({format.name, static_cast<int>(width), static_cast<int>(height),
                     fastest(node, format.fourcc, width, height)});
    }
    if (!is_discrete) return;
  }
}

std::vector<CameraMode> modes_of(const Node& node) {
  std::vector<CameraMode> out;
  for (unsigned i = 0; i < most_entries; ++i) {
    v4l2_fmtdesc format{};
    format.index = i;
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (!node.ask(VIDIOC_ENUM_FMT, format)) break;
    for (const auto& candidate : known) {
      if (candidate.fourcc == format.pixelformat) add_sizes(node, candidate, out);
    }
  }
  return out;
}

}  // namespace

std::optional<Device> v4l2_camera(const std::string& path) {
  const Node node(path);
  Device out{"v4l2", path, path};
  if (node.error() == EACCES || node.error() == EPERM) out.refusal = ErrorCode::device_denied;
  if (node.error() == EBUSY) out.refusal = ErrorCode::device_busy;
  if (out.refusal) {  // what it is called is no secret
    const auto node_name = std::filesystem::path(path).filename();
    std::ifstream name("/sys/class/video4linux" / node_name / "name");
    if (std::string line; std::getline(name, line)) out.name = clean_outside_text(line);
    return out;
  }
  v4l2_capability about{};
  if (node.error() != 0 || !node.ask(VIDIOC_QUERYCAP, about)) return std::nullopt;
  const auto able =
      (about.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? about.device_caps : about.capabilities;
  if ((able & V4L2_CAP_VIDEO_CAPTURE) == 0) return std::nullopt;  // its metadata node, an encoder
  const auto* card = reinterpret_cast<const char*>(about.card);
  out.name = clean_outside_text(std::string(card, ::strnlen(card, sizeof about.card)));
  out.modes = modes_of(node);
  return out;
}

std::vector<Device> v4l2_cameras() {
  std::vector<Device> out;
  for (int i = 0; i < most_nodes; ++i) {
    if (auto camera = v4l2_camera("/dev/video" + std::to_string(i)))
      out.push_back(std::move(*camera));
  }
  return out;
}

}  // namespace xb::capture

#else

namespace xb::capture {

std::optional<Device> v4l2_camera(const std::string&) {
  return std::nullopt;
}

std::vector<Device> v4l2_cameras() {
  return {};
}

}  // namespace xb::capture

#endif
