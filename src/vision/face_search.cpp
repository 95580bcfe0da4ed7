// OpenCV's Haar cascade for frontal faces over a small copy of the luma.
// SPDX-License-Identifier: Apache-2.0
#include "vision/face_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "vision/changed_parts.h"

namespace xb::vision {
namespace {

namespace fs = std::filesystem;

// The least face is an eighth of the picture. The cascade's own window is 20 pixels; where a face
// is more than twice that, it is looked for at every pixel and not at every second one: at a short
// side of 160 a man before a bright window is never found.
constexpr int short_side = 240;
constexpr int least_face = 30;
// A face in its own shadow is drawn out of it.
constexpr double contrast_limit = 3;
constexpr int contrast_tiles = 8;
// Halving is what OpenCV does fastest; the linear way from there leaves little out. The mean over
// all pixels takes 2.8 ms of 1080 lines, this 0.2.
constexpr int halved_from = 3 * short_side;
constexpr double coarse_step = 1.2;
constexpr double fine_step = 1.08;
// What is searched for where the picture has changed, in three turns of about the same work:
// OpenCV's windows are 20 pixels times a power of the step (35 and 41; 50 and 60; 72 ... 179), the
// bounds only choose among them. The closer a band's bounds, the less lies around what
// has changed.
constexpr unsigned turns = 3;
// Two single hits are a proposal; what is said to be a face is hit from four neighbouring windows.
constexpr int neighbours_of_proposal = 1;
constexpr int neighbours_of_face = 3;
constexpr const char* cascade = "haarcascade_frontalface_alt2.xml";

int shorter_side(const cv::Mat& picture) {
  return std::min(picture.cols, picture.rows);
}

cv::Mat shrunk(cv::Mat luma, const cv::Size& size) {
  while (shorter_side(luma) >= halved_from) {
    const cv::Size half = luma.size() / 2;
    cv::Mat halved;
    cv::resize(luma(cv::Rect({}, half * 2)), halved, half, 0, 0, cv::INTER_AREA);
    luma = halved;
  }
  cv::Mat out;
  cv::resize(luma, out, size, 0, 0, cv::INTER_LINEAR);
  return out;
}

}  // namespace

std::span<const fs::path> cascade_folders() {
  static const std::array<fs::path, 4> folders{
      "/usr/share/opencv4/haarcascades", "/usr/local/share/opencv4/haarcascades",
      "/usr/share/opencv/haarcascades", "/usr/share/OpenCV/haarcascades"};
  return folders;
}

struct FaceSearch::Impl {
  struct Band {
    unsigned turn;  // of `turns`: when it is looked for
    int least, most;
    ChangedParts changed{least, most};
  };
  cv::CascadeClassifier faces;
  cv::Ptr<cv::CLAHE> contrast = cv::createCLAHE(contrast_limit, {contrast_tiles, contrast_tiles});
  std::array<Band, 4> bands{
      {{0, least_face, 45}, {1, 46, 65}, {2, 66, 95}, {2, 96, short_side * 3 / 4}}};
  cv::Mat plain;     // the picture, small
  cv::Mat small;     // the same with more contrast
  double scale = 1;  // pixels of the picture a pixel of `small`
  unsigned looks = 0;

  std::vector<cv::Rect> search(const cv::Rect& where, double step, int neighbours, int least,
                               int most) {
    std::vector<cv::Rect> found;
    faces.detectMultiScale(small(where), found, step, neighbours, 0, {least, least}, {most, most});
    for (auto& one : found) one += where.tl();
    return found;
  }

  cv::Rect around(const media::PixelRect& box) const {
    const double grow = 1.5;  // somebody who walks goes one face's width from look to look
    const auto at = [&](double value) { return static_cast<int>(std::lround(value / scale)); };
    const cv::Rect wanted(at(box.x - grow * box.width), at(box.y - grow * box.height),
                          at((1 + 2 * grow) * box.width), at((1 + 2 * grow) * box.height));
    return wanted & cv::Rect(0, 0, small.cols, small.rows);
  }
};

FaceSearch::FaceSearch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
}
FaceSearch::FaceSearch(FaceSearch&&) noexcept = default;
FaceSearch& FaceSearch::operator=(FaceSearch&&) noexcept = default;
FaceSearch::~FaceSearch() = default;

Result<FaceSearch> FaceSearch::open(std::span<const fs::path> folders) {
  auto impl = std::make_unique<Impl>();
  // Of the whole process: OpenCV's pool has threads at the priority of the program, and would take
  // every core at once for 10 ms.
  cv::setNumThreads(1);
  try {
    for (const auto& folder : folders) {
      std::error_code ignored;
      if (!fs::exists(folder / cascade, ignored)) continue;
      if (impl->faces.load((folder / cascade).string())) return FaceSearch(std::move(impl));
    }
  } catch (const cv::Exception& thrown) {
    return Error(ErrorCode::faces_unavailable, thrown.err);
  }
  return Error(ErrorCode::faces_unavailable, cascade);
}

void FaceSearch::take(const media::Picture& picture) {
  // OpenCV has no view of const memory; it is only read
  const cv::Mat luma(picture.height(), picture.width(), CV_8U,
                     const_cast<std::uint8_t*>(picture.plane(0)),
                     static_cast<std::size_t>(picture.stride(0)));
  impl_->scale = std::max(1.0, shorter_side(luma) / double{short_side});
  impl_->plain = shrunk(luma, {static_cast<int>(luma.cols / impl_->scale),
                               static_cast<int>(luma.rows / impl_->scale)});
  impl_->contrast->apply(impl_->plain, impl_->small);
}

Result<std::vector<media::PixelRect>> FaceSearch::look(
    const std::vector<media::PixelRect>& candidates) {
  Impl& s = *impl_;
  std::vector<cv::Rect> found;
  const auto add = [&found](const cv::Rect& one) {
    const bool is_known = std::any_of(found.begin(), found.end(), [&](const cv::Rect& known) {
      return 2 * (known & one).area() > std::min(known.area(), one.area());
    });
    if (!is_known) found.push_back(one);
  };
  try {
    for (const auto& candidate : candidates) {
      const int size = static_cast<int>(std::lround(candidate.width / s.scale));
      const auto where = s.around(candidate);
      if (where.width < least_face || where.height < least_face) continue;
      // what was proposed is often a third too small
      const auto seen =
          s.search(where, fine_step, neighbours_of_face, std::max(least_face, size * 5 / 6),
                   std::max(least_face + 4, size * 3 / 2));
      for (const auto& one : seen) add(one);
      if (!seen.empty()) continue;
      for (auto& band : s.bands) band.changed.forget(where);
    }
    const unsigned turn = s.looks++ % turns;
    for (auto& band : s.bands) {
      if (band.turn != turn) continue;
      for (const auto& part : band.changed.to_look_at(s.plain)) {
        for (const auto& one :
             s.search(part, coarse_step, neighbours_of_proposal, band.least, band.most))
          add(one);
      }
    }
  } catch (const cv::Exception& thrown) {
    return Error(ErrorCode::faces_unavailable, thrown.err);
  }
  std::vector<media::PixelRect> out;
  const auto at = [&](int value) { return static_cast<int>(std::lround(value * s.scale)); };
  for (const auto& one : found)
    out.push_back({at(one.x), at(one.y), at(one.width), at(one.height)});
  return out;
}

void FaceSearch::forget() {
  for (auto& band : impl_->bands) band.changed.forget();
}

}  // namespace xb::vision
