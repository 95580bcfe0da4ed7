// Decoded JPEG pictures of a camera to what the program draws on: ours, and swscale as ffmpeg's
// scale filter sets it. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/clock.h"
#include "benches.h"
#include "child.h"
#include "media/av.h"
#include "media/convert.h"
#include "media/decoder.h"

extern "C" {
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

namespace xb::bench {
namespace {

// Natural pictures of the package opencv-doc when it is there; without them the same work is done.
constexpr const char* footage = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
constexpr int frames_of_clip = 24;

std::string make_camera_clip(const Settings& settings, const BenchScene& scene) {
  const std::string size = std::to_string(scene.width) + ":" + std::to_string(scene.height);
  const std::string path = settings.folder + "/" + scene.name + ".avi";
  std::vector<std::string> command{"ffmpeg", "-nostdin", "-v", "error", "-y"};
  if (std::filesystem::exists(footage)) {
    command.insert(command.end(), {"-i", footage});
  } else {
    command.insert(command.end(), {"-f", "lavfi", "-i", "testsrc2=size=768x576:rate=30"});
  }
  command.insert(command.end(),
                 {"-vf",
                  "scale=" + size + ":force_original_aspect_ratio=increase:flags=lanczos,crop=" +
                      size + ",noise=alls=6:allf=t,format=yuvj422p",
                  "-frames:v", std::to_string(frames_of_clip), "-c:v", "mjpeg", "-q:v", "6", path});
  cpu_ms_of(command);
  return path;
}

// Each picture as the decoder has just left it.
template <class See>
void each_frame(const std::string& path, See see) {
  SystemClock clock;
  media::InputSpec spec;
  spec.url = path;
  spec.wants_audio = false;
  auto decoder = media::Decoder::open(spec, clock, {});
  if (!decoder) {
    std::fprintf(stderr, "%s\n", decoder.error().log_line().c_str());
    std::exit(1);
  }
  while (true) {
    const auto next = (*decoder)->next({});
    if (!next || next->piece == media::Piece::end) return;
    if (next->piece == media::Piece::video) see(**(*decoder)->picture());
  }
}

// Limited range, the matrix as it is: what `scale=out_range=tv,format=yuv420p` does.
media::Scaler scaler_for(const AVFrame& frame, int flags) {
  media::Scaler scaler(sws_getContext(frame.width, frame.height, AV_PIX_FMT_YUVJ422P, frame.width,
                                      frame.height, AV_PIX_FMT_YUV420P, flags, nullptr, nullptr,
                                      nullptr));
  const int* matrix = sws_getCoefficients(SWS_CS_ITU709);
  sws_setColorspaceDetails(scaler.get(), matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
  return scaler;
}

void scale(SwsContext* scaler, const AVFrame& frame, media::Picture& into) {
  std::uint8_t* planes[] = {into.plane(0), into.plane(1), into.plane(2)};
  const int strides[] = {into.stride(0), into.stride(1), into.stride(2)};
  sws_scale(scaler, frame.data, frame.linesize, 0, frame.height, planes, strides);
}

struct Difference {
  int luma = 0;  // the worst
  double squares = 0, count = 0;
  double chroma_psnr() const {
    return 10 * std::log10(255.0 * 255 * count / std::max(squares, 1.));
  }
};

void compare(const media::Picture& a, const media::Picture& b, Difference& into) {
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int y = 0; y < a.height() >> shift; ++y) {
      for (int x = 0; x < a.width() >> shift; ++x) {
        const int off =
            a.plane(plane)[y * a.stride(plane) + x] - b.plane(plane)[y * b.stride(plane) + x];
        if (plane == 0) into.luma = std::max(into.luma, std::abs(off));
        if (plane != 0) into.squares += off * off;
        if (plane != 0) into.count += 1;
      }
    }
  }
}

// With the frame's matrix, or as if it were BT.709 like the picture: then only the range differs.
enum class Matrix : std::uint8_t { of_frame = 1, bt709 };

template <class Convert>
double ms_per_conversion(const std::string& path, Convert convert) {
  double total = 0;
  int count = 0;
  each_frame(path, [&](const AVFrame& frame) {
    const double before = thread_cpu_ms();
    convert(frame);
    // the first one makes buffers
    if (count++ > 0) total += thread_cpu_ms() - before;
  });
  return total / std::max(1, count - 1);
}

}  // namespace

Bench camera_bench(const Settings& settings, const BenchScene& scene) {
  const auto path = make_camera_clip(settings, scene);
  Bench bench(scene.name + " camera");
  const auto picture = std::make_shared<media::Picture>(scene.width, scene.height);
  const media::Canvas canvas{scene.width, scene.height, {}};
  const auto swscale = bench.row("swscale default (bicubic): 4:2:2 full to I420 limited", [=] {
    media::Scaler scaler;
    return ms_per_conversion(path, [&](const AVFrame& frame) {
      if (!scaler) scaler = scaler_for(frame, SWS_BICUBIC);
      scale(scaler.get(), frame, *picture);
    });
  });
  const auto ours = [=](Matrix matrix) {
    return [=] {
      media::PictureConverter converter(canvas);
      return ms_per_conversion(path, [&](const AVFrame& frame) {
        const media::AvFramePtr tagged(av_frame_clone(&frame));
        if (matrix == Matrix::bt709) tagged->colorspace = AVCOL_SPC_BT709;
        if (!converter.convert(*tagged, 0, *picture)) std::exit(1);
      });
    };
  };
  const auto of_frame = bench.row("PictureConverter, BT.601 to BT.709 too (what cameras give)",
                                  ours(Matrix::of_frame));
  const auto range_only = bench.row("PictureConverter, range alone", ours(Matrix::bt709));
  bench.at_least("swscale default / ours, matrix too", swscale, of_frame, 7);
  bench.at_least("swscale default / ours, range alone", swscale, range_only, 7);

  Difference difference;
  media::PictureConverter converter(canvas);
  media::Scaler scaler;
  media::Picture careful(scene.width, scene.height);
  each_frame(path, [&](const AVFrame& frame) {
    if (!scaler) scaler = scaler_for(frame, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT);
    scale(scaler.get(), frame, careful);
    const media::AvFramePtr tagged(av_frame_clone(&frame));
    tagged->colorspace = AVCOL_SPC_BT709;
    if (!converter.convert(*tagged, 0, *picture)) std::exit(1);
    compare(*picture, careful, difference);
  });
  char text[32];
  std::snprintf(text, sizeof text, "%d, %.1f dB", difference.luma, difference.chroma_psnr());
  bench.fact("against careful swscale: worst luma, chroma PSNR", text, "1, 45 dB",
             difference.luma <= 1 && difference.chroma_psnr() >= 45);
  return bench;
}

}  // namespace xb::bench
