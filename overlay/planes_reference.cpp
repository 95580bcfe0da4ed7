// Pixel by pixel, nothing clever.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/planes_reference.h"

#include <algorithm>

namespace xb::overlay {
namespace {

struct Pixel {
  std::int32_t b = 0, g = 0, r = 0, a = 0;
};

// Transparent beyond the end of the row.
Pixel pixel_at(const std::uint8_t* row, std::size_t x, std::size_t width) {
  if (x >= width) return {};
  const std::uint8_t* bytes = row + 4 * x;
  return {bytes[0], bytes[1], bytes[2], bytes[3]};
}

std::uint8_t luma_of(const Pixel& p) {
  const auto part = [](std::int32_t value, std::uint16_t weight) {
    return static_cast<std::int32_t>((static_cast<std::uint32_t>(value) << 8) * weight >> 16);
  };
  const std::int32_t sum = part(p.r, luma_weights.r) + part(p.g, luma_weights.g) +
                           part(p.b, luma_weights.b) + part(p.a, luma_weights.a) + luma_rounding;
  return static_cast<std::uint8_t>(std::min(sum >> 8, p.a));
}

// `own` is the colour the plane is about; all are sums of four pixels.
std::uint8_t chroma_of(std::int32_t own, std::int32_t first, std::int16_t first_weight,
                       std::int32_t second, std::int16_t second_weight, std::int32_t alpha_sum) {
  const auto part = [](std::int32_t value, std::int16_t weight) {
    return (value * 32 * weight + 0x4000) >> 15;
  };
  const std::int32_t sum = part(own - first, first_weight) + part(own - second, second_weight) +
                           part(alpha_sum, chroma_middle) + chroma_rounding;
  return static_cast<std::uint8_t>(std::clamp(sum >> 7, 0, (alpha_sum + 2) >> 2));
}

}  // namespace

void convert_reference(const RowPair& rows) {
  for (std::size_t x = 0; x < rows.width; x += 2) {
    Pixel sum;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t row = i / 2;
      const std::size_t at = x + i % 2;
      const Pixel pixel = pixel_at(row == 0 ? rows.upper : rows.lower, at, rows.width);
      rows.y[row][at] = luma_of(pixel);
      rows.alpha[row][at] = static_cast<std::uint8_t>(pixel.a);
      sum = {sum.b + pixel.b, sum.g + pixel.g, sum.r + pixel.r, sum.a + pixel.a};
    }
    rows.u[x / 2] = chroma_of(sum.b, sum.r, u_minus_r, sum.g, u_minus_g, sum.a);
    rows.v[x / 2] = chroma_of(sum.r, sum.g, v_minus_g, sum.b, v_minus_b, sum.a);
    rows.chroma_alpha[x / 2] = static_cast<std::uint8_t>((sum.a + 2) >> 2);
  }
}

}  // namespace xb::overlay
