// to_bitmap against double arithmetic, alone and after blending.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/planes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "overlay/blend_reference.h"
#include "overlay/planes_reference.h"

namespace xb::overlay {
namespace {

struct Exact {
  double y, u, v, alpha;  // premultiplied
};

// BT.709 limited range in doubles, straight from the standard, for one premultiplied pixel.
Exact exact(double r, double g, double b, double a) {
  const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return {219.0 / 255 * y + 16.0 / 255 * a, 224.0 / 255 * (b - y) / 1.8556 + 128.0 / 255 * a,
          224.0 / 255 * (r - y) / 1.5748 + 128.0 / 255 * a, a};
}

class Surface {
 public:
  Surface(int width, int height, int spare_bytes = 0)
      : width_(width),
        height_(height),
        stride_(4 * width + spare_bytes),
        bytes_(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height), 0xEE) {}
  void set(int x, int y, std::array<int, 4> rgba) {
    auto* pixel = bytes_.data() + y * stride_ + 4 * x;
    for (std::size_t i = 0; i < 4; ++i) {
      constexpr std::array<std::size_t, 4> places{2, 1, 0, 3};
      pixel[places[i]] = static_cast<std::uint8_t>(rgba[i]);
    }
  }
  // Transparent black beyond the edge.
  std::array<double, 4> rgba(int x, int y) const {
    if (x >= width_ || y >= height_) return {};
    const auto* pixel = bytes_.data() + y * stride_ + 4 * x;
    return {double(pixel[2]), double(pixel[1]), double(pixel[0]), double(pixel[3])};
  }
  Exact luma(int x, int y) const {
    const auto c = rgba(x, y);
    return exact(c[0], c[1], c[2], c[3]);
  }
  Exact chroma(int x, int y) const {
    std::array<double, 4> mean{};
    for (int i = 0; i < 4; ++i) {
      const auto c = rgba(2 * x + i % 2, 2 * y + i / 2);
      for (std::size_t k = 0; k < 4; ++k) mean[k] += c[k] / 4;
    }
    return exact(mean[0], mean[1], mean[2], mean[3]);
  }
  Bitmap bitmap() const { return to_bitmap(bytes_.data(), width_, height_, stride_); }
  const std::uint8_t* row(int y) const { return bytes_.data() + y * stride_; }

 private:
  int width_;
  int height_;
  int stride_;
  std::vector<std::uint8_t> bytes_;
};

Surface painted(int width, int height, std::uint32_t seed, int spare_bytes = 0) {
  std::mt19937 random(seed);
  Surface out(width, height, spare_bytes);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      constexpr std::array<int, 4> edges{0, 1, 254, 255};
      const auto draw = random();
      const int alpha = draw % 2 == 0 ? edges[draw / 2 % 4] : static_cast<int>(draw >> 8 & 255);
      const auto up_to_alpha = [&] {
        return static_cast<int>(random() % static_cast<unsigned>(alpha + 1));
      };
      const int r = up_to_alpha();
      const int g = up_to_alpha();
      const int b = up_to_alpha();
      out.set(x, y, {r, g, b, alpha});
    }
  }
  return out;
}

int at(const Plane& plane, int stride, int x, int y) {
  return plane[static_cast<std::size_t>(y * stride + x)];
}

TEST(Planes, are_within_0_53_of_double_arithmetic_for_any_size) {
  for (const auto [width, height] :
       {std::array{1, 1}, std::array{2, 2}, std::array{3, 5}, std::array{33, 7}, std::array{64, 4},
        std::array{97, 31}, std::array{200, 9}, std::array{320, 90}}) {
    const auto surface = painted(width, height, static_cast<std::uint32_t>(width), 12);
    const auto bitmap = surface.bitmap();
    ASSERT_EQ(bitmap.width, width + width % 2);
    ASSERT_EQ(bitmap.height, height + height % 2);
    ASSERT_EQ(bitmap.stride % 64, 0);
    ASSERT_EQ(bitmap.chroma_stride % 64, 0);
    for (int y = 0; y < bitmap.height; ++y) {
      for (int x = 0; x < bitmap.width; ++x) {
        const auto want = surface.luma(x, y);
        ASSERT_EQ(at(bitmap.alpha, bitmap.stride, x, y), want.alpha);
        ASSERT_NEAR(at(bitmap.y, bitmap.stride, x, y), want.y, 0.53);
      }
    }
    for (int y = 0; y < bitmap.height / 2; ++y) {
      for (int x = 0; x < bitmap.width / 2; ++x) {
        const auto want = surface.chroma(x, y);
        const int alpha = at(bitmap.chroma_alpha, bitmap.chroma_stride, x, y);
        ASSERT_NEAR(alpha, want.alpha, 0.5);
        const auto near = [&](const Plane& plane, double value) {
          const int got = at(plane, bitmap.chroma_stride, x, y);
          ASSERT_LE(got, alpha);
          ASSERT_NEAR(got, std::min(value, double(alpha)), 0.53);
        };
        near(bitmap.u, want.u);
        near(bitmap.v, want.v);
      }
    }
  }
}

