// The ground, and what changes on it. SPDX-License-Identifier: Apache-2.0
#include "overlay/counter_chip.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "overlay/icons.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18;
constexpr double heart_column = 2 * CounterChip::heart_x, heart_side = 44;
constexpr double chip_gap = 20, chip_right = 18, chip_radius = 14, chip_pad = 14;
constexpr double pulse_middle = 0.2;          // of its width: about there it grows
constexpr double least_fit = 0.6;             // of the size of the total, or it could not be read
constexpr std::int64_t short_from = 100'000;  // a gain is told in 万 like the total
constexpr int roll_steps = 12;
constexpr int whole_size = 200;  // sizes are counted in half hundredths

// The part of the way from the last milestone to the next.
double progress_of(std::int64_t total, const std::vector<std::int64_t>& milestones) {
  const auto [from, to] = milestones_around(total, milestones);
  if (to <= from) return 1;
  return std::clamp(static_cast<double>(total - from) / static_cast<double>(to - from), 0.0, 1.0);
}

// The largest size of the pulse: its curve overshoots.
double largest_of(const Motions& motions) {
  constexpr int steps = 200;
  double most = 1;
  for (int i = 0; i <= steps; ++i) most = std::max(most, motions.pulse.curve.at(i / double{steps}));
  return 1 + (motions.pulse_scale - 1) * most;
}

// A chip that pulses grows to both sides of its heart, and may not reach the face even then.
double room_of(const Theme& theme) {
  const Anchors& anchors = theme.anchors;
  const double grown = 1 + (1 - pulse_middle) * (largest_of(theme.motions) - 1);
  const Anchor& at = anchors.follower;
  const bool is_beside = at.y + at.h > anchors.face.y;
  const double end = is_beside ? anchors.face.x : anchors.safe.x + anchors.safe.w;
  constexpr double rounding = 3;  // a box lies on whole even pixels
  return (end - at.x - rounding) / grown;
}

constexpr double fine = 1024;  // in keys: widths are sums of Pango's units

// With a little around it for the edges of what is scaled.
Area scaled(Area area, double x, double y, double scale) {
  const double around = 4;
  return {x + (area.x - x) * scale - around, y + (area.y - y) * scale - around,
          area.w * scale + 2 * around, area.h * scale + 2 * around};
}

}  // namespace

CounterChip::CounterChip(PaintBox& box) : box_(box), room_(room_of(box.theme)) {
}

TextStyle CounterChip::total_style(double fit) const {
  TextStyle style = figure_style(box_.theme.type.follower_total * fit);
  style.line_height = 0.98;
  return style;
}

namespace {

// What viewers are to know of the number: how old it is, or that a hand wrote it.
std::string label_of(const CounterValues& v) {
  if (v.stale_since) return "更新于 " + *v.stale_since;
  return v.by_hand ? "人工 " + *v.by_hand : "粉丝";
}

}  // namespace

// Total and label give way first, then what was gained today; all only as far as they can be read.
CounterChip::Words CounterChip::words_of(const CounterValues& v,
                                         const std::optional<Milestone>& reached) const {
  Words t;
  t.is_stale = v.stale_since.has_value();
  t.is_festive = reached.has_value();
  t.total_text = count_zh(v.total);
  t.former_text = count_zh(v.total - v.followers_merged);
  if (t.is_festive) {
    t.label_text = v.by_hand ? label_of(v) : "谢谢乡亲们";
    t.has_gain = true;
    t.today_text = "破";
    t.gain_text = count_zh(reached->followers);
  } else {
    t.label_text = label_of(v);
    t.progress = progress_of(v.total, box_.theme.milestones);
    // Nothing gained, or someone left: a welcome, never "+0" and never a minus.
    t.has_gain = v.gained > 0;
    t.today_text = t.has_gain ? "今日" : "欢迎新朋友";
    if (t.has_gain)
      t.gain_text = "+" + (v.gained < short_from ? std::to_string(v.gained) : count_zh(v.gained));
  }

  lay_out_gain(t, 1);
  lay_out_total(t, 1, 1);
  const double around = heart_column + chip_gap + chip_right;
  const double room = room_ - around;
  const auto fit_into = [](double place, double width, double least) {
    return width > place ? std::max(std::min(least, 1.0), place / width) : 1.0;
  };
  const TypeSizes& type = box_.theme.type;
  t.total_fit = fit_into(room - t.chip_w, t.total.width(), least_fit);
  if (t.total_fit < 1) lay_out_total(t, t.total_fit, 1);
  const double beside = std::max(room - t.chip_w, t.total.width());
  const double label_fit = fit_into(beside, t.label.width(), type.min / type.follower_label);
  if (label_fit < 1) lay_out_total(t, t.total_fit, label_fit);
  const double left = std::max(t.label.width(), t.total.width());
  const double gain_fit =
      fit_into(room - left - 2 * chip_pad, t.chip_w - 2 * chip_pad, type.min / type.follower_today);
  if (gain_fit < 1) lay_out_gain(t, gain_fit);
  t.width = std::max(box_.theme.anchors.follower.w, around + t.chip_w + left);
  return t;
}

