// Cover, contain, crop, turned and with oblong pixels.
// SPDX-License-Identifier: Apache-2.0
#include "media/placement.h"

#include <gtest/gtest.h>

namespace xb::media {
namespace {

Canvas canvas(int width, int height, Fit fit, CropPart part = {}) {
  return {width, height, {fit, part}};
}

TEST(Placement, same_size_is_taken_whole) {
  const auto laid = lay_out(canvas(1280, 720, Fit::cover), 1280, 720, 1, 0);
  EXPECT_EQ(laid.from, (PixelRect{0, 0, 1280, 720}));
  EXPECT_EQ(laid.to, (PixelRect{0, 0, 1280, 720}));
}

TEST(Placement, cover_cuts_the_sides_of_a_wide_picture_for_a_portrait_canvas) {
  const auto laid = lay_out(canvas(1080, 1920, Fit::cover), 1920, 1080, 1, 0);
  EXPECT_EQ(laid.to, (PixelRect{0, 0, 1080, 1920}));
  EXPECT_EQ(laid.from, (PixelRect{656, 0, 608, 1080}));
}

TEST(Placement, contain_leaves_bars) {
  const auto laid = lay_out(canvas(1280, 720, Fit::contain), 640, 480, 1, 0);
  EXPECT_EQ(laid.from, (PixelRect{0, 0, 640, 480}));
  EXPECT_EQ(laid.to, (PixelRect{160, 0, 960, 720}));
}

TEST(Placement, a_phone_held_upright_fills_a_portrait_canvas) {
  const auto laid = lay_out(canvas(1080, 1920, Fit::cover), 1920, 1080, 1, 90);
  EXPECT_EQ(laid.from, (PixelRect{0, 0, 1920, 1080}));
}

TEST(Placement, oblong_pixels_are_widened) {
  const auto laid = lay_out(canvas(1280, 720, Fit::contain), 720, 576, 64.0 / 45, 0);
  EXPECT_EQ(laid.to, (PixelRect{0, 0, 1280, 720}));
}

TEST(Placement, crop_covers_the_canvas_with_the_part) {
  const auto laid = lay_out(canvas(640, 360, Fit::crop, {0.5, 0.5, 0.5, 0.5}), 1280, 720, 1, 0);
  EXPECT_EQ(laid.from, (PixelRect{640, 360, 640, 360}));
}

TEST(Placement, crop_is_meant_upright) {
  // the upper half of an upright phone picture is the right half or left half of the stored one
  const auto laid = lay_out(canvas(540, 480, Fit::crop, {0, 0, 1, 0.5}), 1920, 1080, 1, 90);
  EXPECT_EQ(laid.from, (PixelRect{0, 0, 960, 1080}));
  const auto other = lay_out(canvas(540, 480, Fit::crop, {0, 0, 1, 0.5}), 1920, 1080, 1, 270);
  EXPECT_EQ(other.from, (PixelRect{960, 0, 960, 1080}));
}

TEST(Placement, stays_inside_any_picture) {
  for (const int width : {1, 2, 3, 17, 8192}) {
    for (const int height : {1, 2, 5, 8191}) {
      for (const int turn : {0, 90, 180, 270}) {
        for (const auto fit : {Fit::cover, Fit::contain, Fit::crop}) {
          const auto laid =
              lay_out(canvas(320, 240, fit, {0.9, 0.95, 3, -1}), width, height, 1.5, turn);
          EXPECT_GE(laid.from.x, 0);
          EXPECT_GE(laid.from.y, 0);
          EXPECT_GE(laid.from.width, 1);
          EXPECT_GE(laid.from.height, 1);
          EXPECT_LE(laid.from.x + laid.from.width, width);
          EXPECT_LE(laid.from.y + laid.from.height, height);
          EXPECT_LE(laid.to.x + laid.to.width, 320);
          EXPECT_LE(laid.to.y + laid.to.height, 240);
          EXPECT_EQ((laid.to.x | laid.to.y | laid.to.width | laid.to.height) & 1, 0);
        }
      }
    }
  }
}

}  // namespace
}  // namespace xb::media
