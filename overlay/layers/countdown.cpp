// Countdown 3-2-1 上链接: in the product's slot until its link opens; then the same place holds the
// product's card. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/text.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double ring_inset = 12, ring_line = 14;
constexpr double go_size = 0.368;  // of the ring
constexpr double pop_from = 1.35;  // how large a digit comes (design tokens, countdown)
constexpr Duration pop_length = std::chrono::milliseconds(240);
constexpr int fine = 1000;  // states of a Flipbook a whole way
// A step is painted so long before it begins that its first page is there in time.
constexpr Duration ahead = std::chrono::milliseconds(300);

class Countdown final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    if (m.countdown == nullptr) return {};
    const Product& p = *m.countdown;
    const int step = step_to_paint(m);
    Shows shows;
    shows.add(p.id).add(p.number).add(p.name).add(step);
    shows.add(m.scene.countdown_since.time_since_epoch().count());
    const auto begins = m.scene.countdown_since;
    const auto changes =
        step < countdown_steps ? (step + 1) * countdown_step - ahead : countdown_length;
    return {shows.take(), begins + changes, p.id, Side::commerce};
  }

  void forget_paint() override { steps_ = {}; }

  // Cancelled, or below the card that takes its place.
  Motion exit(const Moment& m, bool) const override {
    const Timing& timing = theme().motions.product_out;
    return departure(m, std::max(m.scene.countdown_since, m.scene.product_since), timing, faint);
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const Plan plan = plan_of(*m.countdown);
    std::vector<PlacedLayer> placed{card(*m.countdown, plan)};
    const int next = step_to_paint(m);
    std::array<Step, 2> steps;
    steps[0] = kept(m, plan, std::max(0, next - 1));
    if (next > 0) steps[1] = kept(m, plan, next);
    for (const Step& step : steps) {
      placed.insert(placed.end(), step.layers.begin(), step.layers.end());
    }
    steps_ = std::move(steps);
    return placed;
  }

 private:
  // Where everything lies in the card, in u.
  struct Plan {
    Box box;
    double ring = 0, ring_x = 0, ring_y = 0;  // side, top left
    TextBlock name, words;
    double name_x = 0, name_y = 0, words_x = 0, words_y = 0;
  };
  // 3, 2, 1 and the word: what moves of each.
  struct Step {
    int number = -1;
    SessionTime since;
    Box box;
    std::vector<PlacedLayer> layers;
  };

  // The newest step that is on or begins within `ahead`; countdown_steps is the word.
  static int step_to_paint(const Moment& m) {
    const auto gone = m.now + ahead - m.scene.countdown_since;
    return static_cast<int>(
        std::clamp<std::int64_t>(gone / countdown_step, 0, std::int64_t{countdown_steps}));
  }

  Plan plan_of(const Product& p) const { return placement().is_tall() ? wide(p) : tall(p); }

  TextBlock name_of(const Product& p, double width) const {
    TextStyle style = text_style(theme().type.product_name, Weight::bold);
    style.line_height = 1.22;
    return text().lay_out(full_width_punctuation(p.name), style,
                          {width, theme().overflow.product_name_lines});
  }

  Plan tall(const Product& p) const {
    const Anchor& anchor = theme().anchors.product;
    const double top = 72, pad = 22, gap = 16, between = 4, bottom = 26;
    Plan plan;
    plan.ring = theme().anchors.countdown_ring;
    plan.ring_x = (anchor.w - plan.ring) / 2;
    plan.ring_y = top;
    plan.name = name_of(p, anchor.w - 2 * pad);
    plan.words = text().lay_out("马上上链接", text_style(theme().type.product_meta));
    plan.name_x = (anchor.w - plan.name.width()) / 2;
    plan.name_y = top + plan.ring + gap;
    plan.words_x = (anchor.w - plan.words.width()) / 2;
    plan.words_y = plan.name_y + plan.name.height() + between;
    plan.box = placement().place(anchor, anchor.w, plan.words_y + plan.words.height() + bottom);
    return plan;
  }

  Plan wide(const Product& p) const {
    const Anchor& anchor = theme().anchors.product;
    const double pad = 36, between = 6;
    Plan plan;
    plan.box = placement().place(anchor, placement().width_of(anchor), anchor.h);
    plan.ring = theme().anchors.countdown_ring;
    plan.ring_x = pad;
    plan.ring_y = (anchor.h - plan.ring) / 2;
    const double left = pad + plan.ring + pad;
    const double inner = plan.box.w / unit() - left - pad;
    plan.name = name_of(p, inner);
    plan.words = text().lay_out("小黄车 " + std::to_string(p.number) + " 号链接，马上上车",
                                text_style(theme().type.price_unit), {inner, 1});
    plan.name_x = plan.words_x = left;
    plan.name_y = (anchor.h - plan.name.height() - between - plan.words.height()) / 2;
    plan.words_y = plan.name_y + plan.name.height() + between;
    return plan;
  }

  PlacedLayer card(const Product& p, const Plan& plan) const {
    Canvas c = panel(plan.box, card_radius, 160);
    if (!placement().is_tall()) cart_tag(c, p.number, tall_card_tag);
    draw_ring(c, plan, 1, palette().track);
    plan.name.draw(c, plan.name_x, plan.name_y, palette().text);
    plan.words.draw(c, plan.words_x, plan.words_y, palette().text2);
    return c.take(LayerName::countdown, p.id);
  }

  // From the top, clockwise.
  void draw_ring(Canvas& c, const Plan& plan, double part, Color color) const {
    cairo_t* cr = c.cairo();
    const double top = -std::numbers::pi / 2;
    cairo_new_path(cr);
    cairo_arc(cr, plan.ring_x + plan.ring / 2, plan.ring_y + plan.ring / 2,
              plan.ring / 2 - ring_inset, top, top + part * 2 * std::numbers::pi);
    cairo_set_line_width(cr, ring_line);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    c.set_color(color);
    cairo_stroke(cr);
  }

  Step kept(const Moment& m, const Plan& plan, int number) const {
    for (const Step& step : steps_) {
      if (step.number == number && step.since == m.scene.countdown_since && step.box == plan.box) {
        return step;
      }
    }
    Step step{number, m.scene.countdown_since, plan.box, {}};
    const SessionTime begin = step.since + number * countdown_step;
    const bool is_word = number == countdown_steps;
    const Motion comes{begin, is_word ? Duration{} : pop_length, {}, faint, {}, Repeat::once};
    const Motion goes{begin + countdown_step, {}, {}, {}, faint, Repeat::once};
    PlacedLayer ring = arc(plan, is_word ? 1 : 1 - static_cast<double>(number) / countdown_steps);
    PlacedLayer figure = figure_at(plan, number, 1);
    if (is_word) {
      ring.motions = {comes};
      figure.motions = {comes};
    } else {
      ring.flipbook = flipbook_of(
          begin, countdown_step,
          [](double part) { return static_cast<int>(std::lround(part * fine)); },
          [&](int state) {
            return arc(plan, 1 - (number + state / double{fine}) / countdown_steps);
          });
      figure.flipbook = flipbook_of(
          begin, pop_length,
          [](double part) { return static_cast<int>(std::lround(pop.at(part) * fine)); },
          [&](int state) {
            return figure_at(plan, number, pop_from + (1 - pop_from) * state / fine);
          });
      figure.motions = {comes, goes};
      ring.motions = {{begin, {}, {}, faint, {}, Repeat::once}, goes};
    }
    for (PlacedLayer* layer : {&ring, &figure}) {
      layer->layer = LayerName::countdown;
      layer->id = m.countdown->id;
    }
    step.layers = {std::move(ring), std::move(figure)};
    return step;
  }

  PlacedLayer arc(const Plan& plan, double part) const {
    Canvas c(plan.box, unit());
    draw_ring(c, plan, part, palette().accent);
    return c.take(LayerName::countdown, {});
  }

  PlacedLayer figure_at(const Plan& plan, int number, double scale) const {
    const bool is_word = number == countdown_steps;
    const TextStyle style = is_word ? display_style(theme(), plan.ring * go_size)
                                    : figure_style(theme().type.countdown * scale);
    const TextBlock block =
        text().lay_out(is_word ? "上车" : std::to_string(countdown_steps - number), style);
    Canvas c(plan.box, unit());
    block.draw(c, plan.ring_x + (plan.ring - block.width()) / 2,
               plan.ring_y + (plan.ring - block.height()) / 2, palette().price);
    return c.take(LayerName::countdown, {});
  }

  static constexpr Curve pop{0.34, 1.56, 0.64, 1};
  std::array<Step, 2> steps_;  // painted last
};

}  // namespace

std::unique_ptr<Layer> make_countdown(PaintBox& box) {
  return std::make_unique<Countdown>(box);
}

}  // namespace xb::overlay
