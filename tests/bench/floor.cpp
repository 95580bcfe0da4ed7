// 32 bytes at a time, one operation on each.
// SPDX-License-Identifier: Apache-2.0
#include "floor.h"

#include <cstring>

#if defined(__x86_64__)
#define XB_WIDE __attribute__((target("avx2")))
#else
#define XB_WIDE
#endif

namespace xb::bench {
namespace {

using Byte = std::uint8_t;
using Wide = std::uint64_t __attribute__((vector_size(32)));
constexpr int step = sizeof(Wide);

XB_WIDE inline void touch(Byte* under, const Byte* plane, const Byte* alpha) {
  Wide a, b, c;
  std::memcpy(&a, under, sizeof a);
  std::memcpy(&b, plane, sizeof b);
  std::memcpy(&c, alpha, sizeof c);
  a ^= b ^ c;
  std::memcpy(under, &a, sizeof a);
}

// The last step overlaps the one before it, as in the kernels: no row has a narrow rest.
XB_WIDE void wide_row(Byte* under, const Byte* plane, const Byte* alpha, int width) {
  for (int x = 0; x < width; x += step) {
    const int at = x + step <= width ? x : width - step;
    touch(under + at, plane + at, alpha + at);
  }
}

XB_WIDE void wide_rows(Byte* u, Byte* v, const Byte* plane_u, const Byte* plane_v,
                       const Byte* alpha, int width) {
  for (int x = 0; x < width; x += step) {
    const int at = x + step <= width ? x : width - step;
    touch(u + at, plane_u + at, alpha + at);
    touch(v + at, plane_v + at, alpha + at);
  }
}

}  // namespace

void floor_luma(const overlay::LumaBox& box) {
  for (int row = 0; row < box.height; ++row) {
    wide_row(box.under + row * box.under_stride, box.plane + row * box.stride,
             box.alpha + row * box.stride, box.width);
  }
}

void floor_chroma(const overlay::ChromaBox& box) {
  for (int row = 0; row < box.height; ++row) {
    const auto there = row * box.under_stride;
    const auto here = row * box.stride;
    wide_rows(box.under_u + there, box.under_v + there, box.plane_u + here, box.plane_v + here,
              box.alpha + here, box.width);
  }
}

}  // namespace xb::bench
