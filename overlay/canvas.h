// Canvas: a premultiplied Cairo surface for one box of the picture, drawn on in u.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cairo.h>

#include <cstdint>
#include <memory>
#include <string>

#include "overlay/bitmap.h"
#include "overlay/color.h"
#include "overlay/theme.h"

namespace xb::overlay {

// In u, relative to the box of the Canvas.
struct Area {
  double x = 0;
  double y = 0;
  double w = 0;
  double h = 0;
};

struct Corners {
  double top_left = 0;
  double top_right = 0;
  double bottom_right = 0;
  double bottom_left = 0;
  friend bool operator==(const Corners&, const Corners&) = default;
};
constexpr Corners all_corners(double radius) {
  return {radius, radius, radius, radius};
}

// A gradient of two stops as CSS counts its angle: 0 up, 90 to the right.
struct Fill {
  Ramp ramp;
  double degrees = 0;
};
Fill plain_fill(Color color);

// Thread: one at a time. Coordinates are u from the top left of the box; what lies outside the box
// and its margin is cut off.
class Canvas {
 public:
  // `margin` pixels around the box (even) are kept for shadows. `unit` is pixels a u.
  Canvas(Box box, double unit, int margin = 0);
  // Only `part` of it can be drawn on: what is small in a large box costs only what it covers.
  // Everything lies as it would on the whole.
  Canvas(Box box, double unit, int margin, Area part);

  cairo_t* cairo() const { return cairo_.get(); }
  double unit() const { return unit_; }
  Box box() const { return box_; }
  int margin() const { return margin_; }
  double width() const { return box_.w / unit_; }   // in u
  double height() const { return box_.h / unit_; }  // in u
  Area whole() const { return {0, 0, width(), height()}; }

  void trace(Area area, Corners corners);  // leaves a path
  void fill(Area area, Corners corners, const Fill& fill);
  void stroke_inside(Area area, Corners corners, double line, Color color);
  void clip(Area area, Corners corners);  // until restore()
  void save();
  void restore();
  void set_color(Color color);
  void scale_about(double x, double y, double scale);  // what is drawn from here on
  // Draws a BGRA premultiplied picture so that its pixels lie on the picture's own pixels.
  void draw_pixels(const struct Pixels& pixels, double x, double y);
  // Draws another Canvas of the same unit so that its box begins at x, y.
  void draw_canvas(Canvas& other, double x, double y);
  // Takes over the pixels of another Canvas of the same size.
  void become(const Canvas& other);
  // The same pixels for a box of the same size, to be drawn on.
  Canvas copy_at(Box box) const;
  // The same for a less wide box of the same height, where the columns between the first `begin`
  // pixels and the last `end` are all the same.
  Canvas shorter_at(Box box, int begin, int end) const;
  // Draws another Canvas of the same box, scaled about a point of it: a glyph for every size would
  // be drawn anew, and cost five times as much.
  void draw_scaled(Canvas& other, double x, double y, double scale);
  // Everything drawn so far becomes greyer: saturation 0 is grey, 1 as it was.
  void desaturate(double saturation);

  // The painted part, cropped to even edges around everything that is not transparent.
  PlacedLayer take(LayerName layer, std::string id);
  // The box uncropped, without its margin: what a window moves over must keep its full width.
  std::shared_ptr<const Bitmap> take_whole();

 private:
  struct Deleter {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  };
  friend class ShadowShelf;
  enum class Ground : std::uint8_t { clear = 1, unset };  // unset: all of it is written next
  Canvas(Box box, double unit, int margin, Box surface, Ground ground);

  Box box_;
  double unit_;
  int margin_;
  Box lies_;                               // the surface, in pixels from the top left of box_
  std::unique_ptr<std::uint8_t[]> unset_;  // its pixels, where they were not cleared
  std::unique_ptr<cairo_surface_t, Deleter> surface_;
  std::unique_ptr<cairo_t, Deleter> cairo_;
};

}  // namespace xb::overlay