void CounterChip::lay_out_total(Words& t, double fit, double label_fit) const {
  TextStyle label_style = text_style(box_.theme.type.follower_label * label_fit);
  label_style.line_height = 1.1;
  t.label = box_.text.lay_out(t.label_text, label_style);
  t.total = box_.text.lay_out(t.total_text, total_style(fit));
  t.former = box_.text.lay_out(t.former_text, total_style(fit));
}

void CounterChip::lay_out_gain(Words& t, double fit) const {
  const double size = box_.theme.type.follower_today * fit;
  TextStyle today_style = text_style(t.has_gain ? size : size * 28 / 34, Weight::bold);
  today_style.line_height = 1.12;
  t.today = box_.text.lay_out(t.today_text, today_style);
  if (t.has_gain) {
    t.gain = box_.text.lay_out(t.gain_text, figure_style(size * 1.18));
    t.space = size * 0.26;
  }
  double width = t.today.width() + t.space + t.gain.width();
  if (t.is_festive) {
    t.after = box_.text.lay_out("啦", today_style);
    width += t.space + t.after.width();
  }
  t.chip_w = chip_pad + width + chip_pad;
}

Box CounterChip::box_of(const Words& words) const {
  const Anchor& anchor = box_.theme.anchors.follower;
  return box_.placement.place(anchor, words.width, anchor.h);
}

CounterChip::Lines CounterChip::lines_of(const Words& t, double w, double h) const {
  const double today = box_.theme.type.follower_today;
  const double chip_h = t.has_gain ? today * 1.68 : today * 1.5;
  Lines at;
  at.label_y = (h - t.label.height() - t.total.height() - 2) / 2 - 1;
  at.total_y = at.label_y + t.label.height();
  at.chip = {w - chip_right - t.chip_w, (h - chip_h) / 2 - 1, t.chip_w, chip_h};
  at.today_x = at.chip.x + chip_pad;
  at.today_y = at.chip.y + (at.chip.h - t.today.height()) / 2 - 1;
  at.gain_x = at.today_x + t.today.width() + t.space;
  at.gain_y = at.today_y + t.today.baseline() - t.gain.baseline();
  at.track = {18, h - 11, w - 36, 5};
  return at;
}

CounterChip::Dress CounterChip::dress_of(const Words& t) const {
  const Palette& p = palette();
  if (t.is_festive) return {p.strip, p.panel, p.strip_text, p.strip_text, p.strip_text, p.text};
  const Color total = t.is_stale ? p.text.with_alpha(stale_alpha) : p.text;
  return {p.panel, p.strip, p.accent, t.is_stale ? p.warn : p.text2, total, p.strip_text};
}

void CounterChip::draw_ground(Canvas& c, const Words& t) const {
  const double h = c.height();
  const Lines at = lines_of(t, c.width(), h);
  const Dress dress = dress_of(t);
  c.fill(c.whole(), all_corners(radius), {dress.plate, 100});
  draw_border(c, palette(), c.whole(), all_corners(radius));
  draw_icon(c, t.is_festive ? Icon::star : Icon::heart, (heart_column - heart_side) / 2,
            (h - heart_side) / 2, heart_side, dress.icon);
  t.label.draw(c, heart_column, at.label_y, dress.label);
  c.fill(at.chip, all_corners(chip_radius), {dress.chip, 100});
  t.today.draw(c, at.today_x, at.today_y, dress.chip_text);
  if (t.is_festive) {  // the bar to the next milestone can wait
    t.after.draw(c, at.gain_x + t.gain.width() + t.space, at.today_y, dress.chip_text);
  } else {
    c.fill(at.track, all_corners(2.5), plain_fill(palette().track));
  }
}

