// V4L2 output by write(), and the calls of Linux themselves.
// SPDX-License-Identifier: Apache-2.0
#include "output/loopback.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#if defined(__linux__)
#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace xb::output {

#if defined(__linux__)
namespace {

constexpr std::string_view our_driver = "v4l2 loopback";
constexpr std::uint32_t yuv420 = V4L2_PIX_FMT_YUV420;
constexpr std::uint32_t yuyv = V4L2_PIX_FMT_YUYV;

class SystemDeviceCalls final : public DeviceCalls {
 public:
  std::vector<std::string> nodes() override {
    std::vector<int> numbers;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/class/video4linux", code)) {
      const auto name = entry.path().filename().string();
      int number = 0;
      if (std::sscanf(name.c_str(), "video%d", &number) == 1) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    std::vector<std::string> out;
    for (const int number : numbers) out.push_back("/dev/video" + std::to_string(number));
    return out;
  }
  int open(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
  }
  int control(int fd, unsigned long request, void* argument) override {
    while (::ioctl(fd, request, argument) != 0) {
      if (errno != EINTR) return -errno;
    }
    return 0;
  }
  std::int64_t write(int fd, std::span<const std::uint8_t> bytes) override {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    return written < 0 ? -errno : written;
  }
  void close(int fd) override { ::close(fd); }
};

Error refused(const std::string& what, int negative) {
  const auto detail = what + ": " + std::strerror(-negative);
  switch (-negative) {
    case ENOENT:
    case ENODEV:
    case ENXIO: return Error(ErrorCode::vcam_missing, detail);
    case EBUSY: return Error(ErrorCode::vcam_busy, detail);
    case ENOTTY:
    case EISDIR: return Error(ErrorCode::vcam_unfit, detail);
    default: return Error(ErrorCode::vcam_refused, detail);
  }
}

std::string four_letters(std::uint32_t code) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(code >> shift & 0x7FU);
  return out;
}

// A label that says it is ours counts more than a low number.
int rank_of(const v4l2_capability& about) {
  const auto text = [](const std::uint8_t* from, std::size_t most) {
    const auto* begin = reinterpret_cast<const char*>(from);
    return std::string(begin, ::strnlen(begin, most));
  };
  if (text(about.driver, sizeof about.driver) != our_driver) return 0;
  const auto label = text(about.card, sizeof about.card);
  return label.find("乡播") != std::string::npos || label.find("iangbo") != std::string::npos ? 2
                                                                                              : 1;
}

// Empty: there is none.
std::string find_loopback(DeviceCalls& calls) {
  std::string best;
  int best_rank = 0;
  for (const auto& node : calls.nodes()) {
    const int fd = calls.open(node);
    if (fd < 0) continue;
    v4l2_capability about{};
    const bool is_there = calls.control(fd, VIDIOC_QUERYCAP, &about) == 0;
    calls.close(fd);
    if (!is_there || rank_of(about) <= best_rank) continue;
    best_rank = rank_of(about);
    best = node;
  }
  return best;
}

}  // namespace

DeviceCalls& system_device_calls() {
  static SystemDeviceCalls calls;
  return calls;
}

Loopback::~Loopback() {
  calls_.close(fd_);
}

Result<std::unique_ptr<Loopback>> Loopback::open(const LoopbackWish& wish, DeviceCalls& calls) {
  const auto path = wish.path == "auto" ? find_loopback(calls) : wish.path;
  if (path.empty()) return Error(ErrorCode::vcam_missing, "v4l2loopback");
  const int fd = calls.open(path);
  if (fd < 0) return refused(path, fd);
  std::unique_ptr<Loopback> made(new Loopback(calls, fd));
  XB_TRY(made->check(path));
  XB_TRY(made->set_form(path, wish));
  return made;
}

