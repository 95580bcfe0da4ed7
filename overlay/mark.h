// Mark: a village's own sign, drawn in one colour of the theme where its motif would be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace xb::overlay {

// How much of the colour each pixel gets, from the top left.
struct Mark {
  int side = 0;  // pixels; 0: there is none
  std::vector<std::uint8_t> cover;
  friend bool operator==(const Mark&, const Mark&) = default;
};

// A square PNG of at least 64 pixels with a transparent ground and one colour, whichever: the theme
// gives its own. Blocks on the disk. Errors: those of read_file, picture_invalid with a sentence.
Result<Mark> load_mark(const std::string& path);

}  // namespace xb::overlay
