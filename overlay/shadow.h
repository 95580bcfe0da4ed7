// ShadowShelf: the one soft shadow of a panel, blurred once per size and kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>

#include "overlay/canvas.h"

namespace xb::overlay {

// Thread: one at a time. Keeps at most 12 shadows.
class ShadowShelf {
 public:
  ShadowShelf(Shadow shadow, double unit);
  ~ShadowShelf();
  ShadowShelf(const ShadowShelf&) = delete;
  ShadowShelf& operator=(const ShadowShelf&) = delete;

  int margin() const { return margin_; }  // even pixels a Canvas must keep around its box
  // Draws the shadow of the Canvas' whole box, which has this corner radius. Nothing is drawn under
  // the box itself, so that a translucent panel keeps the colour it was given.
  void draw(Canvas& canvas, double radius);

 private:
  struct Kept;
  Shadow shadow_;
  double unit_;
  int margin_;
  std::list<Kept> kept_;  // most recently used first
};

}  // namespace xb::overlay
