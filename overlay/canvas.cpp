// Drawing primitives on Cairo, and the way from a surface to a Bitmap.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "base/result.h"
#include "overlay/picture.h"
#include "overlay/planes.h"

namespace xb::overlay {
namespace {

constexpr double quarter = std::numbers::pi / 2;

// The colours along a gradient's line, premultiplied ARGB.
constexpr int ramp_steps = 256;
std::array<std::uint32_t, ramp_steps> colours_of(const Ramp& ramp) {
  std::array<std::uint32_t, ramp_steps> colours{};
  for (int i = 0; i < ramp_steps; ++i) {
    const double t = i / (ramp_steps - 1.0);
    const auto mix = [t](double from, double to) { return from + (to - from) * t; };
    const double alpha = mix(ramp.from.alpha, ramp.to.alpha);
    const auto byte = [&](double value) { return static_cast<std::uint32_t>(value + 0.5); };
    colours[static_cast<std::size_t>(i)] =
        byte(alpha * 255) << 24 | byte(alpha * mix(ramp.from.r, ramp.to.r)) << 16 |
        byte(alpha * mix(ramp.from.g, ramp.to.g)) << 8 | byte(alpha * mix(ramp.from.b, ramp.to.b));
  }
  return colours;
}

using Pattern = std::unique_ptr<cairo_pattern_t, void (*)(cairo_pattern_t*)>;

// A picture of the gradient, one pixel larger than the area on each side. Cairo's own gradients are
// worked out pixel by pixel in its slowest way: seven times as dear.
Pattern pattern_of(Area a, const Fill& fill, double unit) {
  const int width = static_cast<int>(std::ceil(a.w * unit)) + 2;
  const int height = static_cast<int>(std::ceil(a.h * unit)) + 2;
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
  auto* bytes = cairo_image_surface_get_data(surface);
  const std::ptrdiff_t stride = cairo_image_surface_get_stride(surface);
  // CSS: the line runs through the centre, and is as long as makes the corners take the end
  // colours.
  const double angle = fill.degrees * std::numbers::pi / 180;
  const double length = std::abs(a.w * std::sin(angle)) + std::abs(a.h * std::cos(angle));
  const double by_pixel = ramp_steps / std::max(length * unit, 1.0);  // along the line
  const double across = std::sin(angle) * by_pixel;
  const double down = -std::cos(angle) * by_pixel;
  const auto colours = colours_of(fill.ramp);
  constexpr int one = 1 << 16;
  const int step = static_cast<int>(std::lround(across * one));
  for (int y = 0; y < height; ++y) {
    const double first =
        ramp_steps / 2.0 - (a.w * unit / 2 + 0.5) * across + (y - 0.5 - a.h * unit / 2) * down;
    int at = static_cast<int>(std::lround(first * one));
    auto* row = reinterpret_cast<std::uint32_t*>(bytes + y * stride);
    for (int x = 0; x < width; ++x, at += step) {
      row[x] = colours[static_cast<std::size_t>(std::clamp(at >> 16, 0, ramp_steps - 1))];
    }
  }
  cairo_surface_mark_dirty(surface);
  cairo_pattern_t* pattern = cairo_pattern_create_for_surface(surface);
  cairo_surface_destroy(surface);
  cairo_matrix_t matrix;
  cairo_matrix_init(&matrix, unit, 0, 0, unit, 1 - a.x * unit, 1 - a.y * unit);
  cairo_pattern_set_matrix(pattern, &matrix);
  cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
  cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);
  return {pattern, &cairo_pattern_destroy};
}

Box whole_of(Box box, int margin) {
  return {-margin, -margin, box.w + 2 * margin, box.h + 2 * margin};
}

// The even pixels around `part` that lie in `whole`.
Box even_around(Area part, double unit, Box whole) {
  const auto down = [&](double u) { return 2 * static_cast<int>(std::floor(u * unit / 2)); };
  const auto up = [&](double u) { return 2 * static_cast<int>(std::ceil(u * unit / 2)); };
  const int x = std::clamp(down(part.x), whole.x, whole.right());
  const int y = std::clamp(down(part.y), whole.y, whole.bottom());
  return {x, y, std::clamp(up(part.x + part.w), x, whole.right()) - x,
          std::clamp(up(part.y + part.h), y, whole.bottom()) - y};
}

// The even box around everything that is not transparent; empty when nothing is. A row is only
// searched where it could make the box wider.
Box seen_of(const std::uint8_t* bytes, int stride, int width, int height) {
  int left = width;
  int right = 0;
  int top = height;
  int bottom = 0;
  for (int y = 0; y < height; ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(bytes + std::ptrdiff_t{y} * stride);
    // premultiplied: without alpha all four bytes are 0
    const auto is_seen = [](std::uint32_t pixel) { return pixel != 0; };
    int first = static_cast<int>(std::find_if(row, row + left, is_seen) - row);
    const bool is_further_left = first < left;
    int last = width;
    while (last > right && row[last - 1] == 0) --last;
    const bool is_empty = !is_further_left && last <= right &&
                          std::none_of(row + left, row + std::max(left, right), is_seen);
    if (is_empty) continue;
    left = std::min(left, first);
    right = std::max(right, last);
    top = std::min(top, y);
    bottom = y + 1;
  }
  if (right == 0) return {};
  left &= ~1;
  top &= ~1;
  return {left, top, std::min(width - left, (right - left + 1) & ~1),
          std::min(height - top, (bottom - top + 1) & ~1)};
}

}  // namespace

