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

// In 16 bits, so that 32 and more pixels are worked on at once. Luma: bytes times weights in
// 1/65536, each product cut to 8 bits of fraction, together at most 4/256 too low, which 2/256 more
// in the rounding puts in the middle. Chroma from sums of four pixels: products in 1/32768, rounded
// to 7 bits of fraction. Both end within 0.53 of the exact value.
constexpr std::uint16_t fixed16(double weight) {
  return static_cast<std::uint16_t>(weight * 65536 + 0.5);
}
constexpr std::int16_t fixed15(double weight) {
  return static_cast<std::int16_t>(weight * 32768 + 0.5);
}

inline constexpr double luma_range = 219.0 / 255.0;
inline constexpr double chroma_range = 224.0 / 255.0;
struct LumaWeights {
  std::uint16_t r = fixed16(luma_range * kr);
  std::uint16_t g = fixed16(luma_range * kg);
  std::uint16_t b = fixed16(luma_range * kb);
  std::uint16_t a = fixed16(16.0 / 255.0);
};
inline constexpr LumaWeights luma_weights;
inline constexpr std::uint16_t luma_rounding = 128 + 2;

// A chroma plane follows from how far its own colour stands above the two others, so that every
// grey is exactly neutral: Cb from b - r and b - g, Cr from r - g and r - b.
inline constexpr std::int16_t u_minus_r = fixed15(chroma_range * kr / (2 * (1 - kb)));
inline constexpr std::int16_t u_minus_g = fixed15(chroma_range * kg / (2 * (1 - kb)));
inline constexpr std::int16_t v_minus_g = fixed15(chroma_range * kg / (2 * (1 - kr)));
inline constexpr std::int16_t v_minus_b = fixed15(chroma_range * kb / (2 * (1 - kr)));
inline constexpr std::int16_t chroma_middle = fixed15(128.0 / 255.0);
inline constexpr std::int16_t chroma_rounding = 64;

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
  // Bytes from here to the next pair, which is asked for early; 0 where there is none.
  struct Next {
    std::ptrdiff_t argb = 0, luma = 0, chroma = 0;
  };
  Next next = {};
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
