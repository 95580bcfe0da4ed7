// Where every placed layer is at this moment, clipped to the picture, for the blend kernels.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/compositor.h"

#include <algorithm>
#include <cmath>

#include "overlay/blend.h"

namespace xb::overlay {
namespace {

constexpr int even(int value) {
  return value & ~1;
}

// Whole even pixels: chroma has no half ones.
int even_near(double value) {
  return 2 * static_cast<int>(std::lround(std::clamp(value, -1e6, 1e6) / 2));
}

Box overlap(const Box& a, const Box& b) {
  const int x = std::max(a.x, b.x);
  const int y = std::max(a.y, b.y);
  return {x, y, std::min(a.right(), b.right()) - x, std::min(a.bottom(), b.bottom()) - y};
}

const Flipbook::Page* page_at(const Flipbook& book, SessionTime now) {
  if (book.pages.empty() || now < book.begin || book.page_length <= Duration{}) return nullptr;
  const auto page = (now - book.begin) / book.page_length;
  return page < std::ssize(book.pages) ? &book.pages[static_cast<std::size_t>(page)] : nullptr;
}

void blend(media::Picture& picture, const BlendKernels& kernels, const Sight& sight) {
  const Box box = overlap(sight.seen, {0, 0, picture.width(), picture.height()});
  if (box.w <= 0 || box.h <= 0) return;
  const Bitmap& bitmap = *sight.bitmap;
  const std::ptrdiff_t from_x = box.x - sight.x;
  const std::ptrdiff_t from_y = box.y - sight.y;

  const auto luma_at = from_y * bitmap.stride + from_x;
  const std::ptrdiff_t luma_stride = picture.stride(0);
  kernels.luma({picture.plane(0) + box.y * luma_stride + box.x, luma_stride,
                bitmap.y.data() + luma_at, bitmap.alpha.data() + luma_at, bitmap.stride, box.w,
                box.h, sight.fade});

  const auto chroma_at = from_y / 2 * bitmap.chroma_stride + from_x / 2;
  const std::ptrdiff_t chroma_stride = picture.stride(1);
  const auto under_at = box.y / 2 * chroma_stride + box.x / 2;
  kernels.chroma({picture.plane(1) + under_at, picture.plane(2) + under_at, chroma_stride,
                  bitmap.u.data() + chroma_at, bitmap.v.data() + chroma_at,
                  bitmap.chroma_alpha.data() + chroma_at, bitmap.chroma_stride, box.w / 2,
                  box.h / 2, sight.fade});
}

}  // namespace

Sight sight_of(const PlacedLayer& layer, SessionTime now) {
  const Flipbook::Page* page = page_at(layer.flipbook, now);
  const Bitmap* bitmap = page != nullptr ? page->bitmap.get() : layer.bitmap.get();
  if (bitmap == nullptr) return {};
  Pose pose;
  for (const Motion& motion : layer.motions) pose = together(pose, motion.at(now));
  Sight sight;
  sight.fade = static_cast<int>(std::lround(std::clamp(pose.alpha, 0.0, 1.0) * 255));
  if (sight.fade == 0) return {};
  sight.x = even(page != nullptr ? page->x : layer.x) + even_near(pose.dx);
  sight.y = even(page != nullptr ? page->y : layer.y) + even_near(pose.dy);
  const int left = even_near(bitmap->width * pose.left);
  const int top = even_near(bitmap->height * pose.top);
  sight.seen = {sight.x + left, sight.y + top,
                std::min(even_near(bitmap->width * pose.right), even(bitmap->width)) - left,
                std::min(even_near(bitmap->height * pose.bottom), even(bitmap->height)) - top};
  if (layer.window) sight.seen = overlap(sight.seen, *layer.window);
  if (sight.seen.w > 0 && sight.seen.h > 0) sight.bitmap = bitmap;
  return sight;
}

void compose(media::Picture& picture, const Bitmaps& bitmaps, SessionTime now) {
  const BlendKernels kernels = blend_kernels();
  for (const PlacedLayer& layer : bitmaps.layers) {
    const Sight sight = sight_of(layer, now);
    if (sight.bitmap != nullptr) blend(picture, kernels, sight);
  }
}

}  // namespace xb::overlay
