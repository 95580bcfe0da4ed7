// From premultiplied pixels to premultiplied planes: the formulas, and the plain code for them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace xb::overlay {

// ITU-R BT.709-6, 3.2 to 3.4: Y' = Kr R' + Kg G' + Kb B', Cb = (B' - Y') / (2 (1 - Kb)),
// Cr = (R' - Y') / (2 (1 - Kr)); 8-bit limited range: Y = 16 + 219 Y', C = 128 + 224 C.
// R' = r / a for premultiplied bytes r and a, so multiplying by a gives planes linear in them:
//   luma plane   = 219/255 (Kr r + Kg g + Kb b) + 16/255 a
//   chroma plane = 224/255 (weights of Cb or Cr over r, g, b) + 128/255 a
inline constexpr double kr = 0.2126;
inline constexpr double kb = 0.0722;
inline constexpr double kg = 1.0 - kr - kb;

inline constexpr int weight_bits = 20;  // four summed pixels still fit into 32 bits

constexpr std::int32_t fixed(double weight) {
  const double scaled = weight * (1 << weight_bits);
  return static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

struct Weights {
  std::int32_t r, g, b, a;
};
inline constexpr double luma_range = 219.0 / 255.0;
inline constexpr double chroma_range = 224.0 / 255.0;
inline constexpr std::int32_t y_r = fixed(luma_range * kr);
inline constexpr std::int32_t y_g = fixed(luma_range * kg);
inline constexpr std::int32_t y_b = fixed(luma_range * kb);
inline constexpr Weights luma_weights{y_r, y_g, y_b, fixed(16.0 / 255.0)};
// Green takes what the others leave, so that every grey is exactly neutral.
inline constexpr std::int32_t half_range = fixed(chroma_range / 2);
inline constexpr std::int32_t u_r = fixed(-chroma_range * kr / (2 * (1 - kb)));
inline constexpr std::int32_t v_b = fixed(-chroma_range * kb / (2 * (1 - kr)));
inline constexpr Weights u_weights{u_r, -(u_r + half_range), half_range, fixed(128.0 / 255.0)};
inline constexpr Weights v_weights{half_range, -(half_range + v_b), v_b, fixed(128.0 / 255.0)};

// Where one pair of rows is read and written. Writing may go on to the next full step, which the
// strides leave room for.
struct RowPair {
  const std::uint8_t* upper;
  const std::uint8_t* lower;
  std::array<std::uint8_t*, 2> y;
  std::array<std::uint8_t*, 2> alpha;
  std::uint8_t* u;
  std::uint8_t* v;
  std::uint8_t* chroma_alpha;
  std::size_t width;  // pixels to read
};

// What every target of planes.cpp must give, to the bit.
void convert_reference(const RowPair& rows);

// The kernel compiled for one instruction set; to_bitmap() uses the best this machine runs.
struct PlanesKernel {
  const char* target = "";
  void (*convert)(const RowPair& rows) = nullptr;
};
// Every one this machine runs, best first; for tests, while no other thread calls to_bitmap().
std::vector<PlanesKernel> all_planes_kernels();

}  // namespace xb::overlay
