// SPDX-License-Identifier: Apache-2.0
#include "portrait.h"

#include <cstring>
#include <opencv2/imgproc.hpp>

#include "tests/support/png_file.h"

namespace xb::vision {
namespace {

constexpr const char* photo =
    "/usr/lib/python3/dist-packages/imageio/resources/images/astronaut.png";
const cv::Rect face_in_photo(174, 64, 99, 99);

}  // namespace

std::optional<media::Picture> portrait(int width, int height, const media::PixelRect& face) {
  cv::Mat whole = test::read_png(photo);
  if (whole.empty()) return std::nullopt;
  cv::cvtColor(whole, whole, cv::COLOR_BGR2GRAY);
  const double scale = static_cast<double>(face.width) / face_in_photo.width;
  cv::Mat person;
  cv::resize(whole, person, {}, scale, scale, cv::INTER_AREA);
  cv::Mat luma(height, width, CV_8U, cv::Scalar(120));
  const cv::Point shift(face.x - static_cast<int>(face_in_photo.x * scale),
                        face.y - static_cast<int>(face_in_photo.y * scale));
  const cv::Rect there = (cv::Rect({}, person.size()) + shift) & cv::Rect({}, luma.size());
  person(there - shift).copyTo(luma(there));
  media::Picture picture(width, height);
  picture.fill(120, 128, 128);
  for (int y = 0; y < height; ++y) {
    std::memcpy(picture.plane(0) + y * picture.stride(0), luma.ptr(y),
                static_cast<std::size_t>(width));
  }
  return picture;
}

}  // namespace xb::vision
