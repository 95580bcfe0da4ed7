// Which part of a source picture goes where on the Canvas.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/convert.h"

namespace xb::media {

struct PixelRect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  friend bool operator==(const PixelRect&, const PixelRect&) = default;
};

struct Laid {
  PixelRect from;  // in the source picture as stored; x and y even
  PixelRect to;    // on the Canvas, upright; all even
};

// `pixel_aspect` is the width of a stored pixel over its height; `turn` degrees clockwise to
// upright.
Laid lay_out(const Canvas& canvas, int width, int height, double pixel_aspect, int turn);

}  // namespace xb::media
