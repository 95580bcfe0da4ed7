// Follower counter 粉丝: total, today's gain, the way to the next milestone, the newest follower.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/text.h"
#include "overlay/icons.h"
#include "overlay/layer.h"
#include "overlay/milestones.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18;
constexpr double heart_column = 72, heart_side = 44;
constexpr double chip_gap = 20, chip_right = 18, chip_radius = 14;
constexpr double capsule_gap = 14, capsule_h = 58, capsule_name_w = 230, capsule_least_name_w = 64;
constexpr double stale_alpha = 0.6;
// Longer than the tokens' hold of 700 ms: a name that is not read honours nobody.
constexpr Duration capsule_stay = std::chrono::seconds(2);
constexpr Duration capsule_fade = std::chrono::milliseconds(200);

// Draws what was painted already, larger: a glyph for every size would be drawn anew, and cost
// five times as much.
void draw_scaled(Canvas& on, Canvas& painted, double x, double y, double scale) {
  cairo_t* cr = on.cairo();
  cairo_surface_t* from = cairo_get_target(painted.cairo());
  cairo_surface_flush(from);
  on.scale_about(x, y, scale);
  cairo_scale(cr, 1 / on.unit(), 1 / on.unit());
  cairo_set_source_surface(cr, from, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BILINEAR);
  cairo_paint(cr);
}

class Counter final : public Layer {
 public:
  using Layer::Layer;

  void forget_paint() override { ring_ = {}; }

