// Follower counter 粉丝: total, today's gain, the way to the next milestone, the newest follower.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "overlay/icons.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18;
constexpr double heart_column = 72, heart_side = 44;
constexpr double chip_gap = 20, chip_right = 18, chip_radius = 14;
constexpr double capsule_gap = 14, capsule_h = 58, capsule_name_w = 230, capsule_least_name_w = 64;
constexpr double stale_alpha = 0.6;
constexpr Duration capsule_stay = std::chrono::seconds(2);

// The part of the way from the last milestone to the next. Beyond the list they go on 1, 2, 5.
double progress(std::int64_t total, const std::vector<std::int64_t>& milestones) {
  std::int64_t from = 0;
  std::int64_t to = 0;
  for (const std::int64_t milestone : milestones) {
    if (milestone > total) {
      to = milestone;
      break;
    }
    from = milestone;
  }
  std::int64_t decade = milestones.back();
  while (to == 0 && decade < INT64_MAX / 20) {
    for (const std::int64_t step : {decade, decade * 2, decade * 5, decade * 10}) {
      if (to == 0 && step > total) to = step;
      if (step <= total) from = std::max(from, step);
    }
    decade *= 10;
  }
  if (to <= from) return 1;
  return std::clamp(static_cast<double>(total - from) / static_cast<double>(to - from), 0.0, 1.0);
}

class Counter final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    const CounterValues& v = m.values.counter;
    Shows shows;
    shows.add(v.total).add(std::max<std::int64_t>(0, v.gained)).add(v.stale_since.value_or(""));
    if (!has_capsule(m)) return {shows.take(), never};
    shows.add(v.last_follower).add(v.followers_merged);
    return {shows.take(), v.last_follow + capsule_stay};
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    Box chip_box;
    std::vector<PlacedLayer> placed{chip(m.values.counter, chip_box)};
    if (has_capsule(m)) placed.push_back(capsule(m.values.counter, chip_box));
    return placed;
  }

 private:
  static bool has_capsule(const Moment& m) {
    const CounterValues& v = m.values.counter;
    return v.followers_merged > 0 && m.now >= v.last_follow && m.now < v.last_follow + capsule_stay;
  }

  PlacedLayer chip(const CounterValues& v, Box& box) {
    const TypeSizes& type = theme().type;
    TextStyle label_style = text_style(type.follower_label);
    label_style.line_height = 1.1;
    TextStyle total_style = figure_style(type.follower_total);
    total_style.line_height = 0.98;
    const TextBlock label =
        text().lay_out(v.stale_since ? "更新于 " + *v.stale_since : "粉丝", label_style);
    const TextBlock total = text().lay_out(count_zh(v.total), total_style);

    // Nothing gained, or someone left: a welcome, never "+0" and never a minus.
    const bool has_gain = v.gained > 0;
    TextStyle today_style =
        text_style(has_gain ? type.follower_today : type.follower_today * 28 / 34, Weight::bold);
    today_style.line_height = 1.12;
    const TextBlock today = text().lay_out(has_gain ? "今日" : "欢迎新朋友", today_style);
    const TextStyle gain_style = figure_style(type.follower_today * 1.18);
    const TextBlock gain =
        text().lay_out(has_gain ? "+" + std::to_string(v.gained) : "", gain_style);
    const double space = has_gain ? type.follower_today * 0.26 : 0;
    const double chip_w = 14 + today.width() + space + gain.width() + 14;

    const double left = heart_column + std::max(label.width(), total.width());
    const Anchor& anchor = theme().anchors.follower;
    const double w = std::max(anchor.w, left + chip_gap + chip_w + chip_right);
    box = placement().place(anchor, w, anchor.h);
    Canvas c = panel(box, radius, 100);
    const double h = c.height();
    draw_icon(c, Icon::heart, (heart_column - heart_side) / 2, (h - heart_side) / 2, heart_side,
              palette().accent);
    const double top = (h - label.height() - total.height() - 2) / 2 - 1;
    label.draw(c, heart_column, top, v.stale_since ? palette().warn : palette().text2);
    total.draw(c, heart_column, top + label.height(),
               v.stale_since ? palette().text.with_alpha(stale_alpha) : palette().text);

    const double chip_h = has_gain ? type.follower_today * 1.68 : type.follower_today * 1.5;
    const Area area{c.width() - chip_right - chip_w, (h - chip_h) / 2 - 1, chip_w, chip_h};
    c.fill(area, all_corners(chip_radius), {palette().strip, 100});
    const double today_y = area.y + (area.h - today.height()) / 2 - 1;
    today.draw(c, area.x + 14, today_y, palette().strip_text);
    gain.draw(c, area.x + 14 + today.width() + space, today_y + today.baseline() - gain.baseline(),
              palette().strip_text);

    const Area track{18, h - 11, c.width() - 36, 5};
    c.fill(track, all_corners(2.5), plain_fill(palette().track));
    const double done = progress(v.total, theme().milestones);
    if (done > 0) {
      c.fill({track.x, track.y, std::max(5.0, track.w * done), track.h}, all_corners(2.5),
             plain_fill(palette().accent));
    }
    return c.take(LayerName::counter, {});
  }

  // Below the counter in 16:9, ending before the face; beside it in 9:16, where the face begins
  // right below.
  PlacedLayer capsule(const CounterValues& v, Box chip_box) {
    const TextStyle style = text_style(30, Weight::bold);
    const std::string many = "等 " + std::to_string(v.followers_merged) + " 位 关注了";
    const TextBlock did = text().lay_out(v.followers_merged > 1 ? many : "关注了", style);
    const TextBlock plus =
        text().lay_out("+" + std::to_string(v.followers_merged), figure_style(32));
    const double pill_w = plus.width() + 28;
    const double around = 12 + pill_w + 12 + 12 + did.width() + 22;
    Anchor anchor = theme().anchors.follower;
    double room = theme().anchors.face_x - anchor.x - 12;
    if (placement().is_tall()) {
      const double chip_end = chip_box.right() / unit() + capsule_gap;
      const Anchor& product = theme().anchors.product;
      room = product.x + product.w - chip_end;
      anchor.x = chip_end;
      anchor.y += (anchor.h - capsule_h) / 2;
    } else {
      anchor.y += anchor.h + capsule_gap;
    }
    const std::string name = v.last_follower.empty() ? "新朋友" : v.last_follower;
    const TextBlock who = text().lay_out(
        name, style, {std::clamp(room - around, capsule_least_name_w, capsule_name_w), 1});
    Canvas c(placement().place(anchor, around + who.width(), capsule_h), unit());
    const double h = c.height();
    c.fill(c.whole(), all_corners(999), {palette().strip, 100});
    c.fill({12, (h - 42) / 2, pill_w, 42}, all_corners(999), plain_fill(palette().plus_pill));
    plus.draw(c, 26, (h - plus.height()) / 2, palette().text);
    const double y = (h - who.height()) / 2 - 0.5;
    who.draw(c, 12 + pill_w + 12, y, palette().strip_text);
    did.draw(c, 12 + pill_w + 12 + who.width() + 12, y, palette().strip_text);
    return c.take(LayerName::counter, {});
  }
};

}  // namespace

std::unique_ptr<Layer> make_counter(PaintBox& box) {
  return std::make_unique<Counter>(box);
}

}  // namespace xb::overlay
