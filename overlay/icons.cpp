// The drawings themselves: icons in a 24 unit box, motifs in a 64 unit box.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/icons.h"

#include <algorithm>
#include <vector>

namespace xb::overlay {
namespace {

constexpr double icon_box = 24;
constexpr double motif_box = 64;
constexpr double icon_line = 1.9;

constexpr std::string_view heart =
    "M12 20.3S3.5 15.3 3.5 9.4A4.7 4.7 0 0112 6.6a4.7 4.7 0 018.5 2.8c0 5.9-8.5 10.9-8.5 10.9z";
constexpr std::string_view star =
    "M12 3.5l2.6 5.6 6 .7-4.4 4.2 1.2 6L12 17l-5.4 3 1.2-6L3.4 9.8l6-.7z";
constexpr std::string_view pin = "M12 21s-6.5-5.6-6.5-11a6.5 6.5 0 0113 0c0 5.4-6.5 11-6.5 11z";
constexpr std::string_view cart = "M2.5 4h2.6l2.5 11.2h10.6L20.6 8H6.2";
constexpr std::string_view horn = "M4 10v4h3l7 4.5V5.5L7 10z M17.5 9a4 4 0 010 6";
constexpr std::string_view landscape = "M4 17l5-4 3 2.5 4-4 4 4";

constexpr std::string_view flame_outer =
    "M33 5c3 9-1 14-6 19-6 6-11 12-11 20 0 9 7 16 16 16s17-7 17-17c0-8-4-13-7-17-1 5-3 7-6 8 "
    "3-10 2-21-3-29z";
constexpr std::string_view flame_bud =
    "M32 55c-5 0-9-4-9-9 0-4 3-7 5-10 1 3 3 4 5 4 0-4 0-7 2-10 4 5 7 10 7 16 0 5-5 9-10 9z";
constexpr std::string_view flame_heart =
    "M32 53c-3 0-5-2-5-5 0-2 2-4 3-6 1 2 2 2 3 2 0-2 1-3 2-5 2 3 3 6 3 9s-3 5-6 5z";
constexpr std::string_view ear_stem = "M30.5 60V24h3V60z M32 20c-5-4-5-11 0-17 5 6 5 13 0 17z";
constexpr std::string_view ear_grains =
    "M30 52c-9 0-14-5-14-12 8 0 13 4 14 12z M34 52c9 0 14-5 14-12-8 0-13 4-14 12z";
constexpr std::string_view bamboo =
    "M20 61l1.2-17h6.6L29 61z M21.4 41l.8-16h5.6l.8 16z M22.4 22l.6-17h4.4l.6 17z "
    "M30 25c4-9 11-13 21-13-2 8-9 14-21 13z M30 42c5-6 12-8 22-5-4 7-13 10-22 5z "
    "M19 23C12 22 8 18 6 11c7 1 12 5 13 12z";

void circle(cairo_t* cr, double x, double y, double r) {
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y, r, 0, 6.283185307179586);
}

void fill_path(cairo_t* cr, std::string_view d) {
  cairo_new_path(cr);
  add_path(cr, d);
  cairo_fill(cr);
}

}  // namespace

void draw_icon(Canvas& canvas, Icon icon, double x, double y, double side, Color color) {
  cairo_t* cr = canvas.cairo();
  canvas.save();
  canvas.set_color(color);
  cairo_translate(cr, x, y);
  cairo_scale(cr, side / icon_box, side / icon_box);
  cairo_set_line_width(cr, icon_line);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_new_path(cr);
  switch (icon) {
    case Icon::heart: fill_path(cr, heart); break;
    case Icon::star: add_path(cr, star); break;
    case Icon::pin:
      add_path(cr, pin);
      circle(cr, 12, 10, 2.3);
      break;
    case Icon::cart:
      circle(cr, 9.5, 19.5, 1.6);
      circle(cr, 17.5, 19.5, 1.6);
      add_path(cr, cart);
      break;
    case Icon::horn: add_path(cr, horn); break;
    case Icon::no_photo:
      cairo_set_line_width(cr, 1.4);
      add_path(cr, "M5 5h14a2 2 0 012 2v10a2 2 0 01-2 2H5a2 2 0 01-2-2V7a2 2 0 012-2z");
      circle(cr, 9, 10, 1.6);
      add_path(cr, landscape);
      break;
  }
  cairo_stroke(cr);
  canvas.restore();
}

void draw_motif(Canvas& canvas, Motif motif, double x, double y, double side, Color color,
                Color ground) {
  cairo_t* cr = canvas.cairo();
  canvas.save();
  // one group, so that overlapping parts do not add up when the colour is translucent
  cairo_push_group(cr);
  cairo_translate(cr, x, y);
  cairo_scale(cr, side / motif_box, side / motif_box);
  canvas.set_color(color.with_alpha(1));
  switch (motif) {
    case Motif::azalea_flame:
      fill_path(cr, flame_outer);
      canvas.set_color(ground.with_alpha(0.92));
      fill_path(cr, flame_bud);
      canvas.set_color(color.with_alpha(1));
      fill_path(cr, flame_heart);
      break;
    case Motif::grain_ear:
      fill_path(cr, ear_stem);
      for (int i = 0; i < 4; ++i) {
        fill_path(cr, ear_grains);
        cairo_translate(cr, 0, -9.5);
      }
      break;
    case Motif::bamboo: fill_path(cr, bamboo); break;
  }
  cairo_pop_group_to_source(cr);
  cairo_paint_with_alpha(cr, color.alpha);
  canvas.restore();
}

void draw_emblem(Canvas& canvas, const Attire& attire, double x, double y, double side, Color color,
                 Color ground) {
  const Mark& mark = attire.mark;
  if (mark.side == 0) return draw_motif(canvas, attire.palette.motif, x, y, side, color, ground);
  const int stride = cairo_format_stride_for_width(CAIRO_FORMAT_A8, mark.side);
  std::vector<std::uint8_t> rows(static_cast<std::size_t>(stride) *
                                 static_cast<std::size_t>(mark.side));
  for (int row = 0; row < mark.side; ++row) {
    std::copy_n(mark.cover.begin() + static_cast<std::ptrdiff_t>(row) * mark.side, mark.side,
                rows.begin() + static_cast<std::ptrdiff_t>(row) * stride);
  }
  cairo_t* cr = canvas.cairo();
  cairo_surface_t* cover = cairo_image_surface_create_for_data(rows.data(), CAIRO_FORMAT_A8,
                                                               mark.side, mark.side, stride);
  cairo_save(cr);
  cairo_translate(cr, x, y);
  cairo_scale(cr, side / mark.side, side / mark.side);
  canvas.set_color(color);
  cairo_mask_surface(cr, cover, 0, 0);
  cairo_restore(cr);
  cairo_surface_destroy(cover);
}

}  // namespace xb::overlay
