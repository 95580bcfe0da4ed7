// What layers have in common: panels, borders, photos.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/layer.h"

#include <algorithm>
#include <cmath>

#include "overlay/icons.h"

namespace xb::overlay {

Canvas Layer::panel(Box box, double radius, double degrees) const {
  Canvas canvas(box, unit(), box_.shadows.margin());
  draw_panel(canvas, radius, degrees);
  return canvas;
}

void Layer::draw_panel(Canvas& canvas, double radius, double degrees) const {
  box_.panels.draw(canvas, radius, degrees, [&] {
    box_.shadows.draw(canvas, radius);
    canvas.fill(canvas.whole(), all_corners(radius), {palette().panel, degrees});
    border(canvas, canvas.whole(), all_corners(radius));
  });
}

void draw_border(Canvas& canvas, const Palette& palette, Area area, Corners corners) {
  if (palette.border_width <= 0) return;
  canvas.stroke_inside(area, corners, palette.border_width, palette.border);
}

bool Layer::photo(Canvas& canvas, const Product& product, Area area, Corners corners) const {
  const auto pixels = [&](double u) { return static_cast<int>(std::lround(u * unit())); };
  const Box box{0, 0, std::max(1, pixels(area.x + area.w) - pixels(area.x)),
                std::max(1, pixels(area.y + area.h) - pixels(area.y))};
  const auto found = box_.pictures->get(product.picture, product.picture_version, box.w, box.h);
  const Fill ground{palette().photo, 160};
  if (found == nullptr) {
    canvas.fill(area, corners, ground);
    return false;
  }
  Canvas& painted = box_.panels.photo(found, box, unit(), corners, [&](Canvas& c) {
    if (!found->is_opaque) c.fill(c.whole(), corners, ground);
    c.clip(c.whole(), corners);
    c.draw_pixels(*found, 0, 0);
  });
  canvas.draw_canvas(painted, area.x, area.y);
  return true;
}

void Layer::cart_tag(Canvas& canvas, int number, const CartTag& tag) const {
  TextStyle style = text_style(tag.size, Weight::bold);
  style.line_height = 1;
  const TextBlock before = text().lay_out("小黄车", style);
  const TextBlock figure = text().lay_out(std::to_string(number), figure_style(tag.size * 1.3));
  const TextBlock after = text().lay_out("号链接", style);
  const double icon = tag.size * 1.2;
  const Color ink = theme().fixed.cart_fg;
  const double w =
      tag.left + icon + before.width() + figure.width() + after.width() + 3 * tag.gap + tag.right;
  canvas.fill({0, 0, w, tag.h}, {card_radius, 0, 22, 0}, plain_fill(theme().fixed.cart_bg));
  double x = tag.left;
  draw_icon(canvas, Icon::cart, x, (tag.h - icon) / 2, icon, ink);
  const double y = (tag.h - before.height()) / 2;
  before.draw(canvas, x += icon + tag.gap, y, ink);
  figure.draw(canvas, x += before.width() + tag.gap, (tag.h - figure.height()) / 2, ink);
  after.draw(canvas, x + figure.width() + tag.gap, y, ink);
}

Motion Layer::exit(const Moment&, bool) const {
  return {};
}

void Layer::add_commanded(std::vector<Movement>& out, LayerName layer, SessionTime since,
                          Duration length) {
  if (since == SessionTime{}) return;
  const auto key = static_cast<std::uint64_t>(since.time_since_epoch().count());
  out.push_back({layer, key, since, length, true, {}, {}});
}

Duration Layer::length_of(const Moment& m, const Timing& timing) const {
  return m.is_quiet() ? theme().motions.quiet_fade : timing.length;
}

bool Layer::is_within(const Moment& m, SessionTime begin, const Timing& timing) const {
  return m.now < begin + length_of(m, timing);
}

Motion Layer::entrance(const Moment& m, SessionTime begin, const Timing& timing, Pose from,
                       Duration after) const {
  if (m.is_quiet()) return {begin, theme().motions.quiet_fade, {}, faint, {}, Repeat::once};
  const Duration delay = std::min(after, timing.length);
  return {begin + delay, timing.length - delay, timing.curve, from, {}, Repeat::once};
}

Motion Layer::departure(const Moment& m, SessionTime begin, const Timing& timing, Pose to) const {
  if (m.is_quiet()) return {begin, theme().motions.quiet_fade, {}, {}, faint, Repeat::once};
  return {begin, timing.length, timing.curve, {}, to, Repeat::once};
}

void Layer::add_story_move(const Moment& m, SessionTime since, const Anchor& anchor,
                           std::vector<Motion>& motions) const {
  const Timing& timing = theme().motions.story_move;
  if (m.is_quiet() || since >= m.shop_since || m.shop_since == SessionTime::min()) return;
  if (!is_within(m, m.shop_since, timing)) return;
  Pose from;
  from.dy = placement().place_story(anchor, 0, 0, m.shop_before).y -
            placement().place_story(anchor, 0, 0, m.shop).y;
  if (from.dy != 0) motions.push_back(entrance(m, m.shop_since, timing, from));
}

}  // namespace xb::overlay
