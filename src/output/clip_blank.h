// What stands where something was taken out of a recording.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "media/av.h"

namespace xb::output {

// A black picture, 4:2:0, with the words 已剪去 / removed in its middle. Errors: media_failed.
Result<media::AvFramePtr> removed_picture(int width, int height, bool is_full_range);

// A packet that is heard as silence between packets of such an AAC stream; nothing for another
// codec.
std::vector<std::uint8_t> silent_packet(const AVCodecParameters& sound);

}  // namespace xb::output
