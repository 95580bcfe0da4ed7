// PanelShelf: the painted grounds of panels, and photos on theirs, kept because only the words
// beside them change. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "overlay/canvas.h"
#include "overlay/picture.h"

namespace xb::overlay {

// Thread: one at a time. Keeps at most 12 panels and 6 photos of one theme and unit.
class PanelShelf {
 public:
  // Puts the panel of this radius and gradient on a Canvas nothing was drawn on yet; `paint` draws
  // it there when it is not kept.
  void draw(Canvas& canvas, double radius, double degrees, const std::function<void()>& paint);
  // The photo as `paint` draws it on a Canvas of `box`, with these corners. Holds until the next
  // call.
  Canvas& photo(std::shared_ptr<const Pixels> photo, Box box, double unit, Corners corners,
                const std::function<void(Canvas&)>& paint);

 private:
  struct KeptPhoto {
    std::shared_ptr<const Pixels> photo;
    Corners corners;
    Canvas canvas;
  };
  struct Kept {
    int width, height, margin;
    double radius, degrees;
    Canvas canvas;
  };
  std::list<Kept> kept_;  // most recently used first
  std::list<KeptPhoto> photos_;
};

}  // namespace xb::overlay
