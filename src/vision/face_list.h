// FaceList: what single looks found, made steady. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/time.h"
#include "media/placement.h"

namespace xb::vision {

// A cascade sees a face in a curtain for one look and misses one that blinks. So a face counts from
// the third sighting in four looks on, and until it was not seen for 3 s. Its box stays where it is
// while the face moves by less than an eighth of its size, else it follows at once.
//
// Thread: one at a time. Pure.
class FaceList {
 public:
  // What the look at `time` found; times must rise.
  void note(SessionTime time, const std::vector<media::PixelRect>& found);
  // Everything worth a closer look at the next picture, steady or not.
  std::vector<media::PixelRect> candidates() const;
  // The faces that count, largest first.
  std::vector<media::PixelRect> steady() const;

 private:
  struct Track {
    media::PixelRect box;
    SessionTime seen;
    unsigned looks = 0;  // the last four, one bit each, the newest lowest
    bool is_steady = false;
  };
  std::vector<Track> tracks_;
};

}  // namespace xb::vision
