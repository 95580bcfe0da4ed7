// Picture files: refused by their header before any decoder sees them.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "overlay/picture_shelf.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

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

// A comment with a small frame and a scan in it, where whoever takes `marker` for one with a length
// (FF E0: 65504 bytes) goes on reading.
std::string with_hidden_size(const std::string& jpeg, std::string_view marker) {
  const std::string begin = "\xFF\xD8"s + std::string(marker) + "\xFF\xE0\0\4\0\0\xFF\xFE\xFF\xFE"s;
  std::string comment(65532, ' ');
  comment.replace(65508 - begin.size(), 23,
                  "\xFF\xC0\0\x11\x08\0\x0A\0\x0A\x03\1\x11\0\2\x11\0\3\x11\0\xFF\xDA\0\2"s);
  return begin + comment + jpeg.substr(2);
}

TEST(Picture, refuses_a_jpeg_that_hides_its_size_from_the_check) {
  const std::string large = encoded(".jpg", 6000, 40);
  EXPECT_FALSE(check_picture(large));
  // restarts, TEM, a second beginning, reserved ones: none has a length
  for (const auto marker : {"\xFF\xD0"sv, "\xFF\xD7"sv, "\xFF\x01"sv, "\xFF\xD8"sv, "\xFF\x02"sv,
                            "\xFF\xBF"sv, "\xFF\xD9"sv}) {
    EXPECT_FALSE(check_picture(with_hidden_size(large, marker)));
    EXPECT_FALSE(check_picture(with_hidden_size(encoded(".jpg"), marker)));
  }
  EXPECT_TRUE(check_picture(with_hidden_size(encoded(".jpg"), "")));
}

TEST(Picture, refuses_a_jpeg_of_endless_scans) {
  std::vector<std::uint8_t> bytes;
  const cv::Mat picture(48, 64, CV_8UC3, cv::Scalar(40, 120, 220));
  cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  const std::string whole(bytes.begin(), bytes.end());
  EXPECT_TRUE(load_picture(saved("progressive.jpg", whole), 32, 32));
  const auto last = whole.rfind("\xFF\xDA"sv);
  const std::string scan = whole.substr(last, whole.size() - 2 - last);
  std::string endless = whole.substr(0, last);
  for (int i = 0; i < 60; ++i) endless += scan;
  EXPECT_FALSE(check_picture(endless + "\xFF\xD9"));
}

TEST(Picture, does_not_count_what_a_camera_appends_to_a_jpeg) {
  const std::string whole = encoded(".jpg");
  for (const auto& tail : {std::string("\0\0\0", 3), encoded(".jpg", 5000, 8)}) {
    EXPECT_EQ(check_picture(whole + tail)->width, 64);
    EXPECT_TRUE(load_picture(saved("tail.jpg", whole + tail), 32, 32));
  }
}

std::string big_endian(std::size_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
          static_cast<char>(n)};
}

std::uint32_t crc_of(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

// The data of all chunks of a name.
std::string chunks_of(const std::string& png, std::string_view name) {
  std::string all;
  for (std::size_t at = png.find(name); at != std::string::npos; at = png.find(name, at + 4)) {
    std::size_t length = 0;
    for (std::size_t i = at - 4; i < at; ++i)
      length = length << 8 | static_cast<std::uint8_t>(png[i]);
    all += png.substr(at + 4, length);
  }
  return all;
}

TEST(Picture, unpacks_no_texts_of_a_png) {
  std::vector<std::uint8_t> bytes;
  cv::imencode(".png", cv::Mat::zeros(2000, 3000, CV_8UC1), bytes);
  const std::string six_megabytes = chunks_of({bytes.begin(), bytes.end()}, "IDAT");
  const std::string text = "zTXtbomb\0\0"s + six_megabytes;
  const std::string chunk = big_endian(text.size() - 4) + text + big_endian(crc_of(text));
  std::string bombs;
  for (int i = 0; i < 100; ++i) bombs += chunk;
  std::string png = encoded(".png");
  png.insert(33, bombs);  // behind IHDR
  const auto path = saved("text.png", png);
  const auto before = std::clock();  // of the processor; unpacking them takes it seconds
  const auto picture = load_picture(path, 32, 32);
  EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 2);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->argb, load_picture(saved("plain.png", encoded(".png")), 32, 32)->argb);
}