Status Loopback::check(const std::string& path) {
  v4l2_capability about{};
  if (const int code = calls_.control(fd_, VIDIOC_QUERYCAP, &about); code < 0)
    return Error(ErrorCode::vcam_unfit, path + ": " + std::strerror(-code));
  const auto able =
      (about.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? about.device_caps : about.capabilities;
  if ((able & V4L2_CAP_VIDEO_OUTPUT) != 0) return ok();
  // a loopback device that says it is a camera now has a writer already
  if (rank_of(about) > 0) return Error(ErrorCode::vcam_busy, path);
  return Error(ErrorCode::vcam_unfit, path);
}

Status Loopback::set_form(const std::string& path, const LoopbackWish& wish) {
  width_ = wish.width;
  height_ = wish.height;
  const auto wide = static_cast<std::uint32_t>(width_);
  const auto high = static_cast<std::uint32_t>(height_);
  v4l2_format form{};
  for (const auto wanted : {yuv420, yuyv}) {
    form = {};
    form.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    form.fmt.pix.width = wide;
    form.fmt.pix.height = high;
    form.fmt.pix.pixelformat = wanted;
    form.fmt.pix.field = V4L2_FIELD_NONE;
    form.fmt.pix.bytesperline = wanted == yuyv ? wide * 2 : wide;
    form.fmt.pix.sizeimage = wanted == yuyv ? wide * high * 2 : wide * high * 3 / 2;
    form.fmt.pix.colorspace = V4L2_COLORSPACE_REC709;
    if (const int code = calls_.control(fd_, VIDIOC_S_FMT, &form); code < 0) {
      if (code == -EINVAL && wanted == yuv420) continue;
      return refused(path, code);
    }
    if (form.fmt.pix.pixelformat == wanted) break;
  }
  const auto& got = form.fmt.pix;
  is_yuyv_ = got.pixelformat == yuyv;
  const auto least = is_yuyv_ ? wide * 2 : wide;
  stride_ = std::max(got.bytesperline, least);
  const auto size = is_yuyv_ ? stride_ * high : stride_ * high * 3 / 2;
  about_ = path + " " + four_letters(got.pixelformat) + " " + std::to_string(got.width) + "x" +
           std::to_string(got.height);
  if ((!is_yuyv_ && got.pixelformat != yuv420) || got.width != wide || got.height != high ||
      stride_ > least * 2)
    return Error(ErrorCode::vcam_refused, about_);
  bytes_.assign(std::max(size, std::min(got.sizeimage, size * 2)), 0);
  v4l2_streamparm pace{};
  pace.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
  pace.parm.output.timeperframe = {static_cast<std::uint32_t>(wish.rate.den),
                                   static_cast<std::uint32_t>(wish.rate.num)};
  calls_.control(fd_, VIDIOC_S_PARM, &pace);  // only told to those who ask
  return ok();
}

void Loopback::pack(const media::Picture& picture) {
  auto* to = bytes_.data();
  if (!is_yuyv_) {
    for (int plane = 0; plane < 3; ++plane) {
      const auto wide = static_cast<std::size_t>(plane == 0 ? width_ : width_ / 2);
      const int high = plane == 0 ? height_ : height_ / 2;
      for (int y = 0; y < high; ++y, to += plane == 0 ? stride_ : stride_ / 2)
        std::memcpy(to,
                    picture.plane(plane) + static_cast<std::ptrdiff_t>(y) * picture.stride(plane),
                    wide);
    }
    return;
  }
  for (int y = 0; y < height_; ++y, to += stride_) {
    const auto* luma = picture.plane(0) + static_cast<std::ptrdiff_t>(y) * picture.stride(0);
    const auto* u = picture.plane(1) + static_cast<std::ptrdiff_t>(y / 2) * picture.stride(1);
    const auto* v = picture.plane(2) + static_cast<std::ptrdiff_t>(y / 2) * picture.stride(2);
    for (int x = 0; x < width_ / 2; ++x) {
      to[4 * x] = luma[2 * x];
      to[4 * x + 1] = u[x];
      to[4 * x + 2] = luma[2 * x + 1];
      to[4 * x + 3] = v[x];
    }
  }
}

Result<bool> Loopback::write(const media::Picture& picture) {
  pack(picture);
  const auto written = calls_.write(fd_, bytes_);
  if (written == -EAGAIN || written == -EINTR) return false;
  if (written < 0) return refused(about_, static_cast<int>(written));
  if (written != static_cast<std::int64_t>(bytes_.size()))
    return Error(ErrorCode::vcam_refused, about_ + ": " + std::to_string(written) + " bytes");
  return true;
}

#else

namespace {

class NoDeviceCalls final : public DeviceCalls {
 public:
  std::vector<std::string> nodes() override { return {}; }
  int open(const std::string&) override { return -ENODEV; }
  int control(int, unsigned long, void*) override { return -ENODEV; }
  std::int64_t write(int, std::span<const std::uint8_t>) override { return -ENODEV; }
  void close(int) override {}
};

}  // namespace

DeviceCalls& system_device_calls() {
  static NoDeviceCalls calls;
  return calls;
}
Loopback::~Loopback() = default;
Result<std::unique_ptr<Loopback>> Loopback::open(const LoopbackWish& wish, DeviceCalls&) {
  return Error(ErrorCode::vcam_missing, wish.path);
}
Result<bool> Loopback::write(const media::Picture&) {
  return Error(ErrorCode::vcam_missing);
}

#endif

}  // namespace xb::output
