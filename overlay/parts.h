// Parts: the picture of a Layer in parts that come on one after another; at rest it is one Bitmap.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "overlay/canvas.h"

namespace xb::overlay {

// Parts painted before, by what is on them: a card or a caption that comes again costs nothing, and
// of one that is new not what lies under all of them.
// Thread: one at a time. Keeps the parts of at most 6 pictures, and 6 grounds.
class PartShelf {
 public:
  using Painted = std::vector<Flipbook::Page>;  // lowest first
  // Null: not kept. Holds until the next keep().
  const Painted* find(const std::string& what) { return find_in(kept_, what); }
  void keep(std::string what, Painted painted) {
    keep_in(kept_, std::move(what), std::move(painted));
  }
  const Flipbook::Page* find_ground(const std::string& what) { return find_in(grounds_, what); }
  void keep_ground(std::string what, Flipbook::Page page) {
    keep_in(grounds_, std::move(what), std::move(page));
  }
  void forget() {
    kept_.clear();
    grounds_.clear();
  }

 private:
  template <class Thing>
  using Kept = std::list<std::pair<std::string, Thing>>;  // most recently used first
  template <class Thing>
  static const Thing* find_in(Kept<Thing>& kept, const std::string& what) {
    const auto found =
        std::find_if(kept.begin(), kept.end(), [&](const auto& one) { return one.first == what; });
    if (found == kept.end()) return nullptr;
    kept.splice(kept.begin(), kept, found);
    return &kept.front().second;
  }
  template <class Thing>
  static void keep_in(Kept<Thing>& kept, std::string what, Thing thing) {
    constexpr std::size_t most = 6;
    kept.emplace_front(std::move(what), std::move(thing));
    if (kept.size() > most) kept.pop_back();
  }

  Kept<Painted> kept_;
  Kept<Flipbook::Page> grounds_;
};

class Parts {
 public:
  // `are_apart`: each part is a Bitmap of its own, else all are drawn on one Canvas. `what` is
  // equal when the same parts would be drawn in the same box.
  Parts(Box box, double unit, int margin, bool are_apart, PartShelf& shelf, std::string what);

  // A part that comes on with `motions`, which count only while parts are apart. `draw` draws it,
  // at once, unless it is on the shelf.
  using Draw = std::function<void(Canvas&)>;
  void add(std::vector<Motion> motions, const Draw& draw);
  // The same, of a part that is drawn alike for all that is in this box, and is not desaturated.
  void add_ground(std::vector<Motion> motions, const Draw& draw);
  // The same, of a part that draws in `area` only.
  void add(std::vector<Motion> motions, Area area, const Draw& draw);
  Canvas blank(Area area) const { return Canvas(box_, unit_, margin_, area); }  // for a page
  void turn_pages(Flipbook pages);  // of the part added last
  void desaturate(double saturation);
  // Lowest first; `together` moves all of them.
  std::vector<PlacedLayer> take(LayerName layer, const std::string& id,
                                const std::vector<Motion>& together = {});

 private:
  struct Part {
    std::optional<Canvas> canvas;  // nothing when it is kept
    bool is_ground = false;
    std::vector<Motion> motions;
    Flipbook flipbook;
  };
  std::string place() const;

  Box box_;
  double unit_;
  int margin_;
  bool are_apart_;
  PartShelf& shelf_;
  std::string what_;
  const PartShelf::Painted* kept_;  // null: to be painted
  std::vector<Part> parts_;
};

// Which pages of a Flipbook are painted. Those before show the first of them, those after the last:
// whoever comes late to paint more leaves a still picture.
struct PageSpan {
  SessionTime from = SessionTime::min();
  SessionTime to = SessionTime::max();
};

// A page for each 30th of a second of `length`, the same Bitmap where `paint` is asked for the same
// state again. `state_at` gives a part of the length, 0 to 1, its state (a scale in hundredths).
// `painted` holds those painted before and takes the new ones.
template <class StateAt, class Paint>
Flipbook flipbook_of(SessionTime begin, Duration length, StateAt state_at, Paint paint,
                     std::map<int, Flipbook::Page>& painted, PageSpan span = {}) {
  Flipbook book{begin, Duration(std::chrono::seconds(1)) / 30, {}};
  const auto count = static_cast<int>(length / book.page_length);
  const auto page_of = [&](SessionTime time) {  // compared before subtracted: times may be the last
    if (time <= begin) return 0;
    if (time >= begin + length) return count - 1;
    return std::min(count - 1, static_cast<int>((time - begin) / book.page_length));
  };
  const int first = page_of(span.from);
  const int last = page_of(span.to);
  for (int i = 0; i < count; ++i) {
    const int state = state_at((std::clamp(i, first, last) + 0.5) / count);
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
