// Parts: the picture of a Layer in parts that come on one after another; at rest it is one Bitmap.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "overlay/canvas.h"

namespace xb::overlay {

class Parts {
 public:
  // `are_apart`: each part is a Bitmap of its own, else all are drawn on one Canvas.
  Parts(Box box, double unit, int margin, bool are_apart)
      : box_(box), unit_(unit), margin_(margin), are_apart_(are_apart) {}

  // What is drawn from here on comes on with `motions`, which count only while parts are apart.
  Canvas& next(std::vector<Motion> motions = {});
  // The same, of a part that draws in `area` only.
  Canvas& next(std::vector<Motion> motions, Area area);
  Canvas blank(Area area) const { return Canvas(box_, unit_, margin_, area); }  // for a page
  void turn_pages(Flipbook pages);  // of the part begun last
  void desaturate(double saturation);
  // Lowest first; `together` moves all of them.
  std::vector<PlacedLayer> take(LayerName layer, const std::string& id,
                                const std::vector<Motion>& together = {});

 private:
  struct Part {
    Canvas canvas;
    std::vector<Motion> motions;
    Flipbook flipbook;
  };
  Box box_;
  double unit_;
  int margin_;
  bool are_apart_;
  std::deque<Part> parts_;  // what next() returned stays where it is
};

// A page for each 30th of a second of `length`, the same Bitmap where `paint` is asked for the same
// state again. `state_at` gives a part of the length, 0 to 1, its state (a scale in hundredths).
// `painted` holds those painted before and takes the new ones.
template <class StateAt, class Paint>
Flipbook flipbook_of(SessionTime begin, Duration length, StateAt state_at, Paint paint,
                     std::map<int, Flipbook::Page>& painted) {
  Flipbook book{begin, Duration(std::chrono::seconds(1)) / 30, {}};
  const auto count = static_cast<int>(length / book.page_length);
  for (int i = 0; i < count; ++i) {
    const int state = state_at((i + 0.5) / count);
    auto [found, is_new] = painted.try_emplace(state);
    if (is_new) {
      const PlacedLayer page = paint(state);
      found->second = {page.bitmap, page.x, page.y};
    }
    book.pages.push_back(found->second);
  }
  return book;
}

template <class StateAt, class Paint>
Flipbook flipbook_of(SessionTime begin, Duration length, StateAt state_at, Paint paint) {
  std::map<int, Flipbook::Page> painted;
  return flipbook_of(begin, length, state_at, paint, painted);
}

}  // namespace xb::overlay
