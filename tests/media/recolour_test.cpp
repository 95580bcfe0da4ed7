// The kernel equals its reference, and both what the standards say.
// SPDX-License-Identifier: Apache-2.0
#include "media/recolour.h"

#include <gtest/gtest.h>

#include <random>
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

TEST(Recolour, kernel_and_reference_agree_on_every_width) {
  for (const bool is_full : {true, false}) {
    const auto how = recolour_from(0.299, 0.114, is_full);
    for (int width = 2; width <= 150; width += 2) {
      auto fast = random_planes(width, 4, static_cast<unsigned>(width));
      auto plain = fast;
      recolour(how, fast.view());
      recolour_reference(how, plain.view());
      ASSERT_EQ(fast.y, plain.y) << width;
      ASSERT_EQ(fast.u, plain.u) << width;
      ASSERT_EQ(fast.v, plain.v) << width;
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
