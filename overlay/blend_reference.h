// The plain truth about blending: what every kernel must give, to the bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "overlay/blend.h"

namespace xb::overlay {

// `part` of 255 in 1/32768, cut.
constexpr std::uint32_t part15(std::uint32_t part) {
  return (part * 257) >> 1;
}
// byte * part / 255 within 0.506: one product, rounded and shifted, which most machines do for all
// lanes in one instruction. 255 parts leave a byte as it is; 71 of all 65536 pairs end one below
// the nearest.
constexpr std::uint8_t scaled_byte(std::uint8_t byte, std::uint32_t part) {
  return static_cast<std::uint8_t>((byte * part15(part) + 0x4000) >> 15);
}

// plane + under * (255 - alpha) / 255 by scaled_byte, held at 255. Bytes that are no premultiplied
// plane (plane above alpha) saturate instead of wrapping around.
constexpr std::uint8_t blend_byte(std::uint8_t under, std::uint8_t plane, std::uint8_t alpha) {
  return static_cast<std::uint8_t>(std::min(plane + scaled_byte(under, 255U - alpha), 255));
}

// A byte of plane or alpha when only `fade` of 255 is there. A plane stays below its alpha.
constexpr std::uint8_t faded_byte(std::uint8_t byte, int fade) {
  return scaled_byte(byte, static_cast<std::uint32_t>(fade));
}

void blend_luma_reference(const LumaBox& box);
void blend_chroma_reference(const ChromaBox& box);

}  // namespace xb::overlay
