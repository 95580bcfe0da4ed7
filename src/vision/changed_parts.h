// ChangedParts: where a small picture shows something else than when it was looked at.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace xb::vision {

// What is looked for in a picture and was not there need not be looked for again where the picture
// is still the same: whoever comes or turns his head changes it. A camera on its tripod sees a wall
// for most of its picture.
//
// Thread: one at a time.
class ChangedParts {
 public:
  // Windows of `least` to `most` pixels are looked for.
  ChangedParts(int least, int most) : least_(least), most_(most) {}
  // The parts of `now` to look at, luma: nearly every window of which more than a third has changed
  // lies in one. Together they are less work than all, which it is the first time, at another size,
  // and each eighth time: for what comes as slowly as the dawn, is hardly darker than its ground,
  // or slipped through.
  std::vector<cv::Rect> to_look_at(const cv::Mat& now);
  // Is to be looked at whatever it shows the next time.
  void forget(const cv::Rect& part);
  void forget() { looks_ = 0; }

 private:
  std::vector<cv::Rect> found(const cv::Mat& now) const;
  double work(const cv::Rect& part) const;

  int least_, most_;
  cv::Mat seen_;  // of each pixel the luma when it was last in a part to look at
  unsigned looks_ = 0;
};

}  // namespace xb::vision
