// PNG files of tests, without what OpenCV needs for all other formats.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <png.h>

#include <opencv2/core.hpp>
#include <string>

namespace xb::test {

// Blue, green, red; empty when there is no such picture.
inline cv::Mat read_png(const std::string& file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&image, file.c_str()) == 0) return {};
  image.format = PNG_FORMAT_BGR;
  cv::Mat out(static_cast<int>(image.height), static_cast<int>(image.width), CV_8UC3);
  const png_color ground{};
  const auto stride = static_cast<png_int_32>(out.step);
  if (png_image_finish_read(&image, &ground, out.data, stride, nullptr) == 0) return {};
  return out;
}

// Of three channels or four.
inline bool write_png(const std::string& file, const cv::Mat& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.cols);
  image.height = static_cast<png_uint_32>(picture.rows);
  image.format = picture.channels() == 4 ? PNG_FORMAT_BGRA : PNG_FORMAT_BGR;
  const auto stride = static_cast<png_int_32>(picture.step);
  return png_image_write_to_file(&image, file.c_str(), 0, picture.data, stride, nullptr) != 0;
}

}  // namespace xb::test
