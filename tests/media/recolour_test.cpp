// Every kernel equals the plain form, and both what the standards say.
// SPDX-License-Identifier: Apache-2.0
#include "media/recolour.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace xb::media {
namespace {

struct Planes {
  std::vector<std::uint8_t> y, u, v;
  int width, height;
  I420View view() {
    return {{y.data(), u.data(), v.data()}, {width, width / 2, width / 2}, width, height};
  }
};

Planes random_planes(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  Planes out{{}, {}, {}, width, height};
  const auto bytes = [&](int count) {
    std::vector<std::uint8_t> made(static_cast<std::size_t>(count));
    for (auto& byte : made) byte = static_cast<std::uint8_t>(random());
    return made;
  };
  out.y = bytes(width * height);
  out.u = bytes(width * height / 4);
  out.v = bytes(width * height / 4);
  return out;
}

// A source with strides of its own, so that no line is aligned.
struct Source {
  Source(int width, int height, ChromaRows rows, unsigned seed)
      : luma(static_cast<std::size_t>((width + 3) * height)),
        u(static_cast<std::size_t>((width / 2 + 1) * height)),
        chroma_rows(rows),
        luma_stride(width + 3),
        chroma_stride(width / 2 + 1) {
    std::mt19937 random(seed);
    for (auto& byte : luma) byte = static_cast<std::uint8_t>(random());
    for (auto& byte : u) byte = static_cast<std::uint8_t>(random());
    v = u;
    std::shuffle(v.begin(), v.end(), random);
  }
  PlanarView view() const {
    return {{luma.data(), u.data(), v.data()},
            {luma_stride, chroma_stride, chroma_stride},
            chroma_rows};
  }
  std::vector<std::uint8_t> luma, u, v;
  ChromaRows chroma_rows;
  int luma_stride, chroma_stride;
};

TEST(Recolour, every_kernel_equals_the_plain_form_for_every_width) {
  for (const auto& kernel : all_recolour_kernels()) {
    for (const bool is_full : {true, false}) {
      const auto how = recolour_from(0.299, 0.114, is_full);
      for (const auto rows : {ChromaRows::every_second, ChromaRows::all}) {
        for (int width = 2; width <= 150; width += 2) {
          const Source source(width, 4, rows, static_cast<unsigned>(width));
          auto fast = random_planes(width, 4, 1);
          auto plain = fast;
          kernel.recolour(how, source.view(), fast.view());
          recolour_reference(how, source.view(), plain.view());
          ASSERT_EQ(fast.y, plain.y) << kernel.target << ' ' << width;
          ASSERT_EQ(fast.u, plain.u) << kernel.target << ' ' << width;
          ASSERT_EQ(fast.v, plain.v) << kernel.target << ' ' << width;
        }
      }
    }
  }
}

TEST(Recolour, in_place_gives_what_it_gives_elsewhere) {
  const auto how = recolour_from(0.299, 0.114, true);
  for (int width = 2; width <= 150; width += 2) {
    auto in_place = random_planes(width, 4, static_cast<unsigned>(width));
    auto from = in_place;
    auto elsewhere = random_planes(width, 4, 1);
    const auto source = from.view();
    recolour(how, in_place.view());
    recolour(how,
             {{source.plane[0], source.plane[1], source.plane[2]},
              {source.stride[0], source.stride[1], source.stride[2]},
              ChromaRows::every_second},
             elsewhere.view());
    ASSERT_EQ(in_place.y, elsewhere.y) << width;
    ASSERT_EQ(in_place.u, elsewhere.u) << width;
    ASSERT_EQ(in_place.v, elsewhere.v) << width;
  }
}

// What the standards say, in doubles, for one 2x2 with these lumas and this mean chroma.
struct Exact {
  double y, u, v;
};
Exact exact_709(double kr, double kb, bool is_full, double y, double u, double v) {
  const double luma = is_full ? y / 255 : (y - 16) / 219;
  const double steps = is_full ? 255 : 224;
  const double red = luma + 2 * (1 - kr) * (v - 128) / steps;
  const double blue = luma + 2 * (1 - kb) * (u - 128) / steps;
  const double green = (luma - kr * red - kb * blue) / (1 - kr - kb);
  const double out = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const auto byte = [](double value) { return std::clamp(value, 0.0, 255.0); };
  return {byte(16 + 219 * out), byte(128 + 224 * (blue - out) / 1.8556),
          byte(128 + 224 * (red - out) / 1.5748)};
}

TEST(Recolour, is_within_0_6_of_double_arithmetic_for_4_2_2_and_4_2_0) {
  constexpr int width = 256;
  for (const auto& [kr, kb] : {std::pair{0.2126, 0.0722}, {0.299, 0.114}, {0.2627, 0.0593}}) {
    for (const bool is_full : {true, false}) {
      for (const auto rows : {ChromaRows::every_second, ChromaRows::all}) {
        const Source source(width, 32, rows, 7);
        auto out = random_planes(width, 32, 1);
        recolour(recolour_from(kr, kb, is_full), source.view(), out.view());
        const auto chroma = [&](const std::vector<std::uint8_t>& plane, int x, int row) {
          const int upper = rows == ChromaRows::all ? 2 * row : row;
          const int lower = rows == ChromaRows::all ? 2 * row + 1 : row;
          const auto at = [&](int line) {
            return plane[static_cast<std::size_t>(line * source.chroma_stride + x)];
          };
          return (at(upper) + at(lower)) / 2.0;
        };
        for (int y = 0; y < 32; ++y) {
          for (int x = 0; x < width; ++x) {
            const auto want = exact_709(
                kr, kb, is_full, source.luma[static_cast<std::size_t>(y * source.luma_stride + x)],
                chroma(source.u, x / 2, y / 2), chroma(source.v, x / 2, y / 2));
            const auto chroma_at = static_cast<std::size_t>(y / 2 * (width / 2) + x / 2);
            ASSERT_NEAR(out.y[static_cast<std::size_t>(y * width + x)], want.y, 0.6);
            ASSERT_NEAR(out.u[chroma_at], want.u, 0.6);
            ASSERT_NEAR(out.v[chroma_at], want.v, 0.6);
          }
        }
      }
    }
  }
}

TEST(Recolour, maps_full_range_gray_within_one_step) {
  const auto how = recolour_from(0.2126, 0.0722, true);
  for (int gray = 0; gray < 256; ++gray) {
    Planes one{std::vector<std::uint8_t>(4, static_cast<std::uint8_t>(gray)), {128}, {128}, 2, 2};
    recolour(how, one.view());
    EXPECT_NEAR(one.y[0], 16 + gray * 219.0 / 255, 0.6) << gray;
    EXPECT_EQ(one.u[0], 128);
    EXPECT_EQ(one.v[0], 128);
  }
}

TEST(Recolour, turns_red_of_601_into_red_of_709) {
  // pure red, limited: 601 is (81, 90, 240), 709 is (63, 102, 240)
  const auto how = recolour_from(0.299, 0.114, false);
  Planes red{{81, 81, 81, 81}, {90}, {240}, 2, 2};
  recolour(how, red.view());
  EXPECT_NEAR(red.y[0], 63, 1);
  EXPECT_NEAR(red.u[0], 102, 1);
  EXPECT_NEAR(red.v[0], 240, 1);
}

TEST(Recolour, leaves_709_limited_alone) {
  EXPECT_TRUE(recolour_from(0.2126, 0.0722, false).is_identity);
  EXPECT_FALSE(recolour_from(0.2126, 0.0722, true).is_identity);
}

}  // namespace
}  // namespace xb::media
