// Picture files: refused by their header before any decoder sees them.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/picture.h"

#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "scenes.h"

namespace xb::overlay::testing {
namespace {

std::string encoded(const char* extension, int width = 64, int height = 48) {
  cv::Mat picture(height, width, CV_8UC3, cv::Scalar(40, 120, 220));
  cv::circle(picture, {width / 2, height / 2}, 12, {250, 250, 250}, cv::FILLED);
  std::vector<std::uint8_t> bytes;
  EXPECT_TRUE(cv::imencode(extension, picture, bytes));
  return {bytes.begin(), bytes.end()};
}

std::string saved(const std::string& name, std::string_view bytes) {
  const std::string path = pictures_folder() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

TEST(Picture, reads_the_size_of_each_format_from_its_header) {
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    const auto size = check_picture(encoded(extension));
    ASSERT_TRUE(size) << extension;
    EXPECT_EQ(size->width, 64);
    EXPECT_EQ(size->height, 48);
    EXPECT_TRUE(load_picture(saved(std::string("whole") + extension, encoded(extension)), 32, 32));
  }
}

TEST(Picture, refuses_files_cut_short_at_every_length) {
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    const std::string whole = encoded(extension);
    for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
      EXPECT_FALSE(check_picture(std::string_view(whole).substr(0, length)))
          << extension << ' ' << length << " of " << whole.size();
    }
  }
}

TEST(Picture, refuses_other_formats_whatever_they_are_called) {
  EXPECT_FALSE(check_picture(encoded(".bmp")));
  EXPECT_FALSE(check_picture("GIF89a..............................................."));
  EXPECT_FALSE(check_picture("<svg xmlns='http://www.w3.org/2000/svg'/>"));
}

TEST(Picture, refuses_a_bomb_by_its_header) {
  std::string png = encoded(".png");
  png[16] = 0;  // width 0x0000FFFF
  png[17] = 0;
  png[18] = '\xFF';
  png[19] = '\xFF';
  const auto size = check_picture(png);
  ASSERT_FALSE(size);
  EXPECT_NE(size.error().detail().find("65535x48"), std::string::npos);
}

TEST(Picture, survives_damaged_bytes) {
  std::mt19937 random(7);
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    const std::string whole = encoded(extension);
    for (int round = 0; round < 60; ++round) {
      std::string damaged = whole;
      for (int i = 0; i < 6; ++i) {
        damaged[12 + random() % (damaged.size() - 12)] = static_cast<char>(random());
      }
      const auto picture = load_picture(saved("damaged", damaged), 16, 16);
      EXPECT_TRUE(!picture || picture->argb.size() == 16U * 16U * 4U);
    }
  }
}

TEST(Picture, fills_the_place_from_the_middle_without_stretching) {
  const auto picture = load_picture(saved("wide.png", encoded(".png", 200, 50)), 50, 50);
  ASSERT_TRUE(picture);
  const auto at = [&](int x, int y) {
    return picture->argb[static_cast<std::size_t>(y * picture->stride + x * 4)];
  };
  EXPECT_EQ(at(25, 25), 250);  // the disc in the middle, still round
  EXPECT_EQ(at(25, 10), 40);
  EXPECT_EQ(at(10, 25), 40);
}

TEST(PictureShelf, tries_an_unreadable_file_once) {
  PictureShelf shelf;
  const std::string path = saved("late.png", "not a picture");
  EXPECT_EQ(shelf.get(path, 32, 32), nullptr);
  saved("late.png", encoded(".png"));
  EXPECT_EQ(shelf.get(path, 32, 32), nullptr);
  EXPECT_NE(shelf.get(path, 30, 30), nullptr);
  EXPECT_EQ(shelf.get("", 32, 32), nullptr);
}

}  // namespace
}  // namespace xb::overlay::testing
