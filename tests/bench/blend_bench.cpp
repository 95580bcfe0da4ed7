// The five static layers over a frame, by everybody. SPDX-License-Identifier: Apache-2.0
#include <libyuv.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "benches.h"
#include "child.h"
#include "floor.h"
#include "overlay/blend_reference.h"
#include "overlay/compositor.h"

namespace xb::bench {
namespace {

constexpr int warm_frames = 40;

using Luma = void (*)(const overlay::LumaBox&);
using Chroma = void (*)(const overlay::ChromaBox&);

// All boxes of the scene, which lies inside the picture.
void blend_boxes(const overlay::Bitmaps& bitmaps, Luma luma, Chroma chroma,
                 media::Picture& picture) {
  for (const auto& layer : bitmaps.layers) {
    const auto& bitmap = *layer.bitmap;
    luma({picture.plane(0) + layer.y * picture.stride(0) + layer.x, picture.stride(0),
          bitmap.y.data(), bitmap.alpha.data(), bitmap.stride, bitmap.width, bitmap.height});
    const auto at = layer.y / 2 * picture.stride(1) + layer.x / 2;
    chroma({picture.plane(1) + at, picture.plane(2) + at, picture.stride(1), bitmap.u.data(),
            bitmap.v.data(), bitmap.chroma_alpha.data(), bitmap.chroma_stride, bitmap.width / 2,
            bitmap.height / 2});
  }
}

void by_libyuv(const overlay::Bitmaps& bitmaps, media::Picture& picture) {
  for (const auto& layer : bitmaps.layers) {
    const auto& b = *layer.bitmap;
    auto* y = picture.plane(0) + layer.y * picture.stride(0) + layer.x;
    const auto at = layer.y / 2 * picture.stride(1) + layer.x / 2;
    auto* u = picture.plane(1) + at;
    auto* v = picture.plane(2) + at;
    libyuv::I420Blend(b.y.data(), b.stride, b.u.data(), b.chroma_stride, b.v.data(),
                      b.chroma_stride, y, picture.stride(0), u, picture.stride(1), v,
                      picture.stride(1), b.alpha.data(), b.stride, y, picture.stride(0), u,
                      picture.stride(1), v, picture.stride(1), b.width, b.height);
  }
}

// cvtColor, blend, cvtColor with Mat operations: the loop over pixels of the tutorials is dearer.
class OpenCvRecipe {
 public:
  OpenCvRecipe(const Settings& settings, const BenchScene& scene)
      : yuv_(scene.height * 3 / 2, scene.width, CV_8UC1, cv::Scalar(120)) {
    cv::setNumThreads(1);
    for (const auto& layer : scene.layers) {
      const cv::Mat png = cv::imread(png_path(settings.folder, scene, layer), cv::IMREAD_UNCHANGED);
      std::array<cv::Mat, 4> planes;
      cv::split(png, planes.data());
      Layer made{{layer.x, layer.y, layer.width, layer.height}, {}, {}};
      cv::Mat alpha;
      cv::merge(std::vector<cv::Mat>(3, planes[3]), alpha);
      alpha.convertTo(alpha, CV_32FC3, 1 / 255.0);
      cv::merge(planes.data(), 3, made.colour);
      made.colour.convertTo(made.colour, CV_32FC3);
      made.colour = made.colour.mul(alpha);
      made.kept = cv::Scalar::all(1) - alpha;
      layers_.push_back(std::move(made));
    }
  }
  void draw() {
    cv::cvtColor(yuv_, bgr_, cv::COLOR_YUV2BGR_I420);
    for (const auto& layer : layers_) {
      cv::Mat part = bgr_(layer.box);
      part.convertTo(mixed_, CV_32FC3);
      cv::multiply(mixed_, layer.kept, mixed_);
      cv::add(mixed_, layer.colour, mixed_);
      mixed_.convertTo(part, CV_8UC3);
    }
    cv::cvtColor(bgr_, yuv_, cv::COLOR_BGR2YUV_I420);
  }

 private:
  struct Layer {
    cv::Rect box;
    cv::Mat colour, kept;
  };
  cv::Mat yuv_, bgr_, mixed_;
  std::vector<Layer> layers_;
};

bool is_same(const media::Picture& a, const media::Picture& b) {
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int row = 0; row < a.height() >> shift; ++row) {
      const auto at = static_cast<std::ptrdiff_t>(row) * a.stride(plane);
      const auto width = static_cast<std::size_t>(a.width() >> shift);
      if (std::memcmp(a.plane(plane) + at, b.plane(plane) + at, width) != 0) return false;
    }
  }
  return true;
}

}  // namespace

