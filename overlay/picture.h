// Picture files of products: checked before they are decoded, scaled once, kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
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
};

// Reads signature and structure only, decodes nothing. PNG, JPEG and WebP up to 4096x4096; the file
// must end as its format says. Error: picture_invalid.
Result<PictureSize> check_picture(std::string_view bytes);

// Reads, checks and decodes a file, cut to fill width x height around its middle. Blocks on the
// disk. Errors: those of read_file, picture_invalid.
Result<Pixels> load_picture(const std::string& path, int width, int height);

// Pictures already scaled, by path and size; a file that could not be read is remembered as well,
// so that it is tried once and not on every repaint.
// Thread: one at a time.
class PictureShelf {
 public:
  // Null when there is none. The pointer holds until the next call.
  const Pixels* get(const std::string& path, int width, int height);

 private:
  struct Kept {
    std::string path;
    int width = 0;
    int height = 0;
    bool is_usable = false;
    Pixels pixels;
  };
  std::list<Kept> kept_;  // most recently used first, at most 24
};

}  // namespace xb::overlay
