// Marks: a square, one colour, a transparent ground; anything else is refused with its reason.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/mark.h"

#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "overlay/theme.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

cv::Mat disc(int width, int height, cv::Scalar colour, cv::Scalar ground = {0, 0, 0, 0}) {
  cv::Mat picture(height, width, CV_8UC4, ground);
  cv::circle(picture, {width / 2, height / 2}, std::min(width, height) / 3, colour, cv::FILLED,
             cv::LINE_AA);
  return picture;
}

std::string saved(const std::string& name, const std::string& bytes) {
  const auto path = pictures_folder() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string encoded(const cv::Mat& picture, const char* extension = ".png") {
  std::vector<std::uint8_t> bytes;
  EXPECT_TRUE(cv::imencode(extension, picture, bytes));
  return {bytes.begin(), bytes.end()};
}

std::string refusal(const std::string& bytes) {
  const auto mark = load_mark(saved("mark", bytes));
  if (mark) return "taken";
  EXPECT_EQ(mark.error().code(), ErrorCode::picture_invalid);
  EXPECT_NE(mark.error().zh(), mark.error().en());
  return mark.error().detail();
}

const PlacedLayer* nameplate_of(const Bitmaps& bitmaps) {
  for (const auto& layer : bitmaps.layers) {
    if (layer.layer == LayerName::nameplate) return &layer;
  }
  return nullptr;
}

TEST(Mark, is_what_the_picture_covers_whatever_its_colour) {
  const auto green = load_mark(saved("green.png", encoded(disc(256, 256, {60, 120, 40, 255}))));
  const auto black = load_mark(saved("black.png", encoded(disc(256, 256, {0, 0, 0, 255}))));
  ASSERT_TRUE(green);
  ASSERT_TRUE(black);
  EXPECT_EQ(*green, *black);
  const auto middle = static_cast<std::size_t>(green->side * green->side / 2 + green->side / 2);
  EXPECT_EQ(green->cover[middle], 255);
  EXPECT_EQ(green->cover[0], 0);
}

TEST(Mark, that_is_none_is_refused_with_its_reason) {
  const auto whole = encoded(disc(256, 256, {60, 120, 40, 255}));
  auto two = disc(256, 256, {60, 120, 40, 255});
  cv::circle(two, {128, 128}, 30, {0, 0, 255, 255}, cv::FILLED);
  cv::Mat grey(256, 256, CV_8UC1, cv::Scalar(128));
  EXPECT_NE(refusal(encoded(disc(256, 200, {0, 0, 0, 255}))).find("square"), std::string::npos);
  EXPECT_NE(refusal(encoded(disc(32, 32, {0, 0, 0, 255}))).find("64x64"), std::string::npos);
  EXPECT_NE(refusal(encoded(two)).find("one colour"), std::string::npos);
  EXPECT_NE(refusal(encoded(grey)).find("transparent"), std::string::npos);
  EXPECT_NE(refusal(encoded(disc(256, 256, {0, 0, 0, 255}, {255, 255, 255, 255})))
                .find("must be transparent"),
            std::string::npos);
  EXPECT_NE(refusal(encoded(cv::Mat::zeros(256, 256, CV_8UC4))).find("nothing"), std::string::npos);
  EXPECT_NE(refusal(encoded(disc(256, 256, {0, 0, 0, 255}), ".jpg")).find("PNG"),
            std::string::npos);
  EXPECT_NE(refusal("GIF89a").find("PNG"), std::string::npos);
  EXPECT_NE(refusal("").find("PNG"), std::string::npos);
  EXPECT_NE(
      refusal("<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg/>").find("SVG"),
      std::string::npos);
  EXPECT_NE(refusal("<svg><image href=\"file:///etc/passwd\"/></svg>").find("SVG"),
            std::string::npos);
  EXPECT_NE(refusal(whole.substr(0, whole.size() / 2)), "taken");
  auto bomb = whole;
  bomb[16] = bomb[20] = 0;
  bomb[17] = bomb[21] = '\x7F';
  EXPECT_NE(refusal(bomb), "taken");
  auto damaged = whole;
  for (std::size_t at = damaged.size() / 3; at < damaged.size() / 2; ++at) damaged[at] = '\x55';
  EXPECT_NE(refusal(damaged), "taken");
  EXPECT_EQ(load_mark(pictures_folder() + "/none.png").error().code(), ErrorCode::file_missing);
}

TEST(Mark, is_drawn_in_the_colour_of_the_theme_instead_of_its_motif) {
  auto attire = std::make_shared<Attire>(*load_attire(assets_folder(), "red"));
  auto artist = Artist::make({1920, 1080}, "red", assets_folder());
  Look look = shop_look();
  const auto motif = (*artist)->paint(look.scene, look.values, look.now);
  auto marked = std::make_shared<Attire>(*attire);
  marked->mark = *load_mark(saved("green.png", encoded(disc(256, 256, {60, 120, 40, 255}))));
  look.values.attire = marked;
  const auto mark = (*artist)->paint(look.scene, look.values, look.now);
  const auto* before = nameplate_of(*motif);
  const auto* after = nameplate_of(*mark);
  EXPECT_NE(before->bitmap->y, after->bitmap->y);
  EXPECT_EQ(before->bitmap->alpha, after->bitmap->alpha);  // the tile below it is whole
  // the middle of the tile has the colour of its icon: luma of #FFE3A3 in BT.709 limited range
  const int margin = 96 - after->x;
  const auto at =
      static_cast<std::size_t>((54 - after->y + 60) * after->bitmap->stride + margin + 60);
  EXPECT_NEAR(after->bitmap->y[at], 16 + 219 * (0.2126 * 255 + 0.7152 * 227 + 0.0722 * 163) / 255,
              3);
}

}  // namespace
}  // namespace xb::overlay::testing
