// Gradients as CSS draws them, and panels that are painted once.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/canvas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "overlay/panel.h"

namespace xb::overlay {
namespace {

// What CSS says of the middle of a pixel, per channel and premultiplied: b, g, r, a.
std::array<double, 4> css(const Ramp& ramp, double degrees, Area a, double x, double y) {
  const double angle = degrees * std::numbers::pi / 180;
  const double dx = std::sin(angle);
  const double dy = -std::cos(angle);
  const double length = std::abs(a.w * dx) + std::abs(a.h * dy);
  const double along = (x - a.x - a.w / 2) * dx + (y - a.y - a.h / 2) * dy;
  const double t = std::clamp(along / length + 0.5, 0.0, 1.0);
  const auto mix = [t](double from, double to) { return from + (to - from) * t; };
  const double alpha = mix(ramp.from.alpha, ramp.to.alpha);
  return {alpha * mix(ramp.from.b, ramp.to.b), alpha * mix(ramp.from.g, ramp.to.g),
          alpha * mix(ramp.from.r, ramp.to.r), alpha * 255};
}

TEST(Canvas, draws_gradients_as_css_does_within_two_steps_and_half_a_pixel) {
  const Ramp ramp{{200, 40, 20, 0.9}, {90, 10, 60, 0.6}};
  for (const double unit : {1.0, 2.0 / 3}) {
    for (const double degrees : {0.0, 90.0, 100.0, 160.0, 180.0, 270.0}) {
      for (const Area area : {Area{0, 0, 300, 90}, Area{30.5, 11.25, 200.7, 5}}) {
        Canvas canvas({0, 0, 320, 96}, unit, 8);
        canvas.fill(area, {}, {ramp, degrees});
        cairo_surface_t* surface = cairo_get_target(canvas.cairo());
        cairo_surface_flush(surface);
        const auto* bytes = cairo_image_surface_get_data(surface);
        const int stride = cairo_image_surface_get_stride(surface);
        int seen = 0;
        for (int py = 0; py < 112; ++py) {
          for (int px = 0; px < 336; ++px) {
            const double x = (px - 8 + 0.5) / unit;
            const double y = (py - 8 + 0.5) / unit;
            const double edge = 1 / unit;
            if (x < area.x + edge || y < area.y + edge || x > area.x + area.w - edge ||
                y > area.y + area.h - edge)
              continue;
            // half a pixel off the middle where the area begins between pixels
            const double slack = 2 + 0.5 * 200 / (area.h * unit);
            const auto want = css(ramp, degrees, area, x, y);
            for (std::size_t c = 0; c < 4; ++c) {
              ASSERT_NEAR(bytes[py * stride + 4 * px + static_cast<int>(c)], want[c], slack)
                  << degrees << ' ' << px << ' ' << py;
            }
            ++seen;
          }
        }
        EXPECT_GT(seen, 100);
      }
    }
  }
}

TEST(PanelShelf, paints_a_panel_once_and_gives_the_same_pixels_again) {
  PanelShelf shelf;
  int painted = 0;
  const auto panel = [&](Box box, double degrees) {
    Canvas canvas(box, 1, 4);
    shelf.draw(canvas, 18, degrees, [&] {
      ++painted;
      canvas.fill({-3, -3, canvas.width() + 6, canvas.height() + 6}, all_corners(18),
                  {{{200, 40, 20, 0.9}, {90, 10, 60, 0.6}}, degrees});
    });
    return canvas.take(LayerName::counter, {});
  };
  const auto first = panel({20, 30, 200, 80}, 100);
  const auto again = panel({60, 10, 200, 80}, 100);
  EXPECT_EQ(painted, 1);
  EXPECT_EQ(first.bitmap->y, again.bitmap->y);
  EXPECT_EQ(first.bitmap->u, again.bitmap->u);
  EXPECT_EQ(first.bitmap->alpha, again.bitmap->alpha);
  EXPECT_EQ(again.x - first.x, 40);
  panel({20, 30, 202, 80}, 100);
  panel({20, 30, 200, 80}, 160);
  EXPECT_EQ(painted, 3);
}

bool are_same(const PlacedLayer& one, const PlacedLayer& two) {
  const Bitmap& a = *one.bitmap;
  const Bitmap& b = *two.bitmap;
  return one.x == two.x && one.y == two.y && a.width == b.width && a.height == b.height &&
         a.y == b.y && a.alpha == b.alpha && a.u == b.u && a.v == b.v &&
         a.chroma_alpha == b.chroma_alpha;
}

TEST(Canvas, of_a_part_leaves_what_the_whole_one_leaves) {
  for (const double unit : {1.0, 2.0 / 3}) {
    const Area dot{101.3, 40.7, 33, 21};
    const Area beyond{-20, -20, 500, 300};  // reaches into the margin, and out of it
    for (const Area part : {Area{95, 35, 60, 40}, Area{dot}, beyond}) {
      const Box box{40, 60, 320, 96};
      Canvas whole(box, unit, 8);
      Canvas small(box, unit, 8, part);
      for (Canvas* canvas : {&whole, &small}) {
        canvas->fill(dot, all_corners(9), {{{200, 40, 20, 0.9}, {90, 10, 60, 0.6}}, 100});
      }
      EXPECT_TRUE(are_same(whole.take(LayerName::counter, {}), small.take(LayerName::counter, {})))
          << unit;
    }
  }
}

TEST(Canvas, of_a_part_cuts_off_what_lies_outside) {
  Canvas canvas({0, 0, 320, 96}, 1, 0, Area{100, 40, 20, 20});
  canvas.fill(canvas.whole(), {}, plain_fill({255, 0, 0}));
  const auto placed = canvas.take(LayerName::counter, {});
  EXPECT_EQ(placed.x, 100);
  EXPECT_EQ(placed.y, 40);
  EXPECT_EQ(placed.bitmap->width, 20);
  EXPECT_EQ(placed.bitmap->height, 20);
}

TEST(Canvas, crops_to_the_even_box_around_what_is_seen) {
  Canvas canvas({0, 0, 64, 64}, 1);
  for (const Area dot :
       {Area{31, 9, 1, 1}, Area{50, 20, 1, 1}, Area{11, 33, 1, 1}, Area{30, 61, 1, 1}})
    canvas.fill(dot, {}, plain_fill({255, 255, 255}));
  const auto placed = canvas.take(LayerName::counter, {});
  EXPECT_EQ(placed.x, 10);
  EXPECT_EQ(placed.y, 8);
  EXPECT_EQ(placed.bitmap->width, 42);
  EXPECT_EQ(placed.bitmap->height, 54);
}

TEST(Canvas, nothing_is_drawn_on_leaves_nothing) {
  Canvas canvas({0, 0, 64, 64}, 1);
  EXPECT_EQ(canvas.take(LayerName::counter, {}).bitmap->width, 0);
}

TEST(Canvas, of_one_colour_is_cut_to_any_width_and_is_as_drawn_in_it) {
  for (const double unit : {1.0, 2.0 / 3}) {
    const auto bubble = [&](Canvas& canvas) {
      canvas.fill(canvas.whole(), all_corners(16), plain_fill({20, 30, 40, 0.6}));
      canvas.stroke_inside(canvas.whole(), all_corners(16), 1.5, {200, 180, 160, 0.8});
    };
    Canvas wide({0, 0, 520, 46}, unit);
    bubble(wide);
    for (int width = 40; width <= 520; width += 2) {
      Canvas cut = wide.shorter_at({0, 0, width, 46}, 18, 18);
      Canvas drawn({0, 0, width, 46}, unit);
      bubble(drawn);
      ASSERT_TRUE(
          are_same(cut.take(LayerName::chat_panel, {}), drawn.take(LayerName::chat_panel, {})))
          << width << " at " << unit;
    }
  }
}

TEST(Canvas, copies_are_drawn_on_apart) {
  Canvas first({0, 0, 64, 32}, 1, 4);
  first.fill(first.whole(), all_corners(9), plain_fill({200, 30, 40, 0.6}));
  Canvas copy = first.copy_at({100, 50, 64, 32});
  const auto before = first.take(LayerName::counter, {});
  auto same = copy.take(LayerName::counter, {});
  EXPECT_EQ(same.x, before.x + 100);
  EXPECT_EQ(same.y, before.y + 50);
  same.x = before.x;
  same.y = before.y;
  EXPECT_TRUE(are_same(before, same));
  copy.fill({10, 10, 9, 9}, {}, plain_fill({255, 255, 255}));
  EXPECT_FALSE(before.bitmap->y == copy.take(LayerName::counter, {}).bitmap->y);
  EXPECT_TRUE(are_same(before, first.take(LayerName::counter, {})));
}

}  // namespace
}  // namespace xb::overlay
