// What layers have in common: panels, borders, photos.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/layer.h"

#include <cmath>

namespace xb::overlay {

Canvas Layer::panel(Box box, double radius, double degrees) const {
  Canvas canvas(box, unit(), box_.shadows.margin());
  box_.panels.draw(canvas, radius, degrees, [&] {
    box_.shadows.draw(canvas, radius);
    canvas.fill(canvas.whole(), all_corners(radius), {palette().panel, degrees});
    border(canvas, canvas.whole(), all_corners(radius));
  });
  return canvas;
}

void Layer::border(Canvas& canvas, Area area, Corners corners) const {
  if (palette().border_width <= 0) return;
  canvas.stroke_inside(area, corners, palette().border_width, palette().border);
}

bool Layer::photo(Canvas& canvas, const std::string& path, Area area, Corners corners) const {
  const auto pixels = [&](double u) { return static_cast<int>(std::lround(u * unit())); };
  const Pixels* found =
      box_.pictures.get(path, std::max(1, pixels(area.x + area.w) - pixels(area.x)),
                        std::max(1, pixels(area.y + area.h) - pixels(area.y)));
  if (found == nullptr || !found->is_opaque) canvas.fill(area, corners, {palette().photo, 160});
  if (found == nullptr) return false;
  canvas.save();
  canvas.clip(area, corners);
  canvas.draw_pixels(*found, area.x, area.y);
  canvas.restore();
  return true;
}

}  // namespace xb::overlay
