// to_bitmap: what Cairo painted, as premultiplied BT.709 limited-range planes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "overlay/bitmap.h"

namespace xb::overlay {

// `argb` is a premultiplied Cairo ARGB32 surface (native-endian 0xAARRGGBB words, 4-byte aligned;
// flush the surface first). Rows are `stride_bytes` apart, a multiple of 4. An odd width or height
// is made even by a transparent column or row. An empty surface gives an empty Bitmap.
//
// Thread: any; allocates the planes. Luma is within 0.53 of the exact value, alpha is exact, and
// no plane is above its alpha, so that a blend never wraps around.
Bitmap to_bitmap(const std::uint8_t* argb, int width, int height, int stride_bytes);

}  // namespace xb::overlay