void CounterChip::draw_total(Canvas& c, const Words& t, double rolled) const {
  const Lines at = lines_of(t, c.width(), c.height());
  const Color ink = dress_of(t).total;
  if (rolled < 1) {
    roll(c, t, at.total_y, rolled, ink);
  } else {
    t.total.draw(c, heart_column, at.total_y, ink);
  }
}

void CounterChip::draw(Canvas& c, const Words& t, Which which, double rolled) const {
  const Lines at = lines_of(t, c.width(), c.height());
  switch (which) {
    case Which::total: return draw_total(c, t, rolled);
    case Which::gain: return t.gain.draw(c, at.gain_x, at.gain_y, dress_of(t).chip_text);
    case Which::bar: break;
  }
  const double done = static_cast<double>(done_pixels(at, t, c.unit())) / c.unit();
  c.fill({at.track.x, at.track.y, std::max(5.0, done), at.track.h}, all_corners(2.5),
         plain_fill(palette().accent));
}

// A follower seldom moves the bar by one.
std::int64_t CounterChip::done_pixels(const Lines& at, const Words& t, double unit) {
  return std::llround(at.track.w * t.progress * unit);
}

// The digits that change go up and out, the new ones come from below; all when there is one more.
void CounterChip::roll(Canvas& c, const Words& t, double y, double rolled, Color ink) const {
  const std::string& now = t.total_text;
  const std::string& before = t.former_text;
  const bool is_whole = now.size() != before.size();
  const double h = t.total.height();
  double x = heart_column;
  for (std::size_t i = 0; i < now.size(); i += is_whole ? now.size() : 1) {
    const std::size_t count = is_whole ? std::string::npos : 1;
    const TextBlock in = box_.text.lay_out(now.substr(i, count), total_style(t.total_fit));
    const bool is_same = now.substr(i, count) == before.substr(i, count);
    if (is_same || (now[i] & 0x80) != 0) {
      in.draw(c, x, y, ink);
    } else {
      const TextBlock out = box_.text.lay_out(before.substr(i, count), total_style(t.total_fit));
      c.save();
      c.clip({x - 2, y, std::max(in.width(), out.width()) + 4, h}, {});
      out.draw(c, x, y - h * rolled, ink.with_alpha(ink.alpha * (1 - rolled)));
      in.draw(c, x, y + h * (1 - rolled), ink);
      c.restore();
    }
    x += in.width();
  }
}

CounterChip::Ground& CounterChip::ground_of(const Words& t, Box box) {
  std::string key = Shows()
                        .add(t.label_text)
                        .add(t.today_text)
                        .add(box.w)
                        .add(std::llround(t.chip_w * fine))
                        .add(std::llround(t.total_fit * fine))
                        .take();
  if (!ground_ || ground_->key != key) {
    const double unit = box_.placement.unit();
    Canvas shadowed(box, unit, box_.shadows.margin());
    box_.shadows.draw(shadowed, radius);
    draw_ground(shadowed, t);
    Ground ground{std::move(key), shadowed.take(LayerName::counter, {}), Canvas(box, unit), {}};
    draw_ground(ground.bare, t);
    ground_ = std::move(ground);
  }
  return *ground_;
}

