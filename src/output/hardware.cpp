// VAAPI, NVENC, Quick Sync, VideoToolbox, Media Foundation: what each wants before it opens.
// SPDX-License-Identifier: Apache-2.0
#include "output/hardware.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/hwcontext.h>
}

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#if defined(__unix__)
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace xb::output {
namespace {

using media::checked;

struct Known {
  const char* name;
  const char* device;  // what must be there before anything is opened; null: nothing
};
constexpr std::array known {
#if defined(__linux__)
  Known{"h264_vaapi", "/dev/dri/renderD128"}, Known{"h264_nvenc", "/dev/nvidiactl"},
      Known{"h264_qsv", "/dev/dri/renderD128"},
#elif defined(__APPLE__)
  Known{"h264_videotoolbox", nullptr},
#else
  Known{"h264_nvenc", nullptr}, Known{"h264_qsv", nullptr}, Known{"h264_mf", nullptr},
#endif
};

Result<media::AvFramePtr> as_nv12(const AVFrame& from) {
  auto to = media::make_av_frame();
  to->format = AV_PIX_FMT_NV12;
  to->width = from.width;
  to->height = from.height;
  XB_TRY(checked(av_frame_get_buffer(to.get(), 0), "av_frame_get_buffer"));
  XB_TRY(checked(av_frame_copy_props(to.get(), &from), "av_frame_copy_props"));
  for (int y = 0; y < from.height; ++y) {
    const auto* row = from.data[0] + std::ptrdiff_t{y} * from.linesize[0];
    std::copy(row, row + from.width, to->data[0] + std::ptrdiff_t{y} * to->linesize[0]);
  }
  for (int y = 0; y < from.height / 2; ++y) {
    const auto* u = from.data[1] + std::ptrdiff_t{y} * from.linesize[1];
    const auto* v = from.data[2] + std::ptrdiff_t{y} * from.linesize[2];
    auto* uv = to->data[1] + std::ptrdiff_t{y} * to->linesize[1];
    for (int x = 0; x < from.width / 2; ++x) {
      uv[2 * x] = u[x];
      uv[2 * x + 1] = v[x];
    }
  }
  return to;
}

class Repack final : public Upload {
 public:
  Result<media::AvFramePtr> upload(const AVFrame& picture) override { return as_nv12(picture); }
};

class ToDevice final : public Upload {
 public:
  explicit ToDevice(AVBufferRef* frames) : frames_(frames) {}
  ToDevice(const ToDevice&) = delete;
  ToDevice& operator=(const ToDevice&) = delete;
  ~ToDevice() override { av_buffer_unref(&frames_); }
  Result<media::AvFramePtr> upload(const AVFrame& picture) override {
    XB_TRY_ASSIGN(auto packed, as_nv12(picture));
    auto out = media::make_av_frame();
    XB_TRY(checked(av_hwframe_get_buffer(frames_, out.get(), 0), "av_hwframe_get_buffer"));
    XB_TRY(
        checked(av_hwframe_transfer_data(out.get(), packed.get(), 0), "av_hwframe_transfer_data"));
    XB_TRY(checked(av_frame_copy_props(out.get(), &picture), "av_frame_copy_props"));
    return out;
  }

 private:
  AVBufferRef* frames_;  // owned
};

Result<std::unique_ptr<Upload>> open_vaapi(AVCodecContext& context) {
  AVBufferRef* device = nullptr;
  XB_TRY(checked(
      av_hwdevice_ctx_create(&device, AV_HWDEVICE_TYPE_VAAPI, "/dev/dri/renderD128", nullptr, 0),
      "av_hwdevice_ctx_create", ErrorCode::encoder_failed));
  AVBufferRef* frames = av_hwframe_ctx_alloc(device);
  av_buffer_unref(&device);
  if (frames == nullptr) return Error(ErrorCode::encoder_failed, "no memory");
  auto upload = std::make_unique<ToDevice>(frames);
  auto* setup = reinterpret_cast<AVHWFramesContext*>(frames->data);
  setup->format = AV_PIX_FMT_VAAPI;
  setup->sw_format = AV_PIX_FMT_NV12;
  setup->width = context.width;
  setup->height = context.height;
  setup->initial_pool_size = 8;
  XB_TRY(checked(av_hwframe_ctx_init(frames), "av_hwframe_ctx_init", ErrorCode::encoder_failed));
  context.hw_frames_ctx = av_buffer_ref(frames);
  context.pix_fmt = AV_PIX_FMT_VAAPI;
  return std::unique_ptr<Upload>(std::move(upload));
}

}  // namespace

std::vector<std::string> hardware_here() {
  std::vector<std::string> out;
  for (const auto& [name, device] : known) {
    std::error_code error;
    if (device != nullptr && !std::filesystem::exists(device, error)) continue;
    if (avcodec_find_encoder_by_name(name) != nullptr) out.emplace_back(name);
  }
  return out;
}

Result<std::unique_ptr<Upload>> set_up_hardware(AVCodecContext& context, media::Options& options,
                                                const std::string& name) {
  if (name == "h264_vaapi") {
    options.set("rc_mode", "CBR").set("async_depth", "1");
    return open_vaapi(context);
  }
  if (name == "h264_nvenc") {
    options.set("preset", "p4").set("tune", "ll").set("rc", "cbr").set("zerolatency", "1");
    options.set("forced-idr", "1");
  } else if (name == "h264_qsv" || name == "h264_mf") {
    context.pix_fmt = AV_PIX_FMT_NV12;
    if (name == "h264_qsv") options.set("async_depth", "1").set("forced_idr", "1");
    return std::unique_ptr<Upload>(std::make_unique<Repack>());
  } else if (name == "h264_videotoolbox") {
    options.set("realtime", "1");
  }
  return std::unique_ptr<Upload>();
}

#if defined(__unix__)
namespace {

// Ends a child. One that hangs in the kernel is left behind: it goes when it can.
void reap(pid_t child) {
  ::kill(child, SIGKILL);
  for (int i = 0; i < 100 && ::waitpid(child, nullptr, WNOHANG) == 0; ++i) ::poll(nullptr, 0, 5);
}

}  // namespace

bool succeeds_apart(const std::function<bool()>& attempt, Duration deadline) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return false;
  const auto child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    const char answer = attempt() ? 'y' : 'n';
    const auto written = ::write(ends[1], &answer, 1);
    ::_exit(written == 1 ? 0 : 1);  // none of our destructors: their threads are not here
  }
  ::close(ends[1]);
  char answer = 'n';
  pollfd readable{ends[0], POLLIN, 0};
  if (child > 0 && ::poll(&readable, 1, static_cast<int>(to_ms(deadline))) == 1 &&
      ::read(ends[0], &answer, 1) != 1)
    answer = 'n';
  ::close(ends[0]);
  if (child > 0) reap(child);
  return answer == 'y';
}
#else
bool succeeds_apart(const std::function<bool()>& attempt, Duration) {
  return attempt();
}
#endif

}  // namespace xb::output
