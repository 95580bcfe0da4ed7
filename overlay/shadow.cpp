// Soft shadows. SPDX-License-Identifier: Apache-2.0
#include "overlay/shadow.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "overlay/picture.h"

namespace xb::overlay {
namespace {
constexpr std::size_t most_shadows = 12;
// Of 255, taken from all of a shadow: nobody sees that, and its outermost pixels, which are many
// and would be blended in every frame, are gone without an edge.
constexpr int unseen = 2;
}

struct ShadowShelf::Kept {
  int w = 0;
  int h = 0;
  int radius = 0;
  Pixels pixels;
};

ShadowShelf::ShadowShelf(Shadow shadow, double unit)
    : shadow_(shadow),
      unit_(unit),
      // 1.3 blurs are 2.6 sigma: what is cut off there is under one level of alpha
      margin_(static_cast<int>(std::ceil((shadow.blur * 1.3 + shadow.dy) * unit / 2)) * 2) {
}
ShadowShelf::~ShadowShelf() = default;

void ShadowShelf::draw(Canvas& canvas, double radius) {
  if (shadow_.blur <= 0 || canvas.margin_ < margin_) return;
  const Box box = canvas.box_;
  const int radius_px = static_cast<int>(std::lround(radius * unit_));
  const auto is_same = [&](const Kept& k) {
    return k.w == box.w && k.h == box.h && k.radius == radius_px;
  };
  auto found = std::find_if(kept_.begin(), kept_.end(), is_same);
  if (found == kept_.end()) {
    // The panel's own shape as 8-bit coverage, dy pixels lower.
    const int width = box.w + 2 * margin_;
    const int height = box.h + 2 * margin_;
    const auto coverage = [&](int dy) {
      Canvas shape({0, 0, box.w, box.h}, unit_, margin_);
      shape.fill({0, dy / unit_, shape.width(), shape.height()}, all_corners(radius),
                 plain_fill(Color{0, 0, 0}));
      cairo_surface_flush(shape.surface_.get());
      const auto stride =
          static_cast<std::size_t>(cairo_image_surface_get_stride(shape.surface_.get()));
      const cv::Mat drawn(height, width, CV_8UC4,
                          cairo_image_surface_get_data(shape.surface_.get()), stride);
      cv::Mat cover;
      cv::extractChannel(drawn, cover, 3);
      return cover;
    };
    const cv::Mat panel = coverage(0);
    cv::Mat cover = coverage(static_cast<int>(std::lround(shadow_.dy * unit_)));
    const double sigma = shadow_.blur / 2 * unit_;
    // So soft a picture loses nothing when it is blurred small: 16 times less to do.
    const double shrink = std::clamp(std::floor(sigma / 3), 1.0, 4.0);
    cv::resize(cover, cover, {}, 1 / shrink, 1 / shrink, cv::INTER_AREA);
    cv::GaussianBlur(cover, cover, {}, sigma / shrink, sigma / shrink, cv::BORDER_CONSTANT);
    cv::resize(cover, cover, cv::Size(width, height), 0, 0, cv::INTER_LINEAR);
    Kept kept{box.w, box.h, radius_px, {}};
    kept.pixels.width = width;
    kept.pixels.height = height;
    kept.pixels.stride = width * 4;
    kept.pixels.argb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
    const auto alpha = static_cast<int>(std::lround(shadow_.color.alpha * 256));
    std::uint8_t* out = kept.pixels.argb.data();
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x, out += 4) {
        const int whole = cover.at<std::uint8_t>(y, x) * alpha >> 8;
        const int a = std::max(0, whole * (255 - panel.at<std::uint8_t>(y, x)) / 255 - unseen);
        out[0] = static_cast<std::uint8_t>(shadow_.color.b * a / 255);
        out[1] = static_cast<std::uint8_t>(shadow_.color.g * a / 255);
        out[2] = static_cast<std::uint8_t>(shadow_.color.r * a / 255);
        out[3] = static_cast<std::uint8_t>(a);
      }
    }
    kept_.push_front(std::move(kept));
    if (kept_.size() > most_shadows) kept_.pop_back();
  } else {
    kept_.splice(kept_.begin(), kept_, found);
  }
  canvas.draw_pixels(kept_.front().pixels, -margin_ / unit_, -margin_ / unit_);
}

}  // namespace xb::overlay
