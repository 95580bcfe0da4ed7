// Drawing laid-out text. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numbers>

#include "overlay/bold_glyphs.h"
#include "overlay/text.h"

namespace xb::overlay {
namespace {

double in_u(int units) {
  return static_cast<double>(units) / PANGO_SCALE;
}

// Makes bolder what a line has of one family: other fonts have a bold of their own, and an emoji is
// a picture.
void embolden(cairo_t* cr, PangoLayoutLine* line, BoldGlyphs& bold, const std::string& family,
              double x, double y, double width) {
  for (GSList* at = line->runs; at != nullptr; at = at->next) {
    const auto* run = static_cast<PangoLayoutRun*>(at->data);
    PangoFont* font = run->item->analysis.font;
    if (family_of(font) == family) bold.draw(cr, font, *run->glyphs, x, y, width);
    x += in_u(pango_glyph_string_get_width(run->glyphs));
  }
}

// For Pango, which only reads them.
PangoGlyphString glyphs_of(const GlyphRun& run) {
  auto* glyphs = const_cast<PangoGlyphInfo*>(run.glyphs.data());
  return {static_cast<int>(run.glyphs.size()), glyphs, nullptr, 0};
}

}  // namespace

std::string family_of(PangoFont* font) {
  PangoFontDescription* description = pango_font_describe(font);
  const char* family = pango_font_description_get_family(description);
  std::string out = family != nullptr ? family : "";
  pango_font_description_free(description);
  return out;
}

Area TextBlock::around(double x, double y) const {
  if (!layout_) {
    double left = 0;
    double top = 0;
    double right = width_;
    double bottom = height_;
    for (const GlyphRun& run : runs_) {
      PangoGlyphString row = glyphs_of(run);
      PangoRectangle ink;
      pango_glyph_string_extents(&row, run.font.get(), &ink, nullptr);
      if (ink.width <= 0 || ink.height <= 0) continue;
      const double ink_x = run.x + in_u(ink.x);
      const double ink_y = baseline_ - run.rise + in_u(ink.y);
      left = std::min(left, ink_x);
      top = std::min(top, ink_y);
      right = std::max(right, ink_x + in_u(ink.width));
      bottom = std::max(bottom, ink_y + in_u(ink.height));
    }
    constexpr double rounding = 4;  // a glyph lies on whole pixels
    return {x + left - rounding, y + top - rounding, right - left + 2 * rounding,
            bottom - top + 2 * rounding};
  }
  return {x - line_step_, y - line_step_, width() + 2 * line_step_, height() + 2 * line_step_};
}

void TextBlock::draw(Canvas& canvas, double x, double y, Color color) const {
  cairo_t* cr = canvas.cairo();
  canvas.set_color(color);
  cairo_save(cr);
  if (is_down_) {
    cairo_translate(cr, x + height_, y);
    cairo_rotate(cr, std::numbers::pi / 2);
    x = y = 0;
  }
  double at = y + baseline_;
  for (const GlyphRun& run : runs_) {
    canvas.set_color(run.color.value_or(color));
    cairo_move_to(cr, x + run.x, at - run.rise);
    PangoGlyphString row = glyphs_of(run);
    pango_cairo_show_glyph_string(cr, run.font.get(), &row);
  }
  for (int i = 0; layout_ && i < lines_; ++i, at += line_step_) {
    PangoLayoutLine* line = pango_layout_get_line_readonly(layout_.get(), i);
    cairo_move_to(cr, x, at);
    pango_cairo_show_layout_line(cr, line);
    if (bold_) embolden(cr, line, *bold_, emboldened_, x, at, embolden_);
  }
  cairo_new_path(cr);
  cairo_restore(cr);
}

std::string TextBlock::line(int n) const {
  if (!layout_) return plain_[static_cast<std::size_t>(n)];
  const PangoLayoutLine* line = pango_layout_get_line_readonly(layout_.get(), n);
  return std::string(pango_layout_get_text(layout_.get()))
      .substr(static_cast<std::size_t>(line->start_index), static_cast<std::size_t>(line->length));
}

}  // namespace xb::overlay
