// Still: one of our own drawings (PNG) as premultiplied RGBA of the size asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"

namespace xb::media {

struct Still {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgba;  // premultiplied, rows without padding
};

// For files that ship with the program: PNG up to 1 MiB and 4096x4096, decoded and scaled on the
// calling thread. Pictures of operators go through overlay/picture. Errors: file_missing,
// file_unreadable, file_too_large, picture_invalid.
Result<Still> read_still(const std::filesystem::path& file, int width, int height);

}  // namespace xb::media