TEST(Picture, refuses_a_webp_whose_frame_is_not_of_the_announced_size) {
  const std::string frame = encoded(".webp", 200, 100).substr(12);
  const std::string canvas = "VP8X\x0A\0\0\0\0\0\0\0\x3F\0\0\x2F\0\0"s;  // 64x48
  std::string size = big_endian(4 + canvas.size() + frame.size());
  std::reverse(size.begin(), size.end());
  const std::string lying = "RIFF" + size + "WEBP" + canvas + frame;
  ASSERT_EQ(check_picture(lying)->width, 64);
  EXPECT_FALSE(load_picture(saved("lying.webp", lying), 32, 32));
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

TEST(Picture, of_a_large_photo_is_the_same_decoded_small) {
  cv::Mat scene(3001, 4000, CV_8UC3);
  for (int y = 0; y < scene.rows; ++y) {
    for (int x = 0; x < scene.cols; ++x)
      scene.at<cv::Vec3b>(y, x) = {static_cast<std::uint8_t>(x / 16),
                                   static_cast<std::uint8_t>(y / 12), 90};
  }
  std::vector<std::uint8_t> jpeg;
  std::vector<std::uint8_t> png;
  cv::imencode(".jpg", scene, jpeg, {cv::IMWRITE_JPEG_QUALITY, 98});
  cv::imencode(".png", scene, png);
  const auto small =
      load_picture(saved("large.jpg", std::string(jpeg.begin(), jpeg.end())), 376, 232);
  const auto whole =
      load_picture(saved("large.png", std::string(png.begin(), png.end())), 376, 232);
  ASSERT_TRUE(small);
  ASSERT_TRUE(whole);
  int most = 0;
  for (std::size_t i = 0; i < whole->argb.size(); ++i)
    most = std::max(most, std::abs(small->argb[i] - whole->argb[i]));
  EXPECT_LE(most, 4);
}

// As a camera that was held otherwise writes it: the tag of EXIF in either order of bytes.
TEST(Picture, of_a_camera_is_turned_as_it_was_held) {
  cv::Mat scene(48, 64, CV_8UC3, cv::Scalar(40, 40, 40));
  cv::rectangle(scene, {0, 0, 16, 16}, {240, 240, 240}, cv::FILLED);  // the upper left corner
  std::vector<std::uint8_t> bytes;
  cv::imencode(".jpg", scene, bytes);
  const std::string jpeg(bytes.begin(), bytes.end());
  const auto held = [&](char turn, bool is_big) {
    const auto two = [&](char n) { return is_big ? "\0"s + n : n + "\0"s; };
    const auto four = [&](char n) { return is_big ? "\0\0"s + two(n) : two(n) + "\0\0"s; };
    const auto tag = is_big ? "\x01\x12"s : "\x12\x01"s;
    const auto exif = "Exif\0\0"s + (is_big ? "MM" : "II") + two(42) + four(8) + two(1) + tag +
                      two(3) + four(1) + two(turn) + two(0) + four(0);
    const auto size = exif.size() + 2;
    const std::string length{static_cast<char>(size >> 8), static_cast<char>(size & 255)};
    return jpeg.substr(0, 2) + "\xFF\xE1" + length + exif + jpeg.substr(2);
  };
  const std::array<std::string, 9> corners{"", "ul", "ur", "lr", "ll", "ul", "ur", "lr", "ll"};
  for (const bool is_big : {true, false}) {
    for (char turn = 1; turn <= 8; ++turn) {
      const bool is_upright = turn >= 5;
      const auto picture = load_picture(saved("turned.jpg", held(turn, is_big)),
                                        is_upright ? 48 : 64, is_upright ? 64 : 48);
      ASSERT_TRUE(picture);
      const auto light = [&](int x, int y) {
        return picture->argb[static_cast<std::size_t>(y * picture->stride + x * 4)] > 150;
      };
      const int right = picture->width - 5;
      const int low = picture->height - 5;
      const std::string seen = light(4, 4)         ? "ul"
                               : light(right, 4)   ? "ur"
                               : light(4, low)     ? "ll"
                               : light(right, low) ? "lr"
                                                   : "none";
      EXPECT_EQ(seen, corners[static_cast<std::size_t>(turn)]) << static_cast<int>(turn) << is_big;
    }
  }
}

TEST(Picture, of_any_depth_is_the_same_picture) {
  cv::Mat grey(48, 64, CV_16UC1);
  for (int y = 0; y < grey.rows; ++y)
    for (int x = 0; x < grey.cols; ++x)
      grey.at<std::uint16_t>(y, x) = static_cast<std::uint16_t>(257 * (x * 3 + y));
  cv::Mat plain;
  grey.convertTo(plain, CV_8U, 1.0 / 257);
  cv::Mat clear;
  cv::cvtColor(plain, clear, cv::COLOR_GRAY2BGRA);
  std::vector<std::vector<std::uint8_t>> seen;
  for (const auto& one : {grey, plain, clear}) {
    std::vector<std::uint8_t> png;
    cv::imencode(".png", one, png);
    const auto picture =
        load_picture(saved("depth.png", std::string(png.begin(), png.end())), 64, 48);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->is_opaque, one.channels() != 4);
    seen.push_back(picture->argb);
  }
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
}

