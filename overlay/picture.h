// Picture files of products: checked before they are decoded, scaled once, kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xb::overlay {

inline constexpr int most_picture_side = 4096;
inline constexpr std::size_t most_picture_bytes = std::size_t{8} * 1024 * 1024;

// Premultiplied, native-endian 0xAARRGGBB words as Cairo's ARGB32.
struct Pixels {
  int width = 0;
  int height = 0;
  int stride = 0;  // bytes
  bool is_opaque = false;
  std::vector<std::uint8_t> argb;
};

struct PictureSize {
  int width = 0;
  int height = 0;
  friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

// Reads signature and structure only, decodes nothing. PNG, JPEG and WebP up to 4096x4096; the file
// must end as its format says. Error: picture_invalid.
Result<PictureSize> check_picture(std::string_view bytes);

// Reads, checks and decodes a file, cut to fill width x height around its middle. Blocks on the
// disk. Errors: those of read_file, picture_invalid.
Result<Pixels> load_picture(const std::string& path, int width, int height);
// The same for several sizes, decoded once.
Result<std::vector<Pixels>> load_picture(const std::string& path,
                                         std::span<const PictureSize> sizes);

}  // namespace xb::overlay
