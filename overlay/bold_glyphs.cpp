// Strokes on a surface of coverage alone. SPDX-License-Identifier: Apache-2.0
#include "overlay/bold_glyphs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace xb::overlay {
namespace {

constexpr std::size_t most_lines = 512;
constexpr double quarters = 4;

struct Place {
  int whole = 0;
  int quarter = 0;
};
Place place_of(double pixels) {
  const double rounded = std::round(pixels * quarters);
  const double whole = std::floor(rounded / quarters);
  return {static_cast<int>(whole), static_cast<int>(rounded - whole * quarters)};
}

using Context = std::unique_ptr<cairo_t, void (*)(cairo_t*)>;

// A path of the glyph at the origin.
void trace(cairo_t* cr, PangoFont* font, PangoGlyph glyph) {
  PangoGlyphInfo info{};
  info.glyph = glyph;
  int cluster = 0;
  PangoGlyphString one{1, &info, &cluster, 0};
  cairo_move_to(cr, 0, 0);
  pango_cairo_glyph_string_path(cr, font, &one);
}

Context context_on(cairo_surface_t* surface, const cairo_matrix_t& matrix) {
  Context cr(cairo_create(surface), &cairo_destroy);
  cairo_set_matrix(cr.get(), &matrix);
  return cr;
}

}  // namespace

BoldGlyphs::~BoldGlyphs() {
  forget();
}

void BoldGlyphs::forget() {
  for (const auto& [key, line] : lines_) g_object_unref(key.font);
  lines_.clear();
}

const BoldGlyphs::Line& BoldGlyphs::line_of(const Key& key) {
  if (const auto found = lines_.find(key); found != lines_.end()) return found->second;
  if (lines_.size() >= most_lines) forget();
  g_object_ref(key.font);
  Line& line = lines_[key];

  cairo_matrix_t matrix;
  cairo_matrix_init(&matrix, key.xx, key.yx, key.xy, key.yy, 0, 0);
  std::unique_ptr<cairo_surface_t, Unref> none(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
  const Context measuring = context_on(none.get(), matrix);
  trace(measuring.get(), key.font, key.glyph);
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  cairo_path_extents(measuring.get(), &x1, &y1, &x2, &y2);
  if (x2 <= x1 || y2 <= y1) return line;
  const double half = key.width / 2;
  std::array<double, 4> xs{x1 - half, x2 + half, x1 - half, x2 + half};
  std::array<double, 4> ys{y1 - half, y1 - half, y2 + half, y2 + half};
  for (std::size_t i = 0; i < xs.size(); ++i) cairo_matrix_transform_point(&matrix, &xs[i], &ys[i]);
  line.x = static_cast<int>(std::floor(*std::min_element(xs.begin(), xs.end()))) - 1;
  line.y = static_cast<int>(std::floor(*std::min_element(ys.begin(), ys.end()))) - 1;
  const int right = static_cast<int>(std::ceil(*std::max_element(xs.begin(), xs.end()))) + 1;
  const int bottom = static_cast<int>(std::ceil(*std::max_element(ys.begin(), ys.end()))) + 1;

  line.coverage.reset(cairo_image_surface_create(CAIRO_FORMAT_A8, right - line.x, bottom - line.y));
  matrix.x0 = key.right / quarters - line.x;
  matrix.y0 = key.down / quarters - line.y;
  const Context cr = context_on(line.coverage.get(), matrix);
  trace(cr.get(), key.font, key.glyph);
  cairo_set_line_width(cr.get(), key.width);
  cairo_set_tolerance(cr.get(), 0.4);  // pixels; the line is about one wide
  cairo_set_line_join(cr.get(), CAIRO_LINE_JOIN_ROUND);
  cairo_stroke(cr.get());
  cairo_surface_flush(line.coverage.get());
  return line;
}

void BoldGlyphs::draw(cairo_t* cr, PangoFont* font, const PangoGlyphString& glyphs, double x,
                      double y, double width) {
  cairo_matrix_t matrix;
  cairo_get_matrix(cr, &matrix);
  cairo_save(cr);
  cairo_identity_matrix(cr);
  for (int i = 0; i < glyphs.num_glyphs; ++i) {
    const PangoGlyphInfo& info = glyphs.glyphs[i];
    double at_x = x + static_cast<double>(info.geometry.x_offset) / PANGO_SCALE;
    double at_y = y + static_cast<double>(info.geometry.y_offset) / PANGO_SCALE;
    x += static_cast<double>(info.geometry.width) / PANGO_SCALE;
    if (info.glyph == PANGO_GLYPH_EMPTY || (info.glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0) continue;
    cairo_matrix_transform_point(&matrix, &at_x, &at_y);
    const Place right = place_of(at_x);
    const Place down = place_of(at_y);
    const Line& line = line_of({font, info.glyph, width, matrix.xx, matrix.yx, matrix.xy, matrix.yy,
                                right.quarter, down.quarter});
    if (!line.coverage) continue;
    cairo_mask_surface(cr, line.coverage.get(), right.whole + line.x, down.whole + line.y);
  }
  cairo_restore(cr);
}

}  // namespace xb::overlay
