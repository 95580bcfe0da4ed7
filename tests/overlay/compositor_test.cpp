// compose: where layers land at a moment and what is clipped.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/compositor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tests/support/heap_count.h"

namespace xb::overlay {
namespace {

using std::chrono::milliseconds;

// Opaque; column x of luma holds 20 + x / 2, chroma column x holds 100 + x, all rows alike.
std::shared_ptr<Bitmap> ramp(int width, int height) {
  auto bitmap = std::make_shared<Bitmap>();
  bitmap->width = width;
  bitmap->height = height;
  bitmap->stride = (width + 63) / 64 * 64;
  bitmap->chroma_stride = (width / 2 + 63) / 64 * 64;
  const auto luma = static_cast<std::size_t>(bitmap->stride * height);
  const auto chroma = static_cast<std::size_t>(bitmap->chroma_stride * height / 2);
  bitmap->alpha.assign(luma, 255);
  bitmap->chroma_alpha.assign(chroma, 255);
  bitmap->y.resize(luma);
  bitmap->u.resize(chroma);
  bitmap->v.resize(chroma);
  for (std::size_t i = 0; i < luma; ++i) {
    bitmap->y[i] = static_cast<std::uint8_t>(20 + i % static_cast<std::size_t>(bitmap->stride) / 2);
  }
  for (std::size_t i = 0; i < chroma; ++i) {
    const auto x = i % static_cast<std::size_t>(bitmap->chroma_stride);
    bitmap->u[i] = static_cast<std::uint8_t>(100 + x);
    bitmap->v[i] = static_cast<std::uint8_t>(150 + x);
  }
  return bitmap;
}

PlacedLayer placed(std::shared_ptr<const Bitmap> bitmap, int x, int y) {
  PlacedLayer layer;
  layer.bitmap = std::move(bitmap);
  layer.x = x;
  layer.y = y;
  return layer;
}

media::Picture grey(int width, int height) {
  media::Picture picture(width, height);
  picture.fill(7, 8, 9);
  return picture;
}

int sample(const media::Picture& picture, int plane, int x, int y) {
  return picture.plane(plane)[y * picture.stride(plane) + x];
}

// Every sample of the picture: the ramp inside the box, the grey elsewhere.
void expect_ramp_at(const media::Picture& picture, int left, int top, int width, int height) {
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const bool is_inside = x >= left && x < left + width && y >= top && y < top + height;
      ASSERT_EQ(sample(picture, 0, x, y), is_inside ? 20 + (x - left) / 2 : 7) << x << ',' << y;
      const int chroma = (x - left) / 2;
      ASSERT_EQ(sample(picture, 1, x / 2, y / 2), is_inside ? 100 + chroma : 8) << x << ',' << y;
      ASSERT_EQ(sample(picture, 2, x / 2, y / 2), is_inside ? 150 + chroma : 9) << x << ',' << y;
    }
  }
}

TEST(Compositor, puts_a_layer_where_it_was_placed) {
  auto picture = grey(128, 40);
  compose(picture, {{placed(ramp(60, 12), 10, 4)}, {}, 0, 0, {}}, SessionTime{});
  expect_ramp_at(picture, 10, 4, 60, 12);
}

TEST(Compositor, clips_layers_at_every_edge) {
  for (const auto& [x, y] : std::vector<std::pair<int, int>>{
           {-20, 2}, {100, 2}, {10, -6}, {10, 34}, {-20, -6}, {100, 34}}) {
    auto picture = grey(128, 40);
    compose(picture, {{placed(ramp(60, 12), x, y)}, {}, 0, 0, {}}, SessionTime{});
    expect_ramp_at(picture, x, y, 60, 12);
  }
}

TEST(Compositor, leaves_the_picture_alone_when_a_layer_lies_outside_or_has_no_bitmap) {
  auto picture = grey(128, 40);
  const auto bitmap = ramp(60, 12);
  compose(
      picture,
      {{placed(bitmap, 128, 0), placed(bitmap, -60, 0), placed(bitmap, 0, 40),
        placed(bitmap, 0, -12), placed(nullptr, 0, 0), placed(std::make_shared<Bitmap>(), 0, 0)},
       {},
       0,
       0,
       {}},
      SessionTime{});
  expect_ramp_at(picture, 0, 0, 0, 0);
}

TEST(Compositor, covers_a_layer_larger_than_the_picture) {
  auto picture = grey(64, 20);
  compose(picture, {{placed(ramp(200, 60), -40, -20)}, {}, 0, 0, {}}, SessionTime{});
  expect_ramp_at(picture, -40, -20, 200, 60);
}

TEST(Compositor, draws_the_later_layer_on_top) {
  auto picture = grey(128, 40);
  auto dark = ramp(60, 12);
  std::fill(dark->y.begin(), dark->y.end(), std::uint8_t{1});
  compose(picture, {{placed(dark, 10, 4), placed(ramp(60, 12), 10, 4)}, {}, 0, 0, {}},
          SessionTime{});
  expect_ramp_at(picture, 10, 4, 60, 12);
}

SessionTime at_ms(int ms) {
  return SessionTime(milliseconds(ms));
}

Motion shift(int begin_ms, int length_ms, double dx, double dy) {
  Motion motion;
  motion.begin = at_ms(begin_ms);
  motion.length = milliseconds(length_ms);
  motion.from.dx = dx;
  motion.from.dy = dy;
  return motion;
}

