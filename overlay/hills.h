// The landscape behind the slates: hills, sun, three houses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/canvas.h"
#include "overlay/theme.h"

namespace xb::overlay {

// Covers the whole Canvas, opaque; leaves room for text on the left (top in 9:16).
void draw_hills(Canvas& canvas, const Palette& palette, bool is_tall);

}  // namespace xb::overlay