Fill plain_fill(Color color) {
  return {{color, color}, 0};
}

Canvas::Canvas(Box box, double unit, int margin, Box surface, Ground ground)
    : box_(box), unit_(unit), margin_(margin), lies_(surface) {
  constexpr auto format = CAIRO_FORMAT_ARGB32;
  if (ground == Ground::unset) {
    const int stride = cairo_format_stride_for_width(format, surface.w);
    unset_ = std::make_unique_for_overwrite<std::uint8_t[]>(static_cast<std::size_t>(stride) *
                                                            static_cast<std::size_t>(surface.h));
    surface_.reset(
        cairo_image_surface_create_for_data(unset_.get(), format, surface.w, surface.h, stride));
  } else {
    surface_.reset(cairo_image_surface_create(format, surface.w, surface.h));
  }
  cairo_.reset(cairo_create(surface_.get()));
  XB_CHECK(cairo_status(cairo_.get()) == CAIRO_STATUS_SUCCESS);
  cairo_translate(cairo(), -surface.x, -surface.y);
  cairo_scale(cairo(), unit, unit);
}

Canvas::Canvas(Box box, double unit, int margin)
    : Canvas(box, unit, margin, whole_of(box, margin), Ground::clear) {
}

Canvas::Canvas(Box box, double unit, int margin, Area part)
    : Canvas(box, unit, margin, even_around(part, unit, whole_of(box, margin)), Ground::clear) {
}

void Canvas::trace(Area a, Corners c) {
  const double most = std::min(a.w, a.h) / 2;
  const auto radius = [&](double r) { return std::min(r, most); };
  cairo_t* cr = cairo();
  const double tl = radius(c.top_left);
  const double tr = radius(c.top_right);
  const double br = radius(c.bottom_right);
  const double bl = radius(c.bottom_left);
  cairo_new_sub_path(cr);
  cairo_arc(cr, a.x + a.w - tr, a.y + tr, tr, -quarter, 0);
  cairo_arc(cr, a.x + a.w - br, a.y + a.h - br, br, 0, quarter);
  cairo_arc(cr, a.x + bl, a.y + a.h - bl, bl, quarter, 2 * quarter);
  cairo_arc(cr, a.x + tl, a.y + tl, tl, 2 * quarter, 3 * quarter);
  cairo_close_path(cr);
}

void Canvas::fill(Area area, Corners corners, const Fill& fill) {
  trace(area, corners);
  if (fill.ramp.from == fill.ramp.to) {
    set_color(fill.ramp.from);
  } else {
    cairo_set_source(cairo(), pattern_of(area, fill, unit_).get());
  }
  cairo_fill(cairo());
}

void Canvas::stroke_inside(Area a, Corners c, double line, Color color) {
  const double half = line / 2;
  const auto inner = [&](double r) { return std::max(0.0, r - half); };
  trace({a.x + half, a.y + half, a.w - line, a.h - line},
        {inner(c.top_left), inner(c.top_right), inner(c.bottom_right), inner(c.bottom_left)});
  set_color(color);
  cairo_set_line_width(cairo(), line);
  cairo_stroke(cairo());
}

void Canvas::clip(Area area, Corners corners) {
  trace(area, corners);
  cairo_clip(cairo());
}

void Canvas::save() {
  cairo_save(cairo());
}
void Canvas::restore() {
  cairo_restore(cairo());
}

void Canvas::set_color(Color c) {
  cairo_set_source_rgba(cairo(), c.r / 255.0, c.g / 255.0, c.b / 255.0, c.alpha);
}

void Canvas::scale_about(double x, double y, double scale) {
  cairo_translate(cairo(), x, y);
  cairo_scale(cairo(), scale, scale);
  cairo_translate(cairo(), -x, -y);
}

void Canvas::draw_pixels(const Pixels& pixels, double x, double y) {
  if (pixels.width <= 0 || pixels.height <= 0) return;
  // Cairo only reads through this pointer: the surface is a source and dies in this function.
  auto* bytes = const_cast<std::uint8_t*>(pixels.argb.data());
  const std::unique_ptr<cairo_surface_t, Deleter> source(cairo_image_surface_create_for_data(
      bytes, CAIRO_FORMAT_ARGB32, pixels.width, pixels.height, pixels.stride));
  cairo_save(cairo());
  cairo_identity_matrix(cairo());
  cairo_set_source_surface(cairo(), source.get(), std::round(x * unit_) - lies_.x,
                           std::round(y * unit_) - lies_.y);
  cairo_pattern_set_filter(cairo_get_source(cairo()), CAIRO_FILTER_NEAREST);
  cairo_paint(cairo());
  cairo_restore(cairo());
}

