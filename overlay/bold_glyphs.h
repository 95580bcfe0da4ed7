// BoldGlyphs: the lines around glyphs that make a font bolder, stroked once and kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pango/pangocairo.h>

#include <compare>
#include <map>
#include <memory>

namespace xb::overlay {

// The line around a glyph of 58 strokes costs a quarter of a millisecond, its coverage a copy of
// pixels. It lies on quarters of a pixel, which nobody can tell from the exact place. Keeps at most
// 512 glyphs in their places; all are forgotten when there are more.
//
// Thread: one at a time.
class BoldGlyphs {
 public:
  BoldGlyphs() = default;
  ~BoldGlyphs();
  BoldGlyphs(const BoldGlyphs&) = delete;
  BoldGlyphs& operator=(const BoldGlyphs&) = delete;

  // Draws a line `width` wide around each glyph of the run that begins at x, y, in the colour that
  // is set.
  void draw(cairo_t* cr, PangoFont* font, const PangoGlyphString& glyphs, double x, double y,
            double width);

 private:
  struct Key {
    PangoFont* font = nullptr;  // held
    PangoGlyph glyph = 0;
    double width = 0;
    double xx = 0, yx = 0, xy = 0, yy = 0;  // how it is scaled and turned
    int right = 0, down = 0;                // quarters of a pixel
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Unref {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  };
  struct Line {
    std::unique_ptr<cairo_surface_t, Unref> coverage;  // null: nothing is seen of it
    int x = 0;                                         // from the glyph's origin, pixels
    int y = 0;
  };

  const Line& line_of(const Key& key);
  void forget();

  std::map<Key, Line> lines_;
};

}  // namespace xb::overlay
