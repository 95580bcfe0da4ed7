// The plain truth about blending: what every kernel must give, to the bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "overlay/blend.h"

namespace xb::overlay {

// n / 255 rounded to the nearest integer for n in 0..65025 (a tie cannot happen: 255 is odd).
constexpr std::uint32_t div255(std::uint32_t n) {
  return ((n + 128) * 257) >> 16;
}

// plane + under * (255 - alpha) / 255, rounded to nearest, held at 255. Bytes that are no
// premultiplied plane (plane above alpha) saturate instead of wrapping around.
constexpr std::uint8_t blend_byte(std::uint8_t under, std::uint8_t plane, std::uint8_t alpha) {
  const auto kept = div255(std::uint32_t{under} * (255U - alpha));
  return static_cast<std::uint8_t>(std::min<std::uint32_t>(plane + kept, 255));
}

// A byte of plane or alpha when only `fade` of 255 is there. A plane stays below its alpha.
constexpr std::uint8_t faded_byte(std::uint8_t byte, int fade) {
  return static_cast<std::uint8_t>(div255(std::uint32_t{byte} * static_cast<std::uint32_t>(fade)));
}

void blend_luma_reference(const LumaBox& box);
void blend_chroma_reference(const ChromaBox& box);

}  // namespace xb::overlay