void Canvas::draw_canvas(Canvas& other, double x, double y) {
  cairo_surface_flush(other.surface_.get());
  cairo_save(cairo());
  cairo_identity_matrix(cairo());
  cairo_set_source_surface(cairo(), other.surface_.get(),
                           std::round(x * unit_) - lies_.x + other.lies_.x,
                           std::round(y * unit_) - lies_.y + other.lies_.y);
  cairo_paint(cairo());
  cairo_restore(cairo());
}

void Canvas::become(const Canvas& other) {
  XB_CHECK(other.lies_ == lies_);
  cairo_surface_flush(other.surface_.get());
  cairo_surface_flush(surface_.get());
  const auto bytes = static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get())) *
                     static_cast<std::size_t>(lies_.h);
  std::memcpy(cairo_image_surface_get_data(surface_.get()),
              cairo_image_surface_get_data(other.surface_.get()), bytes);
  cairo_surface_mark_dirty(surface_.get());
}

Canvas Canvas::copy_at(Box box) const {
  XB_CHECK(box.w == box_.w && box.h == box_.h);
  Canvas copy(box, unit_, margin_, lies_, Ground::unset);
  copy.become(*this);
  return copy;
}

Canvas Canvas::shorter_at(Box box, int begin, int end) const {
  XB_CHECK(box.h == box_.h && box.w <= box_.w && margin_ == 0 && box.w >= begin + end);
  Canvas shorter(box, unit_, 0, whole_of(box, 0), Ground::unset);
  cairo_surface_flush(surface_.get());
  const auto* from = cairo_image_surface_get_data(surface_.get());
  auto* to = cairo_image_surface_get_data(shorter.surface_.get());
  for (int y = 0; y < box.h; ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(from);
    auto* own = std::copy_n(row, begin, reinterpret_cast<std::uint32_t*>(to));
    own = std::fill_n(own, box.w - begin - end, row[begin]);
    std::copy_n(row + box_.w - end, end, own);
    from += cairo_image_surface_get_stride(surface_.get());
    to += cairo_image_surface_get_stride(shorter.surface_.get());
  }
  cairo_surface_mark_dirty(shorter.surface_.get());
  return shorter;
}

void Canvas::draw_scaled(Canvas& other, double x, double y, double scale) {
  cairo_surface_flush(other.surface_.get());
  save();
  scale_about(x, y, scale);
  cairo_scale(cairo(), 1 / unit_, 1 / unit_);
  cairo_set_source_surface(cairo(), other.surface_.get(), other.lies_.x, other.lies_.y);
  cairo_pattern_set_filter(cairo_get_source(cairo()), CAIRO_FILTER_BILINEAR);
  cairo_paint(cairo());
  restore();
}

void Canvas::desaturate(double saturation) {
  cairo_surface_flush(surface_.get());
  auto* bytes = cairo_image_surface_get_data(surface_.get());
  const int stride = cairo_image_surface_get_stride(surface_.get());
  const int keep = static_cast<int>(std::lround(saturation * 256));
  for (int y = 0; y < lies_.h; ++y) {
    std::uint8_t* p = bytes + static_cast<std::ptrdiff_t>(y) * stride;
    for (int x = 0; x < lies_.w; ++x, p += 4) {
      const int grey = (p[0] * 19 + p[1] * 183 + p[2] * 54) >> 8;
      for (int c = 0; c < 3; ++c) {
        p[c] = static_cast<std::uint8_t>((p[c] * keep + grey * (256 - keep)) >> 8);
      }
    }
  }
  cairo_surface_mark_dirty(surface_.get());
}

std::shared_ptr<const Bitmap> Canvas::take_whole() {
  cairo_surface_flush(surface_.get());
  const int stride = cairo_image_surface_get_stride(surface_.get());
  const auto* bytes = cairo_image_surface_get_data(surface_.get());
  return std::make_shared<const Bitmap>(
      to_bitmap(bytes - std::ptrdiff_t{lies_.y} * stride - std::ptrdiff_t{4} * lies_.x, box_.w,
                box_.h, stride));
}

PlacedLayer Canvas::take(LayerName layer, std::string id) {
  cairo_surface_flush(surface_.get());
  const auto* bytes = cairo_image_surface_get_data(surface_.get());
  const int stride = cairo_image_surface_get_stride(surface_.get());
  PlacedLayer placed;
  placed.layer = layer;
  placed.id = std::move(id);
  const Box seen = seen_of(bytes, stride, lies_.w, lies_.h);
  placed.x = box_.x + lies_.x + seen.x;
  placed.y = box_.y + lies_.y + seen.y;
  placed.bitmap = std::make_shared<const Bitmap>(
      seen.w == 0 ? Bitmap()
                  : to_bitmap(bytes + std::ptrdiff_t{seen.y} * stride + std::ptrdiff_t{4} * seen.x,
                              seen.w, seen.h, stride));
  return placed;
}

}  // namespace xb::overlay
