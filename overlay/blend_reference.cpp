// Byte by byte, nothing clever: the kernels are tested against this.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/blend_reference.h"

namespace xb::overlay {

void blend_luma_reference(const LumaBox& box) {
  for (int row = 0; row < box.height; ++row) {
    std::uint8_t* under = box.under + row * box.under_stride;
    const std::uint8_t* plane = box.plane + row * box.stride;
    const std::uint8_t* alpha = box.alpha + row * box.stride;
    for (int x = 0; x < box.width; ++x) {
      under[x] =
          blend_byte(under[x], faded_byte(plane[x], box.fade), faded_byte(alpha[x], box.fade));
    }
  }
}

void blend_chroma_reference(const ChromaBox& box) {
  const auto blend_one = [&](std::uint8_t* under, const std::uint8_t* plane) {
    blend_luma_reference(
        {under, box.under_stride, plane, box.alpha, box.stride, box.width, box.height, box.fade});
  };
  blend_one(box.under_u, box.plane_u);
  blend_one(box.under_v, box.plane_v);
}

}  // namespace xb::overlay