  Shown shown(const Moment& m) override {
    const CounterValues& v = m.values.counter;
    Shows shows;
    shows.add(v.total)
        .add(std::max<std::int64_t>(0, v.gained))
        .add(v.stale_since.value_or(""))
        .add(v.by_hand.value_or(""));
    SessionTime until = never;
    if (const Turn turn = pulse_of(m); m.now < turn.end) {
      shows.add((turn.end - turn.begin).count()).add(rolls(m, turn) ? 1 : 0);
      until = turn.end;
    }
    if (has_capsule(m)) {
      shows.add(v.last_follower).add(v.followers_merged);
      until = std::min(until, v.last_follow + capsule_stay);
    }
    return {shows.take(), until};
  }

  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    const CounterValues& v = m.values.counter;
    if (v.followers_merged == 0 || m.is_quiet()) return;
    out.push_back({LayerName::counter, key_of(v), v.first_follow, theme().motions.pulse.length,
                   false, capsule_stay, theme().motions.pulse_spacing});
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const CounterValues& v = m.values.counter;
    const ChipText words = text_of(v);
    const Box chip_box =
        placement().place(theme().anchors.follower, words.width, theme().anchors.follower.h);
    Canvas still(chip_box, unit(), box_.shadows.margin());
    box_.shadows.draw(still, radius);
    chip(still, words, v, 1);
    std::vector<PlacedLayer> placed{still.take(LayerName::counter, {})};
    if (const Turn turn = pulse_of(m); m.now < turn.end) {
      placed.back().flipbook = pages_of(m, words, turn, chip_box);
      placed.push_back(ring(turn, chip_box));
    }
    if (has_capsule(m)) {
      if (auto beside = capsule(m, chip_box)) placed.push_back(std::move(*beside));
    }
    return placed;
  }

 private:
  struct ChipText {
    TextBlock label, total, today, gain;
    double space = 0, chip_w = 0, width = 0;
  };
  ChipText text_of(const CounterValues& v) const {
    const TypeSizes& type = theme().type;
    ChipText t;
    TextStyle label_style = text_style(type.follower_label);
    label_style.line_height = 1.1;
    t.label = text().lay_out(label_of(v), label_style);
    t.total = text().lay_out(count_zh(v.total), total_style());
    // Nothing gained, or someone left: a welcome, never "+0" and never a minus.
    const bool has_gain = v.gained > 0;
    TextStyle today_style =
        text_style(has_gain ? type.follower_today : type.follower_today * 28 / 34, Weight::bold);
    today_style.line_height = 1.12;
    t.today = text().lay_out(has_gain ? "今日" : "欢迎新朋友", today_style);
    const TextStyle gain_style = figure_style(type.follower_today * 1.18);
    t.gain = text().lay_out(has_gain ? "+" + std::to_string(v.gained) : "", gain_style);
    t.space = has_gain ? type.follower_today * 0.26 : 0;
    t.chip_w = 14 + t.today.width() + t.space + t.gain.width() + 14;
    const double left = heart_column + std::max(t.label.width(), t.total.width());
    t.width = std::max(theme().anchors.follower.w, left + chip_gap + t.chip_w + chip_right);
    return t;
  }
  // What viewers are to know of the number: how old it is, or that a hand wrote it.
  static std::string label_of(const CounterValues& v) {
    if (v.stale_since) return "更新于 " + *v.stale_since;
    return v.by_hand ? "人工 " + *v.by_hand : "粉丝";
  }
  TextStyle total_style() const {
    TextStyle style = figure_style(theme().type.follower_total);
    style.line_height = 0.98;
    return style;
  }
  static std::uint64_t key_of(const CounterValues& v) {
    return static_cast<std::uint64_t>(v.first_follow.time_since_epoch().count());
  }
  static bool has_capsule(const Moment& m) {
    const CounterValues& v = m.values.counter;
    return v.followers_merged > 0 && m.now >= v.last_follow &&
           m.now < v.last_follow + capsule_stay && !m.milestone;
  }
  // Over when there is none, or it still waits.
  Turn pulse_of(const Moment& m) const {
    const CounterValues& v = m.values.counter;
    constexpr Turn none{SessionTime::min(), SessionTime::min()};
    if (v.followers_merged == 0 || m.is_quiet()) return none;
    const Turn turn = m.schedule->turn_of(LayerName::counter, key_of(v));
    const bool is_whole = turn.end - turn.begin == theme().motions.pulse.length;
    return m.now >= turn.begin && is_whole ? turn : none;
  }
  // The digits roll when the pulse began at once, and until the next one comes: the number itself
  // never waits.
  static bool rolls(const Moment& m, const Turn& turn) {
    const CounterValues& v = m.values.counter;
    return turn.begin == v.last_follow && v.last_follow == v.first_follow;
  }

  // A page for each size and each step of the roll. State: half hundredths of the size, then the
  // step.
  Flipbook pages_of(const Moment& m, const ChipText& words, const Turn& turn, Box box) const {
    const Motions& motions = theme().motions;
    constexpr int steps = 12;
    const bool is_rolling = rolls(m, turn);
    const double roll_part = static_cast<double>(motions.roll.length.count()) /
                             static_cast<double>(motions.pulse.length.count());
    const auto state_at = [&](double part) {
      const double bent = motions.pulse.curve.at(part < 0.5 ? 2 * part : 2 - 2 * part);
      const auto size = std::lround(200 * (1 + (motions.pulse_scale - 1) * bent));
      const bool is_done = !is_rolling || part >= roll_part;
      const auto step = is_done ? steps : std::lround(std::floor(steps * part / roll_part));
      return static_cast<int>(size * 100 + step);
    };
    const int margin = box_.shadows.margin() + 2 * static_cast<int>(std::lround(14 * unit()));
    std::map<int, Canvas> faces;  // by step
    return flipbook_of(turn.begin, motions.pulse.length, state_at, [&](int state) {
      const int step = state % 100;
      auto [face, is_new] = faces.try_emplace(step, box, unit());
      if (is_new) {
        const double part = static_cast<double>(step) / steps;
        chip(face->second, words, m.values.counter, motions.roll.curve.at(part));
      }
      Canvas page(box, unit(), margin);
      box_.shadows.draw(page, radius);
      draw_scaled(page, face->second, 0.2 * page.width(), page.height() / 2, state / 100 / 200.0);
      return page.take(LayerName::counter, {});
    });
  }

  // A ring that grows from the heart and goes. The same each time, so painted once.
  PlacedLayer ring(const Turn& turn, Box box) {
    const Motions& motions = theme().motions;
    if (ring_.pages.empty() || ring_at_ != box) {
      ring_at_ = box;
      const int reach = 2 * static_cast<int>(std::lround(motions.ring_radius * unit() / 2)) + 4;
      const double x = heart_column / 2;
      const double y = theme().anchors.follower.h / 2;
      ring_ = flipbook_of(
          {}, motions.pulse.length,
          [](double part) { return static_cast<int>(std::lround(part * 36)); },
          [&](int state) {
            const double part = Curve{0.1, 0.4, 0.6, 1}.at(state / 36.0);
            Canvas page(box, unit(), reach);
            const double line = 5 - 3 * part;
            const double r = std::max(line, motions.ring_radius * part);
            page.stroke_inside(
                {x - r, y - r, 2 * r, 2 * r}, all_corners(999), line,
                palette().accent.with_alpha(motions.ring_alpha * (1 - state / 36.0)));
            return page.take(LayerName::counter, {});
          });
    }
    PlacedLayer placed;
    placed.layer = LayerName::counter;
    placed.flipbook = ring_;
    placed.flipbook.begin = turn.begin;
    return placed;
  }

  // Without its shadow. `rolled`: 0 still shows the former total.
  void chip(Canvas& c, const ChipText& t, const CounterValues& v, double rolled) const {
    const double h = c.height();
    c.fill(c.whole(), all_corners(radius), {palette().panel, 100});
    border(c, c.whole(), all_corners(radius));
    draw_icon(c, Icon::heart, (heart_column - heart_side) / 2, (h - heart_side) / 2, heart_side,
              palette().accent);
    const double top = (h - t.label.height() - t.total.height() - 2) / 2 - 1;
    t.label.draw(c, heart_column, top, v.stale_since ? palette().warn : palette().text2);
    const Color ink = v.stale_since ? palette().text.with_alpha(stale_alpha) : palette().text;
    if (rolled < 1) {
      roll(c, v, heart_column, top + t.label.height(), rolled, ink);
    } else {
      t.total.draw(c, heart_column, top + t.label.height(), ink);
    }

    const bool has_gain = v.gained > 0;
    const double chip_h =
        has_gain ? theme().type.follower_today * 1.68 : theme().type.follower_today * 1.5;
    const Area area{c.width() - chip_right - t.chip_w, (h - chip_h) / 2 - 1, t.chip_w, chip_h};
    c.fill(area, all_corners(chip_radius), {palette().strip, 100});
    const double today_y = area.y + (area.h - t.today.height()) / 2 - 1;
    t.today.draw(c, area.x + 14, today_y, palette().strip_text);
    t.gain.draw(c, area.x + 14 + t.today.width() + t.space,
                today_y + t.today.baseline() - t.gain.baseline(), palette().strip_text);

    const Area track{18, h - 11, c.width() - 36, 5};
    c.fill(track, all_corners(2.5), plain_fill(palette().track));
    const double done = progress(v.total);
    if (done > 0) {
      c.fill({track.x, track.y, std::max(5.0, track.w * done), track.h}, all_corners(2.5),
             plain_fill(palette().accent));
    }
  }

  // The part of the way from the last milestone to the next.
  double progress(std::int64_t total) const {
    const auto [from, to] = milestones_around(total, theme().milestones);
    if (to <= from) return 1;
    return std::clamp(static_cast<double>(total - from) / static_cast<double>(to - from), 0.0, 1.0);
  }

  // The digits that change go up and out, the new ones come from below; all when there is one more.
  void roll(Canvas& c, const CounterValues& v, double x, double y, double rolled, Color ink) const {
    const std::string now = count_zh(v.total);
    const std::string before = count_zh(v.total - v.followers_merged);
    const bool is_whole = now.size() != before.size();
    const double h = text().lay_out(now, total_style()).height();
    for (std::size_t i = 0; i < now.size(); i += is_whole ? now.size() : 1) {
      const std::size_t count = is_whole ? std::string::npos : 1;
      const TextBlock in = text().lay_out(now.substr(i, count), total_style());
      const bool is_same = now.substr(i, count) == before.substr(i, count);
      if (is_same || (now[i] & 0x80) != 0) {
        in.draw(c, x, y, ink);
      } else {
        const TextBlock out = text().lay_out(before.substr(i, count), total_style());
        c.save();
        c.clip({x - 2, y, std::max(in.width(), out.width()) + 4, h}, {});
        out.draw(c, x, y - h * rolled, ink.with_alpha(ink.alpha * (1 - rolled)));
        in.draw(c, x, y + h * (1 - rolled), ink);
        c.restore();
      }
      x += in.width();
    }
  }

  // Below the counter in 16:9, ending before the face; beside it in 9:16, where the face begins
  // right below. Where figures are so long that no name would fit, there is none.
  std::optional<PlacedLayer> capsule(const Moment& m, Box chip_box) {
    const CounterValues& v = m.values.counter;
    const TextStyle style = text_style(30, Weight::bold);
    const std::string many = "等 " + std::to_string(v.followers_merged) + " 位 关注了";
    const TextBlock did = text().lay_out(v.followers_merged > 1 ? many : "关注了", style);
    const TextBlock plus =
        text().lay_out("+" + std::to_string(v.followers_merged), figure_style(32));
    const double pill_w = plus.width() + 28;
    const double around = 12 + pill_w + 12 + 12 + did.width() + 22;
    Anchor anchor = theme().anchors.follower;
    double room = theme().anchors.face.x - anchor.x - 12;
    if (placement().is_tall()) {
      const double chip_end = chip_box.right() / unit() + capsule_gap;
      const Anchor& product = theme().anchors.product;
      room = product.x + product.w - chip_end;
      anchor.x = chip_end;
      anchor.y += (anchor.h - capsule_h) / 2;
    } else {
      anchor.y += anchor.h + capsule_gap;
    }
    if (room - around < capsule_least_name_w) return std::nullopt;
    const std::string name = v.last_follower.empty() ? "新朋友" : v.last_follower;
    const TextBlock who = text().lay_out(name, style, {std::min(room - around, capsule_name_w), 1});
    Canvas c(placement().place(anchor, around + who.width(), capsule_h), unit());
    const double h = c.height();
    c.fill(c.whole(), all_corners(999), {palette().strip, 100});
    c.fill({12, (h - 42) / 2, pill_w, 42}, all_corners(999), plain_fill(palette().plus_pill));
    plus.draw(c, 26, (h - plus.height()) / 2, palette().text);
    const double y = (h - who.height()) / 2 - 0.5;
    who.draw(c, 12 + pill_w + 12, y, palette().strip_text);
    did.draw(c, 12 + pill_w + 12 + who.width() + 12, y, palette().strip_text);
    PlacedLayer placed = c.take(LayerName::counter, {});
    const Motions& motions = theme().motions;
    Pose below = faint;
    // beside the counter the face begins right below
    below.dy = unit() * (placement().is_tall() ? motions.capsule_rise / 2 : motions.capsule_rise);
    const Timing rise{motions.roll.length, motions.pulse.curve};
    placed.motions = {
        entrance(m, v.first_follow, rise, below),
        departure(m, v.last_follow + capsule_stay - capsule_fade, {capsule_fade, {}}, faint)};
    return placed;
  }

  Flipbook ring_;
  Box ring_at_;
};

}  // namespace

std::unique_ptr<Layer> make_counter(PaintBox& box) {
  return std::make_unique<Counter>(box);
}

}  // namespace xb::overlay
