// One Picture as JPEG.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "media/frame.h"

namespace xb::media {

// Full range BT.601, as every JPEG reader assumes. `width` is even; the height follows. `quality`
// is libav's: 2 is best, 31 worst. Thread: any. Error: media_failed.
Result<std::string> jpeg_of(const Picture& picture, int width, int quality = 6);

}  // namespace xb::media
