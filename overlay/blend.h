// Blend kernels: a box of premultiplied planes over a box of an I420 picture, in place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xb::overlay {

// One luma plane, or any single plane.
struct LumaBox {
  std::uint8_t* under = nullptr;  // read and written
  std::ptrdiff_t under_stride = 0;
  const std::uint8_t* plane = nullptr;
  const std::uint8_t* alpha = nullptr;
  std::ptrdiff_t stride = 0;  // of plane and alpha
  int width = 0;
  int height = 0;
  int fade = 255;  // 0 to 255: how much of plane and alpha there is
};

// U and V together, because they share one alpha.
struct ChromaBox {
  std::uint8_t* under_u = nullptr;
  std::uint8_t* under_v = nullptr;
  std::ptrdiff_t under_stride = 0;
  const std::uint8_t* plane_u = nullptr;
  const std::uint8_t* plane_v = nullptr;
  const std::uint8_t* alpha = nullptr;
  std::ptrdiff_t stride = 0;  // of the planes and alpha
  int width = 0;
  int height = 0;
  int fade = 255;
};

// The kernels compiled for one instruction set. Any width (0 too) and any alignment; nothing
// outside the box is written or read. Result: blend_reference.h, to the bit.
//
// Thread: any. No heap, no lock.
struct BlendKernels {
  const char* target = "";  // "AVX2"
  void (*luma)(const LumaBox& box) = nullptr;
  void (*chroma)(const ChromaBox& box) = nullptr;
};

// The best this machine runs; chosen at run time, so that one binary serves every machine.
BlendKernels blend_kernels();

// Every set this machine runs, best first. For tests and benches: while it runs, no other thread
// may call blend_kernels() (the choice is made anew for each).
std::vector<BlendKernels> all_blend_kernels();

}  // namespace xb::overlay
