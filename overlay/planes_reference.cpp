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

std::uint8_t weighted(const Pixel& pixel, const Weights& weights, int shift, std::int32_t alpha) {
  const std::int32_t sum = pixel.r * weights.r + pixel.g * weights.g + pixel.b * weights.b +
                           pixel.a * weights.a + (1 << (shift - 1));
  return static_cast<std::uint8_t>(std::clamp(sum >> shift, 0, alpha));
}

}  // namespace

void convert_reference(const RowPair& rows) {
  for (std::size_t x = 0; x < rows.width; x += 2) {
    Pixel sum;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t row = i / 2;
      const std::size_t at = x + i % 2;
      const Pixel pixel = pixel_at(row == 0 ? rows.upper : rows.lower, at, rows.width);
      rows.y[row][at] = weighted(pixel, luma_weights, weight_bits, pixel.a);
      rows.alpha[row][at] = static_cast<std::uint8_t>(pixel.a);
      sum = {sum.b + pixel.b, sum.g + pixel.g, sum.r + pixel.r, sum.a + pixel.a};
    }
    const std::int32_t mean_alpha = (sum.a + 2) >> 2;
    rows.u[x / 2] = weighted(sum, u_weights, weight_bits + 2, mean_alpha);
    rows.v[x / 2] = weighted(sum, v_weights, weight_bits + 2, mean_alpha);
    rows.chroma_alpha[x / 2] = static_cast<std::uint8_t>(mean_alpha);
  }
}

}  // namespace xb::overlay
