// compose: where layers land, what is clipped, how the ticker's window moves.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/compositor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "heap_count.h"

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

// What a window shows at `now`: the luma column of the Bitmap under each pixel of the row.
std::vector<int> window_columns(PlacedLayer layer, SessionTime now) {
  auto picture = grey(128, 40);
  const int from = layer.x;
  const int width = layer.window_width;
  compose(picture, {{std::move(layer)}, {}, 0, 0, {}}, now);
  std::vector<int> columns;
  for (int x = from; x < from + width; x += 2) {
    columns.push_back((sample(picture, 0, x, 4) - 20) * 2);
    EXPECT_EQ(sample(picture, 1, x / 2, 2) - 100, columns.back() / 2) << x;
  }
  for (int x = 0; x < 128; ++x) {
    if (x >= from && x < from + width) continue;
    EXPECT_EQ(sample(picture, 0, x, 4), 7) << x;
  }
  return columns;
}

std::vector<int> columns_from(int first, int count, int width) {
  std::vector<int> out;
  for (int i = 0; i < count; ++i) out.push_back((first + 2 * i) % width);
  return out;
}

TEST(Compositor, moves_the_window_by_whole_even_pixels_and_wraps_around) {
  auto layer = placed(ramp(100, 12), 20, 4);
  layer.window_width = 40;
  layer.scroll_px_per_s = 50;
  layer.scroll_from = SessionTime(milliseconds(1000));
  const auto shown = [&](int ms) { return window_columns(layer, SessionTime(milliseconds(ms))); };
  EXPECT_EQ(shown(0), columns_from(0, 20, 100));  // not begun
  EXPECT_EQ(shown(1000), columns_from(0, 20, 100));
  EXPECT_EQ(shown(1059), columns_from(2, 20, 100));  // 2.95 px
  EXPECT_EQ(shown(1100), columns_from(4, 20, 100));  // 5 px
  EXPECT_EQ(shown(2600), columns_from(80, 20, 100));
  EXPECT_EQ(shown(2999), columns_from(98, 20, 100));
  EXPECT_EQ(shown(3000), columns_from(0, 20, 100));
}

TEST(Compositor, moves_the_window_the_other_way_for_a_negative_speed) {
  auto layer = placed(ramp(100, 12), 20, 4);
  layer.window_width = 40;
  layer.scroll_px_per_s = -50;
  EXPECT_EQ(window_columns(layer, SessionTime(milliseconds(200))), columns_from(90, 20, 100));
}

TEST(Compositor, repeats_a_bitmap_narrower_than_its_window) {
  auto layer = placed(ramp(30, 12), 20, 4);
  layer.window_width = 80;
  layer.scroll_px_per_s = 10;
  EXPECT_EQ(window_columns(layer, SessionTime(milliseconds(1000))), columns_from(10, 40, 30));
}

TEST(Compositor, clips_a_window_at_both_edges) {
  auto layer = placed(ramp(100, 12), -10, 4);
  layer.window_width = 400;
  auto picture = grey(128, 40);
  compose(picture, {{layer}, {}, 0, 0, {}}, SessionTime{});
  for (int x = 0; x < 128; ++x) {
    ASSERT_EQ(sample(picture, 0, x, 4), 20 + (x + 10) % 100 / 2) << x;
  }
}

TEST(Compositor, takes_nothing_from_the_heap) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizer owns the heap";
  auto picture = grey(128, 40);
  auto ticker = placed(ramp(100, 12), -10, 4);
  ticker.window_width = 64;
  ticker.scroll_px_per_s = 60;
  const Bitmaps bitmaps{{placed(ramp(60, 12), 10, 4), ticker}, {}, 0, 0, {}};
  const auto before = allocations();
  EXPECT_GT(before, 0U);  // the counter works: the Bitmaps above came from the heap
  for (int frame = 0; frame < 100; ++frame) {
    compose(picture, bitmaps, SessionTime(milliseconds(33 * frame)));
  }
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace xb::overlay
