// Petals for a round number of followers, from behind the counter.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>

#include "overlay/counter_chip.h"

namespace xb::overlay {
namespace {

constexpr double petal = 26;  // long
constexpr int turns = 8;      // pictures of a petal
constexpr Duration turn_page = std::chrono::milliseconds(70);

class Petals final : public Layer {
 public:
  explicit Petals(PaintBox& box) : Layer(box), chip_(box) {}

  void forget_paint() override { petals_.clear(); }

  Shown shown(const Moment& m) override {
    if (!m.milestone || m.is_quiet()) return {};
    const Turn turn = turn_of(m);
    if (m.now < turn.begin || m.now >= turn.end) return {};
    Shows shows;
    shows.add(m.milestone->followers).add(m.milestone->since.time_since_epoch().count());
    return {shows.take(), turn.end};
  }

  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    if (!m.milestone || m.is_quiet()) return;
    const Motions& motions = theme().motions;
    out.push_back({LayerName::counter,
                   key_of(m),
                   m.milestone->since,
                   motions.petal_length,
                   false,
                   motions.milestone.length / 2,
                   {}});
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const Box box = box_of(m);
    std::vector<PlacedLayer> placed;
    for (int i = 0; i < theme().motions.petals; ++i)
      placed.push_back(falling(i, box, turn_of(m).begin));
    return placed;
  }

 private:
  static std::uint64_t key_of(const Moment& m) {
    return static_cast<std::uint64_t>(m.milestone->since.time_since_epoch().count()) ^ 1U;
  }
  Turn turn_of(const Moment& m) const { return m.schedule->turn_of(LayerName::counter, key_of(m)); }
  Box box_of(const Moment& m) const {
    return chip_.box_of(chip_.words_of(m.values.counter, m.milestone));
  }

  // One petal on its way. Golden angles and steps: strewn, and the same every time.
  PlacedLayer falling(int i, Box box, SessionTime begin) {
    if (petals_.empty()) paint_petals();
    const Motions& motions = theme().motions;
    const auto strewn = [](double by) { return by - std::floor(by); };
    const double across = strewn(0.618034 * i + 0.2);
    const double late = strewn(0.754878 * i);
    const bool is_tall = placement().is_tall();
    PlacedLayer placed;
    placed.layer = LayerName::counter;
    const double deep = strewn(0.569840 * i + 0.4);
    const Duration delay = std::chrono::duration_cast<Duration>(motions.petal_length * 0.4 * late);
    const SessionTime starts = begin + delay;
    const Duration length = motions.petal_length - delay;
    placed.flipbook.begin = starts;
    placed.flipbook.page_length = turn_page;
    // in 9:16 from behind the counter's right end
    const double place = is_tall ? 0.75 + across / 5 : across;
    const int x = box.x + 2 * static_cast<int>(box.w * place / 2);
    for (int page = 0; page * turn_page < length; ++page) {
      const auto& turned = petals_[static_cast<std::size_t>((page + 3 * i) % turns)];
      placed.flipbook.pages.push_back({turned.bitmap, x + turned.x, box.y + turned.y});
    }
    // Down past the counter, never out of the safe zone; in 9:16 the face is there, so they drift
    // along instead.
    Pose from;
    from.dy = (is_tall ? 70 * deep : -14 + 60 * deep) * unit();
    Pose to;
    to.dx = (is_tall ? 80 + 180 * across : 60 * (0.5 - across)) * unit();
    to.dy = (is_tall ? 80 * deep : 60 + 130 * deep) * unit();
    Pose aside;
    aside.dx = (i % 2 == 0 ? 14 : -14) * unit();
    const Curve wave{0.4, 0, 0.6, 1};
    placed.motions = {{starts, length, {0.2, 0.4, 0.6, 1}, from, to, Repeat::once},
                      {starts, std::chrono::milliseconds(420), wave, {}, aside, Repeat::swing},
                      {starts + length / 2, length / 2, {}, {}, faint, Repeat::once}};
    return placed;
  }

  void paint_petals() {
    const int side = 2 * static_cast<int>(std::ceil(petal * unit() / 2));
    for (int i = 0; i < turns; ++i) {
      Canvas c({0, 0, side, side}, unit());
      cairo_t* cr = c.cairo();
      cairo_translate(cr, petal / 2, petal / 2);
      cairo_rotate(cr, i * 2 * std::numbers::pi / turns);
      cairo_scale(cr, 1, 0.35 + 0.2 * std::abs(std::cos(i * std::numbers::pi / turns)));
      cairo_move_to(cr, -petal / 2, 0);
      cairo_curve_to(cr, -petal / 4, -petal / 2, petal / 4, -petal / 2, petal / 2, 0);
      cairo_curve_to(cr, petal / 4, petal / 2, -petal / 4, petal / 2, -petal / 2, 0);
      c.set_color(i % 2 == 0 ? palette().accent : palette().strip.from);
      cairo_fill(cr);
      petals_.push_back(c.take(LayerName::counter, {}));
    }
  }

  CounterChip chip_;  // to know where it is
  std::vector<PlacedLayer> petals_;
};

}  // namespace

std::unique_ptr<Layer> make_petals(PaintBox& box) {
  return std::make_unique<Petals>(box);
}

}  // namespace xb::overlay
