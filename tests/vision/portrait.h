// A camera picture with a real face: a photo of Debian's python3-imageio over a flat ground.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "media/frame.h"
#include "media/placement.h"

namespace xb::vision {

// `face` is where the face lies then, square, in a picture of this size; nothing when the package
// is missing (it is in the test packages of ./dev).
std::optional<media::Picture> portrait(int width, int height, const media::PixelRect& face);

}  // namespace xb::vision
