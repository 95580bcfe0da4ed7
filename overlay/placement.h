// Placement: where on a canvas of any even size each layer lies.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "overlay/canvas.h"
#include "overlay/theme.h"

namespace xb::overlay {

// What stands in the shop slot; in 9:16 the story slot rests on it.
enum class ShopSlot : std::uint8_t { free = 1, ticker, product };

// The tokens place everything on 1920x1080 or 1080x1920. On another shape what hangs on an edge
// keeps its distance to that edge, and what spans two edges stretches. Pure; boxes are even pixels.
class Placement {
 public:
  Placement(CanvasSize canvas, const Anchors& anchors);

  double unit() const { return unit_; }  // pixels a u
  CanvasSize canvas() const { return canvas_; }
  bool is_tall() const { return is_tall_; }  // 9:16
  // The QR is for a second phone: landscape, and sharp enough from 720 lines on.
  bool has_qr() const { return !is_tall_ && canvas_.width >= 720 && canvas_.height >= 720; }

  // `anchor`'s corner, a size in u.
  Box place(const Anchor& anchor, double w, double h) const;
  // The same in the story slot (caption or chat).
  Box place_story(const Anchor& anchor, double w, double h, ShopSlot shop) const;
  CardPlaces card_places() const;
  // The width an anchored box may have here, in u.
  double width_of(const Anchor& anchor) const;

 private:
  CanvasSize canvas_;
  Anchors anchors_;
  bool is_tall_;
  double unit_;
  double squeeze_;  // 9:16: how much of the platform's top and bottom margins remains, 0 to 1
};

}  // namespace xb::overlay
