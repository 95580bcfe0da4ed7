// What no blend can be cheaper than: touching the same bytes once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/blend.h"

namespace xb::bench {

// Reads the picture's and the layer's bytes of the box and writes the picture's, one cheap
// operation on each. Boxes are at least 32 bytes wide.
void floor_luma(const overlay::LumaBox& box);
void floor_chroma(const overlay::ChromaBox& box);

}  // namespace xb::bench
