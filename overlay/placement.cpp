// Anchors to even pixel boxes. SPDX-License-Identifier: Apache-2.0
#include "overlay/placement.h"

#include <algorithm>
#include <cmath>

namespace xb::overlay {
namespace {

int even(double value) {
  return static_cast<int>(std::lround(value / 2)) * 2;
}

// A 4:5 picture has no platform buttons over it: the margins shrink with the height missing, and
// near the square once more, so that the story slot stays below the counter.
double squeeze_of(double height, const Anchors& a) {
  const double margins = a.nameplate.y + a.canvas_h - a.product.y;
  const double upper = a.follower.y + a.follower.h - a.nameplate.y;
  const double lower = a.product.y - a.caption.y + std::max(a.caption.h, a.chat.h);
  const double gap = a.product.y - a.product.h - a.caption.y;  // as between story and shop slot
  return std::min({1.0, height / a.canvas_h, (height - upper - gap - lower) / margins});
}

}  // namespace

Placement::Placement(CanvasSize canvas, const Anchors& anchors)
    : canvas_(canvas),
      anchors_(anchors),
      is_tall_(canvas.height > canvas.width),
      unit_(std::min(canvas.width, canvas.height) / 1080.0),
      squeeze_(is_tall_ ? squeeze_of(canvas.height / unit_, anchors) : 1.0) {
}

Box Placement::place(const Anchor& anchor, double w, double h) const {
  const double lift = 1 - squeeze_;
  const double bottom = anchors_.canvas_h - anchor.y;
  const double lowest = anchors_.canvas_h - anchors_.product.y;
  Box box;
  box.w = std::max(2, even(w * unit_));
  box.h = std::max(2, even(h * unit_));
  box.x = anchor.is_right ? canvas_.width - even((anchors_.canvas_w - anchor.x) * unit_) - box.w
                          : even(anchor.x * unit_);
  box.y = anchor.is_bottom ? canvas_.height - even((bottom - lowest * lift) * unit_) - box.h
                           : even((anchor.y - anchors_.nameplate.y * lift) * unit_);
  return box;
}

Box Placement::place_story(const Anchor& anchor, double w, double h, ShopSlot shop) const {
  Anchor moved = anchor;
  if (is_tall_ && shop == ShopSlot::ticker) moved.y = anchors_.story_y_with_ticker;
  if (is_tall_ && shop == ShopSlot::free) moved.y = anchors_.story_y_alone;
  return place(moved, w, h);
}

CardPlaces Placement::card_places() const {
  const Anchor& one = anchors_.product;
  if (is_tall_) return {place(one, width_of(one), one.h), std::nullopt};
  const Anchor& two = anchors_.product_second;
  return {place(one, one.w, anchors_.tallest_card), place(two, two.w, two.h)};
}

double Placement::width_of(const Anchor& anchor) const {
  const double width = canvas_.width / unit_;
  // Only what reaches from one margin to the other grows with a wider canvas; what begins at the
  // left ends before the shop's column.
  if (anchor.w > anchors_.canvas_w * 0.85) return width - (anchors_.canvas_w - anchor.w);
  if (anchor.is_right) return anchor.w;
  const double kept_free = anchors_.canvas_w - anchors_.caption.x - anchors_.caption.w;
  return std::max(120.0, std::min(anchor.w, width - anchor.x - kept_free));
}

}  // namespace xb::overlay
