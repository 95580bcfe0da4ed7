// Recolour: planar YUV of another matrix or range to I420 BT.709 limited, in one pass.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace xb::media {

// Luma is multiplied by `luma_scale` / 65536 after a shift by 8, so that 1.0 is 32768; all that is
// added counts in 1/128 of a step. Chroma coefficients are in 1/32768, applied to (value - 128) *
// 128; all are below 1, what exceeds it is added whole.
struct Recolour {
  std::uint16_t luma_scale = 32768;
  std::int16_t luma_offset = 64;  // with the half that rounds
  std::int16_t y_from_u = 0;
  std::int16_t y_from_v = 0;
  std::int16_t u_from_u = 0;  // what is added to u itself
  std::int16_t u_from_v = 0;
  std::int16_t v_from_u = 0;
  std::int16_t v_from_v = 0;  // what is added to v itself
  bool is_identity = true;
};

// kr, kb: the luma weights of red and blue of the source's matrix (601: 0.299, 0.114).
Recolour recolour_from(double kr, double kb, bool is_full_range);

struct I420View {
  std::uint8_t* plane[3];
  int stride[3];
  int width;   // even
  int height;  // even
};

enum class ChromaRows : std::uint8_t { every_second = 1, all };  // 4:2:0, 4:2:2

struct PlanarView {
  const std::uint8_t* plane[3];
  int stride[3];
  ChromaRows chroma_rows;
};

// What is read may be what is written (4:2:0 only). The two chroma rows of 4:2:2 become their mean.
//
// Thread: any. No heap, no lock; nothing outside the view is read or written.
void recolour(const Recolour& how, const PlanarView& from, const I420View& to);
void recolour(const Recolour& how, const I420View& picture);  // in place

// recolour() compiled for one instruction set.
struct RecolourKernel {
  const char* target = "";  // "AVX2"
  void (*recolour)(const Recolour& how, const PlanarView& from, const I420View& to) = nullptr;
};
// Every one this machine runs, best first. For tests and benches: while it runs, no other thread
// may recolour (the choice is made anew for each).
std::vector<RecolourKernel> all_recolour_kernels();
// The plain form; every kernel gives the same bytes.
void recolour_reference(const Recolour& how, const PlanarView& from, const I420View& to);

}  // namespace xb::media
