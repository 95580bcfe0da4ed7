// PanelShelf: the painted grounds of panels, kept because only the words on them change.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>

#include "overlay/canvas.h"

namespace xb::overlay {

// Thread: one at a time. Keeps at most 12 panels of one theme and unit.
class PanelShelf {
 public:
  // Puts the panel of this radius and gradient on a Canvas nothing was drawn on yet; `paint` draws
  // it there when it is not kept.
  void draw(Canvas& canvas, double radius, double degrees, const std::function<void()>& paint);

 private:
  struct Kept {
    int width, height, margin;
    double radius, degrees;
    Canvas canvas;
  };
  std::list<Kept> kept_;  // most recently used first
};

}  // namespace xb::overlay
