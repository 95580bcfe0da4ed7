// Clips every placed layer to the picture and hands the boxes to the blend kernels.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/compositor.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "overlay/blend.h"

namespace xb::overlay {
namespace {

// A part of a Bitmap and where it goes; all numbers even.
struct Part {
  int from_x = 0;  // in the Bitmap
  int width = 0;
  int x = 0;  // on the Canvas
  int y = 0;
};

constexpr int even(int value) {
  return value & ~1;
}

void blend_part(media::Picture& picture, const BlendKernels& kernels, const Bitmap& bitmap,
                const Part& part) {
  const int left = std::max(part.x, 0);
  const int top = std::max(part.y, 0);
  const int right = std::min(part.x + part.width, picture.width());
  const int bottom = std::min(part.y + even(bitmap.height), picture.height());
  if (left >= right || top >= bottom) return;
  const std::ptrdiff_t from_x = part.from_x + left - part.x;
  const std::ptrdiff_t from_y = top - part.y;

  const auto luma_at = from_y * bitmap.stride + from_x;
  const std::ptrdiff_t luma_stride = picture.stride(0);
  kernels.luma({picture.plane(0) + top * luma_stride + left, luma_stride, bitmap.y.data() + luma_at,
                bitmap.alpha.data() + luma_at, bitmap.stride, right - left, bottom - top});

  const auto chroma_at = from_y / 2 * bitmap.chroma_stride + from_x / 2;
  const std::ptrdiff_t chroma_stride = picture.stride(1);
  const auto under_at = top / 2 * chroma_stride + left / 2;
  kernels.chroma({picture.plane(1) + under_at, picture.plane(2) + under_at, chroma_stride,
                  bitmap.u.data() + chroma_at, bitmap.v.data() + chroma_at,
                  bitmap.chroma_alpha.data() + chroma_at, bitmap.chroma_stride, (right - left) / 2,
                  (bottom - top) / 2});
}

// How far the window has moved over its Bitmap, 0 <= offset < width. Whole even pixels: chroma has
// no half ones.
int scroll_offset(const PlacedLayer& layer, int width, SessionTime now) {
  const auto moved = std::max(now - layer.scroll_from, Duration{});
  const double seconds = std::chrono::duration<double>(moved).count();
  const double offset = std::fmod(seconds * layer.scroll_px_per_s, width);
  if (!std::isfinite(offset)) return 0;
  const int whole = even(static_cast<int>(std::floor(offset)));
  return whole < 0 ? whole + width : whole;
}

void blend_layer(media::Picture& picture, const BlendKernels& kernels, const PlacedLayer& layer,
                 SessionTime now) {
  if (!layer.bitmap) return;
  const Bitmap& bitmap = *layer.bitmap;
  const int width = even(bitmap.width);
  if (width <= 0) return;
  Part part{0, width, even(layer.x), even(layer.y)};
  if (layer.window_width <= 0) return blend_part(picture, kernels, bitmap, part);

  part.from_x = scroll_offset(layer, width, now);
  const int end = part.x + even(layer.window_width);
  while (part.x < std::min(end, picture.width())) {
    part.width = std::min(width - part.from_x, end - part.x);
    blend_part(picture, kernels, bitmap, part);
    part.x += part.width;
    part.from_x = 0;
  }
}

}  // namespace

void compose(media::Picture& picture, const Bitmaps& bitmaps, SessionTime now) {
  const BlendKernels kernels = blend_kernels();
  for (const PlacedLayer& layer : bitmaps.layers) blend_layer(picture, kernels, layer, now);
}

}  // namespace xb::overlay