TEST(Planes, of_opaque_colours_are_the_rounded_709_values) {
  struct Known {
    std::array<int, 4> rgba;
    std::array<int, 3> yuv;
  };
  // Black, white and the 100 % bars of BT.709 in 8 bits.
  for (const auto& known :
       {Known{{0, 0, 0, 255}, {16, 128, 128}}, Known{{255, 255, 255, 255}, {235, 128, 128}},
        Known{{128, 128, 128, 255}, {126, 128, 128}}, Known{{255, 0, 0, 255}, {63, 102, 240}},
        Known{{0, 255, 0, 255}, {173, 42, 26}}, Known{{0, 0, 255, 255}, {32, 240, 118}}}) {
    Surface surface(2, 2);
    for (int i = 0; i < 4; ++i) surface.set(i % 2, i / 2, known.rgba);
    const auto bitmap = surface.bitmap();
    EXPECT_EQ(bitmap.y[0], known.yuv[0]);
    EXPECT_EQ(bitmap.u[0], known.yuv[1]);
    EXPECT_EQ(bitmap.v[0], known.yuv[2]);
    EXPECT_EQ(bitmap.alpha[0], 255);
    EXPECT_EQ(bitmap.chroma_alpha[0], 255);
  }
}

TEST(Planes, of_grey_are_neutral_at_every_alpha) {
  for (int alpha = 0; alpha < 256; ++alpha) {
    Surface surface(2, 2);
    for (int i = 0; i < 4; ++i) surface.set(i % 2, i / 2, {alpha / 2, alpha / 2, alpha / 2, alpha});
    const auto bitmap = surface.bitmap();
    EXPECT_EQ(bitmap.u[0], bitmap.v[0]);
    EXPECT_NEAR(bitmap.u[0], 128.0 / 255 * alpha, 0.53);
  }
}

TEST(Planes, blended_over_a_picture_stay_within_1_06_of_double_arithmetic) {
  const auto surface = painted(256, 64, 5);
  const auto bitmap = surface.bitmap();
  std::mt19937 random(6);
  double worst = 0;
  for (int y = 0; y < bitmap.height; ++y) {
    for (int x = 0; x < bitmap.width; ++x) {
      const auto under = static_cast<std::uint8_t>(16 + random() % 220);
      const auto want = surface.luma(x, y);
      const double truth = want.y + under * (255 - want.alpha) / 255;
      const auto place = static_cast<std::size_t>(y * bitmap.stride + x);
      const auto got = blend_byte(under, bitmap.y[place], bitmap.alpha[place]);
      worst = std::max(worst, std::abs(got - truth));
    }
  }
  EXPECT_LE(worst, 1.06);
}

TEST(Planes, never_wrap_around_over_the_brightest_and_the_darkest_picture) {
  const auto surface = painted(128, 64, 8);
  const auto bitmap = surface.bitmap();
  for (std::size_t i = 0; i < bitmap.u.size(); ++i) {
    for (const auto& plane : {bitmap.u[i], bitmap.v[i]}) {
      const std::uint8_t alpha = bitmap.chroma_alpha[i];
      EXPECT_LE(plane + scaled_byte(255, 255U - alpha), 255);
    }
  }
}

TEST(Planes, of_colours_brighter_than_their_alpha_are_held_at_alpha) {
  Surface surface(2, 2);
  for (int i = 0; i < 4; ++i) surface.set(i % 2, i / 2, {255, 255, 255, 10});
  const auto bitmap = surface.bitmap();
  EXPECT_EQ(bitmap.y[0], 10);
  EXPECT_LE(bitmap.u[0], 10);
}

TEST(Planes, of_an_empty_surface_are_empty) {
  const std::array<std::uint8_t, 4> pixel{};
  EXPECT_EQ(to_bitmap(pixel.data(), 0, 5, 4).width, 0);
  EXPECT_EQ(to_bitmap(pixel.data(), 5, -1, 4).height, 0);
  EXPECT_EQ(to_bitmap(nullptr, 5, 5, 20).y.size(), 0U);
}

// The planes of one pair of rows, with the room behind them that kernels may write into.
struct Rows {
  explicit Rows(int pixels) : width(static_cast<std::size_t>(pixels)) {
    for (auto* plane : {&y, &alpha}) plane->resize(2 * stride);
    for (auto* plane : {&u, &v, &chroma_alpha}) plane->resize(stride);
  }
  RowPair pair(const Surface& from) {
    return {from.row(0),
            from.row(1),
            {y.data(), y.data() + stride},
            {alpha.data(), alpha.data() + stride},
            u.data(),
            v.data(),
            chroma_alpha.data(),
            width};
  }
  friend bool operator==(const Rows&, const Rows&) = default;
  static constexpr std::size_t stride = 256;
  std::size_t width;
  std::vector<std::uint8_t> y, alpha, u, v, chroma_alpha;
};

TEST(Planes, equal_the_plain_code_to_the_bit_for_every_width_on_every_target) {
  const auto kernels = all_planes_kernels();
  ASSERT_FALSE(kernels.empty());
  for (const auto& kernel : kernels) {
    for (int width = 1; width <= 200; ++width) {
      const auto surface = painted(width, 2, static_cast<std::uint32_t>(width), 4);
      Rows got(width);
      Rows want = got;
      kernel.convert(got.pair(surface));
      convert_reference(want.pair(surface));
      ASSERT_EQ(got, want) << kernel.target << ", width " << width;
    }
  }
}

}  // namespace
}  // namespace xb::overlay
