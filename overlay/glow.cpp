// Lines, one around the other. SPDX-License-Identifier: Apache-2.0
#include "overlay/glow.h"

#include <cmath>

namespace xb::overlay {

void draw_glow(Canvas& c, double radius, double reach, Color color) {
  constexpr double line = 2;
  constexpr double strongest = 0.5;
  for (double out = 0; out < reach - line; out += line) {
    const double around = out + line;
    const Area area{-around, -around, c.width() + 2 * around, c.height() + 2 * around};
    c.stroke_inside(area, all_corners(radius + around), line,
                    color.with_alpha(std::pow(1 - out / reach, 2) * strongest));
  }
  c.stroke_inside(c.whole(), all_corners(radius), 5, color);
}

}  // namespace xb::overlay
