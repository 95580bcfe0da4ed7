// Bitmap: a painted Layer as premultiplied BT.709 limited-range planes, ready to blend; Bitmaps:
// all of one moment. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "overlay/scene.h"

namespace xb::overlay {

// Width and height are even. Planes are premultiplied: what is blended is  out = plane + (255 -
// alpha) * under / 255. Chroma is stored around 128 premultiplied likewise (plane = alpha * chroma
// / 255), chroma_alpha is the mean of its 2x2.
struct Bitmap {
  int width = 0;
  int height = 0;
  int stride = 0;         // of y and alpha; a multiple of 64
  int chroma_stride = 0;  // of u, v and chroma_alpha
  std::vector<std::uint8_t> y, alpha;
  std::vector<std::uint8_t> u, v, chroma_alpha;
};

// Where a Bitmap lies on the Canvas. All positions even.
struct PlacedLayer {
  LayerName layer = LayerName::nameplate;
  std::string id;  // product or caption id, slate kind, else empty
  std::shared_ptr<const Bitmap> bitmap;
  int x = 0;
  int y = 0;
  // A window that moves over a wider Bitmap (the ticker): when window_width > 0 only that many
  // pixels are shown, beginning at scroll_px_per_s * (t - scroll_from), wrapping around.
  int window_width = 0;
  double scroll_px_per_s = 0;
  SessionTime scroll_from;
};

// Everything to blend, lowest first, and which Scene and counter it shows. Immutable.
struct Bitmaps {
  std::vector<PlacedLayer> layers;
  Scene scene;
  std::int64_t counter_total = 0;
  std::int64_t counter_gained = 0;
  MonoTime counter_stamp;
};

}  // namespace xb::overlay