TEST(Compositor, moves_a_layer_by_whole_even_pixels_at_its_time) {
  auto layer = placed(ramp(60, 12), 10, 4);
  layer.motions = {shift(1000, 400, 40, 20)};
  const auto shown = [&](int ms, int left, int top) {
    auto picture = grey(128, 40);
    compose(picture, {{layer}, {}, 0, 0, {}}, at_ms(ms));
    expect_ramp_at(picture, left, top, 60, 12);
  };
  shown(0, 50, 24);  // waits where it begins
  shown(1000, 50, 24);
  shown(1100, 40, 20);  // +30, +15 becomes 16: even
  shown(1200, 30, 14);
  shown(1400, 10, 4);
  shown(9999, 10, 4);
}

TEST(Compositor, adds_motions_up) {
  auto layer = placed(ramp(60, 12), 10, 4);
  layer.motions = {shift(0, 100, 20, 0), shift(0, 200, 0, 8)};
  auto picture = grey(128, 40);
  compose(picture, {{layer}, {}, 0, 0, {}}, at_ms(50));
  expect_ramp_at(picture, 20, 10, 60, 12);
}

TEST(Compositor, uncovers_a_part_where_it_lies) {
  auto layer = placed(ramp(60, 12), 10, 4);
  Motion wipe;
  wipe.length = milliseconds(300);
  wipe.from.right = 0;
  layer.motions = {wipe};
  for (const auto& [ms, width] : std::vector<std::pair<int, int>>{{0, 0}, {100, 20}, {300, 60}}) {
    auto picture = grey(128, 40);
    compose(picture, {{layer}, {}, 0, 0, {}}, at_ms(ms));
    expect_ramp_at(picture, 10, 4, width, 12);
  }
}

TEST(Compositor, shows_nothing_outside_a_window_that_stays) {
  auto layer = placed(ramp(60, 12), 10, 4);
  layer.window = Box{20, 6, 30, 8};
  layer.motions = {shift(0, 100, 100, 0)};
  auto picture = grey(128, 40);
  compose(picture, {{layer}, {}, 0, 0, {}}, at_ms(100));
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 128; ++x) {
      const bool is_seen = x >= 20 && x < 50 && y >= 6 && y < 14;
      ASSERT_EQ(sample(picture, 0, x, y), is_seen ? 20 + (x - 10) / 2 : 7) << x << ',' << y;
    }
  }
  auto before = grey(128, 40);
  compose(before, {{layer}, {}, 0, 0, {}}, at_ms(0));
  expect_ramp_at(before, 0, 0, 0, 0);
}

TEST(Compositor, fades_a_layer) {
  auto layer = placed(ramp(60, 12), 10, 4);
  Motion fade;
  fade.length = milliseconds(1000);
  fade.from.alpha = 0;
  layer.motions = {fade};
  for (const int ms : {0, 100, 500, 1000}) {
    auto picture = grey(128, 40);
    compose(picture, {{layer}, {}, 0, 0, {}}, at_ms(ms));
    for (int x = 10; x < 70; x += 2) {
      const double part = ms / 1000.0;
      EXPECT_NEAR(sample(picture, 0, x, 8), part * (20 + (x - 10) / 2) + (1 - part) * 7, 1);
      EXPECT_NEAR(sample(picture, 1, x / 2, 4), part * (100 + (x - 10) / 2) + (1 - part) * 8, 1);
    }
  }
}

TEST(Compositor, turns_pages_by_the_time_and_then_shows_what_rests) {
  auto layer = placed(ramp(60, 12), 10, 4);
  layer.flipbook = {at_ms(1000), milliseconds(40), {{ramp(20, 4), 2, 2}, {ramp(30, 6), 40, 20}}};
  const auto shown = [&](int ms, int left, int top, int width, int height) {
    auto picture = grey(128, 40);
    compose(picture, {{layer}, {}, 0, 0, {}}, at_ms(ms));
    expect_ramp_at(picture, left, top, width, height);
  };
  shown(999, 10, 4, 60, 12);
  shown(1000, 2, 2, 20, 4);
  shown(1039, 2, 2, 20, 4);
  shown(1040, 40, 20, 30, 6);
  shown(1080, 10, 4, 60, 12);
  layer.bitmap = nullptr;
  shown(1080, 0, 0, 0, 0);
  shown(1040, 40, 20, 30, 6);
}

TEST(Compositor, takes_nothing_from_the_heap) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizer owns the heap";
  auto picture = grey(128, 40);
  auto moving = placed(ramp(100, 12), -10, 4);
  moving.window = Box{0, 0, 64, 30};
  moving.motions = {shift(0, 2000, 40, 20), shift(500, 100, 0, 3)};
  moving.motions[0].from.alpha = 0;
  moving.motions[1].repeat = Repeat::swing;
  auto turning = placed(nullptr, 0, 0);
  turning.flipbook = {at_ms(100), milliseconds(40), {{ramp(20, 4), 2, 2}, {ramp(30, 6), 40, 20}}};
  const Bitmaps bitmaps{{placed(ramp(60, 12), 10, 4), moving, turning}, {}, 0, 0, {}};
  const auto before = allocations();
  EXPECT_GT(before, 0U);  // the counter works: the Bitmaps above came from the heap
  for (int frame = 0; frame < 100; ++frame) {
    compose(picture, bitmaps, SessionTime(milliseconds(33 * frame)));
  }
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace xb::overlay
