// A frame of light around a box. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/canvas.h"

namespace xb::overlay {

// On the edge of the Canvas' box, fading away over `reach` u around it (its margin has to hold
// them); `radius` is that of the box' corners.
void draw_glow(Canvas& canvas, double radius, double reach, Color color);

}  // namespace xb::overlay
