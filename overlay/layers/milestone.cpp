// Milestone: a gold plate for a round number of followers, with petals.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "base/text.h"
#include "overlay/counter_chip.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18, gap = 14, height = 96, wide_w = 412, tall_w = 440;
constexpr double pad = 20, between = 16, before_face = 12;
constexpr double petal = 26;  // long
constexpr int turns = 8;      // pictures of a petal
constexpr Duration turn_page = std::chrono::milliseconds(70);

class MilestonePlate final : public Layer {
 public:
  explicit MilestonePlate(PaintBox& box) : Layer(box), chip_(box) {}

  void forget_paint() override { petals_.clear(); }

  Shown shown(const Moment& m) override {
    if (!m.milestone) return {};
    const Turn turn = turn_of(m);
    const SessionTime end = m.milestone->since + theme().motions.milestone.length;
    if (m.now < turn.begin || m.now >= end) return {};
    Shows shows;
    shows.add(m.milestone->followers).add(m.milestone->since.time_since_epoch().count());
    shows.add(m.is_quiet() ? 1 : 0).add(turn.end > m.now ? 1 : 0);
    return {shows.take(), m.now < turn.end ? std::min(turn.end, end) : end};
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
    const Motions& motions = theme().motions;
    const Anchor anchor = anchor_of(m);
    const Words words = words_of(m, anchor);
    const Box box = box_of(words, anchor);
    const Turn turn = turn_of(m);
    const bool is_moving = !m.is_quiet() && m.now < turn.end;
    const SessionTime begin = m.is_quiet() ? m.milestone->since : turn.begin;
    const SessionTime end = m.milestone->since + motions.milestone.length;
    PlacedLayer plate = painted_plate(words, box);
    if (is_moving || m.is_quiet()) {
      Pose covered = faint;
      covered.right = 0;
      plate.motions.push_back(
          entrance(m, begin, {motions.roll.length, motions.milestone.curve}, covered));
    }
    plate.motions.push_back(
        departure(m, end - motions.slate_out.length, {motions.slate_out.length, {}}, faint));
    std::vector<PlacedLayer> placed;
    if (is_moving) {  // from behind the plate, so that nothing covers the number
      for (int i = 0; i < motions.petals; ++i) placed.push_back(falling(i, box, turn.begin));
    }
    placed.push_back(std::move(plate));
    return placed;
  }

 private:
  static std::uint64_t key_of(const Moment& m) {
    return static_cast<std::uint64_t>(m.milestone->since.time_since_epoch().count()) ^ 1U;
  }
  Turn turn_of(const Moment& m) const {
    constexpr Turn over{SessionTime::min(), SessionTime::min()};
    return m.is_quiet() ? over : m.schedule->turn_of(LayerName::counter, key_of(m));
  }

  // Where the newest follower's name stands else: below the counter, beside it in 9:16.
  Anchor anchor_of(const Moment& m) const {
    Anchor anchor = theme().anchors.follower;
    if (placement().is_tall()) {
      anchor.x = chip_.box_of(chip_.words_of(m.values.counter)).right() / unit() + gap;
    } else {
      anchor.y += anchor.h + gap;
      anchor.h = height;
    }
    return anchor;
  }

  // Where it must end, u.
  double end() const {
    const Anchors& anchors = theme().anchors;
    return placement().is_tall() ? anchors.product.x + anchors.product.w
                                 : anchors.face.x - before_face;
  }

  struct Words {
    TextBlock figure, first, second;
    double width = 0;
  };
  // A figure too long to stand between its edges is smaller.
  Words words_of(const Moment& m, const Anchor& anchor) const {
    TextStyle small = text_style(theme().type.follower_label, Weight::bold);
    small.line_height = 1.15;
    Words words;
    words.first = text().lay_out("位乡亲关注了", small);
    words.second = text().lay_out("谢谢大家", small);
    const double beside = between + std::max(words.first.width(), words.second.width());
    const double room = end() - anchor.x - 2 * pad - beside;
    TextStyle large = figure_style(theme().type.follower_total);
    const std::string followers = count_zh(m.milestone->followers);
    words.figure = text().lay_out(followers, large);
    if (words.figure.width() > room) {
      large.size *= room / words.figure.width();
      words.figure = text().lay_out(followers, large);
    }
    words.width = words.figure.width() + beside;
    return words;
  }
  Box box_of(const Words& words, const Anchor& anchor) const {
    const double usual = placement().is_tall() ? tall_w : wide_w;
    const double least = std::min(usual, end() - anchor.x);
    return placement().place(anchor, std::max(least, words.width + 2 * pad), anchor.h);
  }

  PlacedLayer painted_plate(const Words& words, Box box) const {
    Canvas c(box, unit(), box_.shadows.margin());
    box_.shadows.draw(c, radius);
    c.fill(c.whole(), all_corners(radius), {palette().strip, 100});
    c.stroke_inside({6, 6, c.width() - 12, c.height() - 12}, all_corners(radius - 5), 2,
                    palette().strip_text.with_alpha(0.35));
    const auto& [figure, first, second, width] = words;
    const double x = (c.width() - width) / 2;
    figure.draw(c, x, (c.height() - figure.height()) / 2, palette().strip_text);
    const double y = (c.height() - first.height() - second.height()) / 2;
    first.draw(c, x + figure.width() + between, y, palette().strip_text);
    second.draw(c, x + figure.width() + between, y + first.height(), palette().strip_text);
    return c.take(LayerName::counter, {});
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
    const int x = box.x + 2 * static_cast<int>(box.w * across / 2);
    for (int page = 0; page * turn_page < length; ++page) {
      const auto& turned = petals_[static_cast<std::size_t>((page + 3 * i) % turns)];
      placed.flipbook.pages.push_back({turned.bitmap, x + turned.x, box.y + turned.y});
    }
    // Down past the plate; in 9:16 the face is there, so they drift along instead.
    Pose from;
    from.dy = (is_tall ? 10 : -30 + 40 * deep) * unit();
    Pose to;
    to.dx = (across - 0.5) * (is_tall ? 140 : 90) * unit();
    to.dy = (is_tall ? 30 + 30 * deep : 60 + 130 * deep) * unit();
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

  CounterChip chip_;  // to know where it ends
  std::vector<PlacedLayer> petals_;
};

}  // namespace

std::unique_ptr<Layer> make_milestone(PaintBox& box) {
  return std::make_unique<MilestonePlate>(box);
}

}  // namespace xb::overlay
