// Draws with Cairo, reads back with Cairo.
// SPDX-License-Identifier: Apache-2.0
#include "overlay_scene.h"

#include <cairo/cairo.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numbers>

#include "overlay/planes.h"

namespace xb::bench {
namespace {

struct CairoFree {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Surface = std::unique_ptr<cairo_surface_t, CairoFree>;
using Context = std::unique_ptr<cairo_t, CairoFree>;

void rounded(cairo_t* to, double width, double height, double radius) {
  constexpr double quarter = std::numbers::pi / 2;
  cairo_new_path(to);
  cairo_arc(to, width - radius, radius, radius, -quarter, 0);
  cairo_arc(to, width - radius, height - radius, radius, 0, quarter);
  cairo_arc(to, radius, height - radius, radius, quarter, 2 * quarter);
  cairo_arc(to, radius, radius, radius, 2 * quarter, 3 * quarter);
  cairo_close_path(to);
}

// Rows of strokes as dense as a line of hanzi, below `top`.
void marks(cairo_t* to, const BenchLayer& layer, double top) {
  const double size = layer.height < 150 ? layer.height * 0.4 : 28;
  cairo_set_source_rgba(to, 1, 1, 1, 1);
  cairo_set_line_width(to, size / 9);
  for (double y = top + size * 0.6; y + size < layer.height; y += size * 1.8) {
    for (double x = size; x + size < layer.width; x += size * 1.15) {
      for (int stroke = 1; stroke <= 3; ++stroke) {
        cairo_move_to(to, x, y + size * stroke / 4);
        cairo_rel_line_to(to, size * 0.8, 0);
        cairo_move_to(to, x + size * stroke / 4, y);
        cairo_rel_line_to(to, 0, size);
      }
    }
  }
  cairo_stroke(to);
}

// Two thirds of the size for 720p; everything stays even.
int scaled(int full, int per_3) {
  return (full * per_3 / 3 + 1) & ~1;
}

BenchScene two_thirds(const BenchScene& full, std::string name) {
  BenchScene out{std::move(name), full.width * 2 / 3, full.height * 2 / 3, {}};
  for (const auto& layer : full.layers) {
    out.layers.push_back({layer.name, scaled(layer.x, 2), scaled(layer.y, 2),
                          scaled(layer.width, 2), scaled(layer.height, 2)});
  }
  return out;
}

void check(cairo_status_t status, const std::string& path) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  std::fprintf(stderr, "%s: %s\n", path.c_str(), cairo_status_to_string(status));
  std::exit(1);
}

}  // namespace

std::vector<BenchScene> bench_scenes() {
  const BenchScene landscape{"1080p",
                             1920,
                             1080,
                             {{"nameplate", 60, 940, 600, 120},
                              {"caption", 210, 840, 1500, 90},
                              {"card", 1460, 240, 420, 560},
                              {"counter", 1560, 40, 320, 90},
                              {"chat", 40, 340, 520, 480}}};
  const BenchScene portrait{"portrait",
                            1080,
                            1920,
                            {{"nameplate", 40, 120, 600, 120},
                             {"caption", 40, 1700, 1000, 90},
                             {"card", 620, 600, 420, 560},
                             {"counter", 720, 40, 320, 90},
                             {"chat", 40, 1180, 520, 480}}};
  return {landscape, two_thirds(landscape, "720p"), portrait};
}

std::string png_path(const std::string& folder, const BenchScene& scene, const BenchLayer& layer) {
  return folder + "/" + scene.name + "-" + layer.name + ".png";
}

void paint_pngs(const std::string& folder, const BenchScene& scene) {
  for (const auto& layer : scene.layers) {
    const Surface surface(
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, layer.width, layer.height));
    const Context context(cairo_create(surface.get()));
    cairo_t* to = context.get();
    rounded(to, layer.width, layer.height, 18);
    cairo_set_source_rgba(to, 0.5, 0.1, 0.08, 0.72);
    cairo_fill_preserve(to);
    cairo_clip(to);
    double top = 0;
    if (layer.name == "card") {
      top = layer.height * 0.55;
      const std::unique_ptr<cairo_pattern_t, void (*)(cairo_pattern_t*)> photo(
          cairo_pattern_create_linear(0, 0, layer.width, top), cairo_pattern_destroy);
      cairo_pattern_add_color_stop_rgb(photo.get(), 0, 0.9, 0.6, 0.2);
      cairo_pattern_add_color_stop_rgb(photo.get(), 1, 0.2, 0.5, 0.3);
      cairo_rectangle(to, 0, 0, layer.width, top);
      cairo_set_source(to, photo.get());
      cairo_fill(to);
    }
    marks(to, layer, top);
    const auto path = png_path(folder, scene, layer);
    check(cairo_surface_write_to_png(surface.get(), path.c_str()), path);
  }
}

overlay::Bitmaps load_pngs(const std::string& folder, const BenchScene& scene) {
  overlay::Bitmaps out;
  for (const auto& layer : scene.layers) {
    const auto path = png_path(folder, scene, layer);
    const Surface surface(cairo_image_surface_create_from_png(path.c_str()));
    check(cairo_surface_status(surface.get()), path);
    cairo_surface_flush(surface.get());
    overlay::PlacedLayer placed;
    placed.bitmap = std::make_shared<const overlay::Bitmap>(overlay::to_bitmap(
        cairo_image_surface_get_data(surface.get()), cairo_image_surface_get_width(surface.get()),
        cairo_image_surface_get_height(surface.get()),
        cairo_image_surface_get_stride(surface.get())));
    placed.x = layer.x;
    placed.y = layer.y;
    out.layers.push_back(std::move(placed));
  }
  return out;
}

}  // namespace xb::bench
