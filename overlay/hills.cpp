// Hills from three sines each, far to near. SPDX-License-Identifier: Apache-2.0
#include "overlay/hills.h"

#include <array>
#include <cmath>
#include <numbers>

#include "overlay/icons.h"

namespace xb::overlay {
namespace {

struct Ridge {
  double height;  // of the waves, parts of the canvas height
  double waves;
  double phase;
};
constexpr std::array<Ridge, 4> ridges = {Ridge{.13, 1.3, .4}, Ridge{.10, 1.9, 2.2},
                                         Ridge{.07, 2.6, 4.1}, Ridge{.03, 1.6, 1.2}};

void draw_ridge(Canvas& c, std::size_t i, Color color) {
  const Ridge& ridge = ridges[i];
  const double w = c.width();
  const double h = c.height();
  const double base = h * (.40 + static_cast<double>(i) * .155);
  cairo_t* cr = c.cairo();
  cairo_move_to(cr, 0, h);
  for (int step = 0; step <= 160; ++step) {
    const double at = step / 160.0 * std::numbers::pi * ridge.waves;
    const double y = .55 * std::sin(at + ridge.phase) +
                     .3 * std::sin(at * 2.3 + ridge.phase * 1.7) +
                     .12 * std::sin(at * 5.1 + ridge.phase * .6);
    cairo_line_to(cr, w * step / 160, base - ridge.height * h * y);
  }
  cairo_line_to(cr, w, h);
  cairo_close_path(cr);
  c.set_color(color.with_alpha(.82 + .06 * static_cast<double>(i)));
  cairo_fill(cr);
}

void draw_house(Canvas& c, const SlateArt& art, double x, double y, double scale) {
  cairo_t* cr = c.cairo();
  const auto part = [&](Color color, const char* path) {
    add_path(cr, path);
    c.set_color(color);
    cairo_fill(cr);
  };
  c.save();
  cairo_translate(cr, x, y);
  cairo_scale(cr, scale, scale);
  part(art.wall.with_alpha(.92), "M-70 0V-52H70V0Z");
  part(art.roof, "M-92 -48C-64 -57.3 -46.7 -73.3 -40 -96H40C46.7 -73.3 64 -57.3 92 -48Z");
  part(art.door, "M-14 0V-36H14V0Z");
  part(Color{0xF6, 0xC5, 0x52, .9}, "M-52 -38h22v18h-22z M30 -38h22v18h-22z");
  c.restore();
}

void draw_houses(Canvas& c, const SlateArt& art, bool is_tall) {
  const double w = c.width();
  const double h = c.height();
  const double y = h * .80;
  const double k = 1.08;
  if (is_tall) {
    draw_house(c, art, w * .50, y + h * .015, k * .8);
    draw_house(c, art, w * .80, y + h * .01, k * .85);
    draw_house(c, art, w * .65, y + h * .03, k * 1.05);
  } else {
    draw_house(c, art, w * .69, y + h * .075, k * .9);
    draw_house(c, art, w * .89, y + h * .07, k * .95);
    draw_house(c, art, w * .785, y + h * .105, k * 1.15);
  }
}

// The slate's own colour over the landscape where the text stands, fading out towards the houses.
void draw_veil(Canvas& c, Color color, bool is_tall) {
  const double w = c.width();
  const double h = c.height();
  const double angle = (is_tall ? 180 : 100) * std::numbers::pi / 180;
  const double half = (std::abs(w * std::sin(angle)) + std::abs(h * std::cos(angle))) / 2;
  const double dx = std::sin(angle) * half;
  const double dy = -std::cos(angle) * half;
  cairo_pattern_t* veil =
      cairo_pattern_create_linear(w / 2 - dx, h / 2 - dy, w / 2 + dx, h / 2 + dy);
  const auto stop = [&](double at, double alpha) {
    cairo_pattern_add_color_stop_rgba(veil, at, color.r / 255.0, color.g / 255.0, color.b / 255.0,
                                      alpha);
  };
  stop(0, .92);
  stop(is_tall ? .40 : .34, is_tall ? .8 : .7);
  stop(is_tall ? .74 : .82, 0);
  cairo_set_source(c.cairo(), veil);
  cairo_paint(c.cairo());
  cairo_pattern_destroy(veil);
}

}  // namespace

void draw_hills(Canvas& c, const Palette& palette, bool is_tall) {
  const SlateArt& art = palette.slate_art;
  c.fill(c.whole(), {}, {palette.slate, 160});
  for (std::size_t i = 0; i < ridges.size(); ++i) draw_ridge(c, i, art.hills[i]);
  draw_houses(c, art, is_tall);
  draw_veil(c, palette.slate.from, is_tall);
  const double x = c.width() * (is_tall ? .80 : .885);
  const double y = c.height() * (is_tall ? .135 : .20);
  const auto disc = [&](double r, double alpha) {
    c.fill({x - r, y - r, 2 * r, 2 * r}, all_corners(r), plain_fill(art.sun.with_alpha(alpha)));
  };
  disc(1080 * .12, .9);
  disc(1080 * .19, .16);
}

}  // namespace xb::overlay
