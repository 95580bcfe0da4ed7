// How long the pictures of an MP4 really are, also of one that was never finished.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>

#include "base/time.h"

namespace xb::media {

// From the first picture to the end of the last one that is whole in the file: of one in fragments
// by those that are whole, of a plain one (whose index may come first and tell of more than is
// there) by where its pictures lie. Goes from box to box and reads the small ones alone:
// milliseconds for an evening. Nothing for what is no
// MP4 with pictures, cannot be read, or says more than 256 MiB about itself. The first index
// counts. Nothing when stopped. Formats: ISO/IEC 14496-12, sections 4.2, 8.4.2,
// 8.6.1.2, 8.7, 8.8.
std::optional<Duration> mp4_length(const std::filesystem::path& file,
                                   const std::stop_token& stop = {});

}  // namespace xb::media
