// Bitmap: a painted Layer as premultiplied BT.709 limited-range planes, ready to blend; Bitmaps:
// all of one moment. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "overlay/motion.h"
#include "overlay/scene.h"

namespace xb::overlay {

// An allocator that leaves bytes as they are: whoever makes a Bitmap writes all of them.
template <class T>
struct Unset : std::allocator<T> {
  template <class Other>
  struct rebind {
    using other = Unset<Other>;
  };
  template <class Other>
  void construct(Other* at) noexcept {
    ::new (static_cast<void*>(at)) Other;
  }
  template <class Other, class... Args>
  void construct(Other* at, Args&&... args) {
    ::new (static_cast<void*>(at)) Other(std::forward<Args>(args)...);
  }
};
using Plane = std::vector<std::uint8_t, Unset<std::uint8_t>>;

// Width and height are even. Planes are premultiplied: what is blended is  out = plane + (255 -
// alpha) * under / 255. Chroma is stored around 128 premultiplied likewise (plane = alpha * chroma
// / 255), chroma_alpha is the mean of its 2x2.
struct Bitmap {
  int width = 0;
  int height = 0;
  int stride = 0;         // of y and alpha; a multiple of 64
  int chroma_stride = 0;  // of u, v and chroma_alpha
  Plane y, alpha;
  Plane u, v, chroma_alpha;
};

// In pixels of the program picture; all four even.
struct Box {
  int x = 0;
  int y = 0;
  int w = 0;
  int h = 0;
  int right() const { return x + w; }
  int bottom() const { return y + h; }
  friend bool operator==(const Box&, const Box&) = default;
};

// Pages painted beforehand, for what grows or shrinks: nothing is scaled on the program thread.
// From `begin` on each is seen for `page_length` in the place of the Bitmap at rest; then that
// again.
struct Flipbook {
  struct Page {
    std::shared_ptr<const Bitmap> bitmap;
    int x = 0;
    int y = 0;
  };
  SessionTime begin;
  Duration page_length{};
  std::vector<Page> pages;
};

// A QR code of a Layer, for whoever checks that it can be scanned.
struct PlacedQr {
  Box box;  // quiet zone included
  std::string link;
};

// Where a Bitmap lies on the Canvas, and how it moves. All positions even.
struct PlacedLayer {
  LayerName layer = LayerName::nameplate;
  std::string id;                        // product or caption id, slate kind, else empty
  std::shared_ptr<const Bitmap> bitmap;  // at rest; may be null when only pages are seen
  int x = 0;
  int y = 0;
  bool is_leaving = false;      // still to be seen for a moment, but off the air
  std::optional<Box> window;    // nothing is seen outside; on the Canvas, does not move along
  std::vector<Motion> motions;  // together()
  Flipbook flipbook;
  std::shared_ptr<const PlacedQr> qr;  // null for none
};

// Everything to blend, lowest first, and which Scene and counter it shows. Immutable.
struct Bitmaps {
  std::vector<PlacedLayer> layers;
  Scene scene;
  std::int64_t counter_total = 0;
  std::int64_t counter_gained = 0;
  MonoTime counter_stamp;
  std::uint64_t show_version = 0;  // which reading of the Show
};

// One moment on every Canvas, that of [video] first: Scene and values are the same on all of them,
// so whoever shows a set whole shows the same cards everywhere in the same frame. Never empty.
// Immutable.
struct BitmapSet {
  std::vector<std::shared_ptr<const Bitmaps>> canvases{std::make_shared<const Bitmaps>()};
  // The set before the first look is one empty Bitmaps for all.
  const Bitmaps& on(std::size_t canvas) const {
    return *canvases[std::min(canvas, canvases.size() - 1)];
  }
};

// What of it is on air, for those who tell: not what leaves, and under a slate, even while that
// still comes on, nothing else.
std::vector<const PlacedLayer*> on_air(const Bitmaps& bitmaps);

}  // namespace xb::overlay