// What was said last stays as far as it says the same, with the pages painted of it so far.
std::vector<CounterChip::Figure>& CounterChip::figures_of(const Words& t, Box box) {
  const double unit = box_.placement.unit();
  const Lines at = lines_of(t, box.w / unit, box.h / unit);
  const std::int64_t done = done_pixels(at, t, unit);
  const auto key_of = [&](std::initializer_list<std::string_view> texts) {
    Shows shows;
    for (const auto text : texts) shows.add(text);
    return shows.add(t.is_stale ? 1 : 0)
        .add(t.is_festive ? 1 : 0)
        .add(std::llround(t.chip_w * fine))
        .add(std::llround(t.total_fit * fine))
        .add(std::llround(at.total_y * fine))
        .add(box.w);
  };
  std::vector<Figure> figures;
  const auto add = [&](Which which, std::string key, Area area) {
    for (Figure& kept : figures_) {
      if (kept.which != which || kept.key != key) continue;
      figures.push_back(std::move(kept));
      return;
    }
    Canvas c(box, unit, 0, area);
    draw(c, t, which, 1);
    auto& made = figures.emplace_back(
        Figure{which, std::move(key), area, c.take(LayerName::counter, {}), {}, {}});
    made.faces.emplace(roll_steps, std::move(c));  // what a pulse ends with
  };
  Area total = t.total.around(heart_column, at.total_y);
  total.w += std::max(0.0, t.former.width() - t.total.width());
  add(Which::total, key_of({t.total_text, t.former_text}).take(), total);
  if (t.has_gain)
    add(Which::gain, key_of({t.gain_text}).take(), t.gain.around(at.gain_x, at.gain_y));
  const Area track = at.track;
  if (t.progress > 0) {
    add(Which::bar, key_of({}).add(done).take(),
        {track.x - 2, track.y - 2, track.w + 4, track.h + 4});
  }
  figures_ = std::move(figures);
  return figures_;
}

std::vector<PlacedLayer> CounterChip::at_rest(const Words& t, Box box) {
  std::vector<PlacedLayer> placed{ground_of(t, box).rest};
  for (const Figure& figure : figures_of(t, box)) placed.push_back(figure.rest);
  return placed;
}

// A page for each size and, of the total, each step of the roll.
std::vector<PlacedLayer> CounterChip::pulsing(const Words& t, Box box, const Pulse& pulse) {
  const Motions& motions = box_.theme.motions;
  const double unit = box_.placement.unit();
  const double x = pulse_middle * box.w / unit;
  const double y = box.h / unit / 2;
  const int margin = box_.shadows.margin() + 2 * static_cast<int>(std::lround(14 * unit));
  const double roll_part = static_cast<double>(motions.roll.length.count()) /
                           static_cast<double>(motions.pulse.length.count());
  const auto size_at = [&](double part) {
    const double bent = motions.pulse.curve.at(part < 0.5 ? 2 * part : 2 - 2 * part);
    return static_cast<int>(std::lround(whole_size * (1 + (motions.pulse_scale - 1) * bent)));
  };
  const auto step_at = [&](double part) {
    const bool is_done = !pulse.is_rolling || part >= roll_part;
    return is_done ? roll_steps
                   : static_cast<int>(std::lround(std::floor(roll_steps * part / roll_part)));
  };
  const auto book_of = [&](Figure& figure) {
    const auto state_at = [&](double part) {
      return size_at(part) * 100 + (figure.which == Which::total ? step_at(part) : roll_steps);
    };
    const auto page_of = [&](int state) {
      const int step = state % 100;
      auto [face, is_new] = figure.faces.try_emplace(step, box, unit, 0, figure.area);
      if (is_new) {
        const double rolled = motions.roll.curve.at(static_cast<double>(step) / roll_steps);
        draw(face->second, t, figure.which, rolled);
      }
      const double scale = state / 100 / static_cast<double>(whole_size);
      Canvas page(box, unit, margin, scaled(figure.area, x, y, scale));
      page.draw_scaled(face->second, x, y, scale);
      return page.take(LayerName::counter, {});
    };
    return flipbook_of(pulse.begin, motions.pulse.length, state_at, page_of, figure.pages,
                       pulse.span);
  };

  std::vector<PlacedLayer> placed = at_rest(t, box);
  Ground& ground = ground_of(t, box);
  placed.front().flipbook = flipbook_of(
      pulse.begin, motions.pulse.length, size_at,
      [&](int size) {
        Canvas page(box, unit, margin);
        box_.shadows.draw(page, radius);
        page.draw_scaled(ground.bare, x, y, size / static_cast<double>(whole_size));
        return page.take(LayerName::counter, {});
      },
      ground.pages);
  for (std::size_t i = 0; i < figures_.size(); ++i) placed[i + 1].flipbook = book_of(figures_[i]);
  return placed;
}

}  // namespace xb::overlay
