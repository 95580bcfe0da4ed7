// The difference to what was seen, how dense it is, and rectangles about it.
// SPDX-License-Identifier: Apache-2.0
#include "vision/changed_parts.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace xb::vision {
namespace {

// More than a sensor's noise.
constexpr double changed_by = 8;
// Of a box as large as the least window. Less of a head turns with it than that seldom; with a
// quarter people who walk by have the search cover a fifth more.
constexpr double changed_share = 0.35;
// A band is looked for each 1.5 s, so all of the picture each 12 s.
constexpr unsigned all_each = 8;
// The map is that much smaller: its work is then nothing beside the search.
constexpr int coarser = 4;
// A part costs as much as so many windows before its first one is looked at.
constexpr double begin_of_part = 500;

}  // namespace

// As many windows as have room in it.
double ChangedParts::work(const cv::Rect& part) const {
  return begin_of_part +
         static_cast<double>(std::max(0, part.width - least_)) * std::max(0, part.height - least_);
}

std::vector<cv::Rect> ChangedParts::to_look_at(const cv::Mat& now) {
  if (seen_.size() != now.size()) {
    seen_.create(now.size(), now.type());
    looks_ = 0;
  }
  const bool is_all = looks_++ % all_each == 0;
  const auto parts = is_all ? std::vector{cv::Rect({}, now.size())} : found(now);
  for (const auto& part : parts) now(part).copyTo(seen_(part));
  return parts;
}

void ChangedParts::forget(const cv::Rect& part) {
  const auto there = part & cv::Rect({}, seen_.size());
  if (!there.empty()) cv::bitwise_not(seen_(there), seen_(there));
}

std::vector<cv::Rect> ChangedParts::found(const cv::Mat& now) const {
  cv::Mat map, share;
  cv::absdiff(now, seen_, map);
  cv::threshold(map, map, changed_by, 255, cv::THRESH_BINARY);
  cv::resize(map, map, now.size() / coarser, 0, 0, cv::INTER_AREA);
  const int window = std::max(1, least_ / coarser);
  cv::boxFilter(map, share, -1, {window, window}, {-1, -1}, true, cv::BORDER_CONSTANT);
  cv::threshold(share, share, changed_share * 255, 255, cv::THRESH_BINARY);
  cv::Mat labels, places, centres;
  const int count = cv::connectedComponentsWithStats(share, labels, places, centres);
  // around the middles of the windows that have changed, the windows
  const int around = most_ / 2 + coarser;
  std::vector<cv::Rect> parts;
  for (int i = 1; i < count; ++i) {
    const auto at = [&](int what) { return coarser * places.at<int>(i, what); };
    const cv::Rect middles(at(cv::CC_STAT_LEFT), at(cv::CC_STAT_TOP), at(cv::CC_STAT_WIDTH),
                           at(cv::CC_STAT_HEIGHT));
    parts.push_back((middles + cv::Size(2 * around, 2 * around) - cv::Point(around, around)) &
                    cv::Rect({}, now.size()));
  }
  // two that are less work together are one
  for (std::size_t a = 0; a < parts.size(); ++a) {
    for (std::size_t b = a + 1; b < parts.size(); ++b) {
      const auto both = parts[a] | parts[b];
      if (work(both) > work(parts[a]) + work(parts[b])) continue;
      parts[a] = both;
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(b));
      b = a;
    }
  }
  double sum = 0;
  for (const auto& part : parts) sum += work(part);
  const cv::Rect all({}, now.size());
  return sum < work(all) ? parts : std::vector{all};
}

}  // namespace xb::vision
