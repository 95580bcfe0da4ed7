// Faces: where people's faces are in the camera picture. Plain data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/time.h"
#include "media/placement.h"

namespace xb::vision {

struct Faces {
  SessionTime time;                     // of the picture that was looked at last
  bool is_known = false;                // somebody looks; without that an empty list says nothing
  std::vector<media::PixelRect> boxes;  // on the Canvas, from the brows to the chin, largest first
};

}  // namespace xb::vision