TEST(PictureShelf, tries_an_unreadable_file_once) {
  PictureShelf shelf;
  const std::string path = saved("late.png", "not a picture");
  EXPECT_EQ(shelf.get(path, 0, 32, 32), nullptr);
  saved("late.png", encoded(".png"));
  EXPECT_EQ(shelf.get(path, 0, 32, 32), nullptr);
  EXPECT_NE(shelf.get(path, 0, 30, 30), nullptr);
  EXPECT_EQ(shelf.get("", 0, 32, 32), nullptr);
}

TEST(PictureShelf, has_a_kept_picture_ready_in_every_size_asked_for_before) {
  PictureShelf shelf;
  const std::string path = saved("kept.png", encoded(".png"));
  ASSERT_NE(shelf.get(path, 1, 32, 32), nullptr);
  ASSERT_NE(shelf.get(path, 1, 20, 10), nullptr);
  saved("kept.png", encoded(".png", 200, 200));
  ASSERT_TRUE(shelf.keep(path, 2));
  saved("kept.png", "gone");  // whoever reads it now gets nothing
  EXPECT_NE(shelf.get(path, 2, 32, 32), nullptr);
  EXPECT_NE(shelf.get(path, 2, 20, 10), nullptr);
  EXPECT_NE(shelf.get(path, 1, 32, 32), nullptr);  // the one before is still there
  EXPECT_TRUE(shelf.keep(path, 2));                // nothing left to read
  EXPECT_EQ(shelf.keep(path, 3).error().code(), ErrorCode::picture_invalid);
}

TEST(PictureShelf, lets_the_oldest_go_when_the_memory_is_used_up) {
  PictureShelf shelf;
  const std::string path = saved("many.png", encoded(".png"));
  const auto first = shelf.get(path, 1, 1000, 1000);
  for (int version = 2; version < 16; ++version) shelf.get(path, version, 1000, 1000);
  EXPECT_NE(shelf.get(path, 1, 1000, 1000), first);
}

}  // namespace
}  // namespace xb::overlay::testing
