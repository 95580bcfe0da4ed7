// One Canvas, or one a part. SPDX-License-Identifier: Apache-2.0
#include "overlay/parts.h"

#include <utility>

namespace xb::overlay {

Canvas& Parts::next(std::vector<Motion> motions) {
  const double beyond = margin_ / unit_;
  return next(std::move(motions),
              {-beyond, -beyond, box_.w / unit_ + 2 * beyond, box_.h / unit_ + 2 * beyond});
}

Canvas& Parts::next(std::vector<Motion> motions, Area area) {
  if (are_apart_) {
    parts_.push_back({Canvas(box_, unit_, margin_, area), std::move(motions), {}});
  } else if (parts_.empty()) {
    parts_.push_back({Canvas(box_, unit_, margin_), {}, {}});
  }
  return parts_.back().canvas;
}

void Parts::turn_pages(Flipbook pages) {
  parts_.back().flipbook = std::move(pages);
}

void Parts::desaturate(double saturation) {
  for (Part& part : parts_) part.canvas.desaturate(saturation);
}

std::vector<PlacedLayer> Parts::take(LayerName layer, const std::string& id,
                                     const std::vector<Motion>& together) {
  std::vector<PlacedLayer> placed;
  for (Part& part : parts_) {
    PlacedLayer one = part.canvas.take(layer, id);
    one.motions = std::move(part.motions);
    one.motions.insert(one.motions.end(), together.begin(), together.end());
    one.flipbook = std::move(part.flipbook);
    placed.push_back(std::move(one));
  }
  return placed;
}

}  // namespace xb::overlay
