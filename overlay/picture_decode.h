// The bytes of a picture file made into a picture, by the library of its format alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>
#include <string_view>

namespace xb::overlay {

// OpenCV's own reading of files knows forty formats by a hundred libraries, which cost each start
// of a program a fifth of a second and were of no use for these three.
//
// Three channels (blue, green, red), or four with the opacity behind them, not premultiplied; empty
// where the bytes cannot be decoded. What they announce must have been checked. Thread: any.
cv::Mat decode_png(std::string_view bytes);
cv::Mat decode_webp(std::string_view bytes);
// `part` 1, 2, 4 or 8: decoded to so much less in each direction. Turned as the camera says (EXIF).
cv::Mat decode_jpeg(std::string_view bytes, int part);

}  // namespace xb::overlay