double ms_per_frame(const std::function<void(media::Picture&, int)>& draw, const BenchScene& scene,
                    int frames) {
  static std::vector<media::Picture> pictures;
  if (pictures.empty() || pictures[0].width() != scene.width ||
      pictures[0].height() != scene.height) {
    pictures.clear();
    for (int i = 0; i < 5; ++i) pictures.emplace_back(scene.width, scene.height);
    pictures[4].fill(90, 120, 140);
  }
  double total = 0;
  // The first frames warm caches and clock rate after ffmpeg's turn and are not counted.
  for (int frame = -warm_frames; frame < frames; ++frame) {
    auto& picture = pictures[static_cast<std::size_t>(frame + warm_frames) % 4];
    picture.copy_from(pictures[4]);
    const double before = thread_cpu_ms();
    draw(picture, std::max(frame, 0));
    if (frame >= 0) total += thread_cpu_ms() - before - clock_ms();
  }
  return total / frames;
}

Bench blend_bench(const Settings& settings, const BenchScene& scene) {
  const auto bitmaps = std::make_shared<const overlay::Bitmaps>(load_pngs(settings.folder, scene));
  const bool is_small = scene.height == 720;
  Bench bench(scene.name);
  const auto ours = [&](std::function<void(media::Picture&)> draw) {
    return [=, frames = settings.our_frames] {
      return ms_per_frame([&](media::Picture& picture, int) { draw(picture); }, scene, frames);
    };
  };
  const auto boxes = [&](Luma luma, Chroma chroma) {
    return ours([=](media::Picture& p) { blend_boxes(*bitmaps, luma, chroma, p); });
  };
  const auto floor =
      bench.row("floor: read and write the same bytes once", boxes(floor_luma, floor_chroma));
  const auto with =
      ffmpeg_command(settings, scene, png_inputs(settings, scene), overlay_graph(scene, "v"));
  const auto without = ffmpeg_command(settings, scene, {}, "[0:v]null[v]");
  const auto ffmpeg = bench.row("ffmpeg overlay, over the same without layers", [=] {
    const double bare = cpu_ms_of(without);
    return (cpu_ms_of(with) - bare) / (settings.clip_frames * settings.clip_repeats);
  });
  bench.peer_command(printed(settings, with));
  bench.peer_command(printed(settings, without));
  const auto recipe = std::make_shared<OpenCvRecipe>(settings, scene);
  const auto opencv =
      bench.row("OpenCV: cvtColor, blend, cvtColor", ours([recipe](auto&) { recipe->draw(); }));
  const auto libyuv = bench.row("libyuv I420Blend on the same boxes",
                                ours([=](auto& picture) { by_libyuv(*bitmaps, picture); }));
  const auto whole =
      bench.row("compose()",
                ours([=](auto& picture) { overlay::compose(picture, *bitmaps, SessionTime{}); }));

  media::Picture want(scene.width, scene.height);
  want.fill(90, 120, 140);
  blend_boxes(*bitmaps, overlay::blend_luma_reference, overlay::blend_chroma_reference, want);
  std::string differing;
  std::string same;
  for (const auto& kernels : overlay::all_blend_kernels()) {
    media::Picture got(scene.width, scene.height);
    got.fill(90, 120, 140);
    blend_boxes(*bitmaps, kernels.luma, kernels.chroma, got);
    (is_same(got, want) ? same : differing) += std::string(" ") + kernels.target;
    const std::string name = std::string("kernels ") + kernels.target;
    const auto row = bench.row(name, boxes(kernels.luma, kernels.chroma));
    const bool is_512 = std::string_view(kernels.target).starts_with("AVX3");
    if (is_512) bench.at_most(name + " / floor", row, floor, 1.6);
    if (is_512 || kernels.target == std::string_view("AVX2")) {
      bench.at_least("ffmpeg overlay / " + name, ffmpeg, row, is_small && !is_512 ? 9 : 12);
    }
    if (kernels.target == std::string_view("AVX2")) {
      bench.at_most(name + " / floor", row, floor, is_small ? 3.0 : 2.0);
    }
  }
  bench.at_least("ffmpeg overlay / compose()", ffmpeg, whole, is_small ? 9 : 12);
  bench.at_least("OpenCV recipe / compose()", opencv, whole, 35);
  bench.at_most("compose() / libyuv I420Blend", whole, libyuv, 1.0);
  bench.fact("kernels equal the plain code:" + same, differing.empty() ? "all" : "not" + differing,
             "all", differing.empty());
  return bench;
}

}  // namespace xb::bench
