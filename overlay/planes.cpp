// ARGB32 to planes with Highway, two rows at a time; the formulas stand in planes_reference.h.
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "overlay/planes.cpp"  // compiled once for every instruction set
#include "overlay/planes.h"

#include <hwy/foreach_target.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "overlay/planes_reference.h"

// After foreach_target.h, which must come first.
#include <hwy/highway.h>

#include "media/targets.h"

HWY_BEFORE_NAMESPACE();
namespace xb::overlay {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR

void convert(const RowPair& rows) {
  convert_reference(rows);
}

#else

namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::CappedTag<std::uint32_t, 16>;
using Sums = hn::RebindToSigned<Words>;
using Word = hn::Vec<Words>;
using Sum = hn::Vec<Sums>;
constexpr std::size_t max_step = std::size_t{2} * 16;  // pixels of a row

struct Colour {
  Sum r, g, b, a;
};

// Weighted, rounded to nearest after `shift`, held within 0..alpha.
template <int shift>
HWY_INLINE Sum weighted(const Colour& colour, const Weights& weights, Sum alpha) {
  const Sums d;
  const auto sum = hn::Add(
      hn::Add(hn::Mul(colour.r, hn::Set(d, weights.r)), hn::Mul(colour.g, hn::Set(d, weights.g))),
      hn::Add(hn::Mul(colour.b, hn::Set(d, weights.b)), hn::Mul(colour.a, hn::Set(d, weights.a))));
  const auto rounded = hn::ShiftRight<shift>(hn::Add(sum, hn::Set(d, 1 << (shift - 1))));
  return hn::Min(hn::Max(rounded, hn::Zero(d)), alpha);
}

HWY_INLINE void store_bytes(Sum values, std::uint8_t* to) {
  const hn::Rebind<std::uint8_t, Sums> bytes;
  hn::StoreU(hn::DemoteTo(bytes, values), bytes, to);
}

HWY_INLINE Word load_pixels(const std::uint8_t* from) {
  const Words d;
  const hn::Repartition<std::uint8_t, Words> bytes;
  return hn::BitCast(d, hn::LoadU(bytes, from));
}

HWY_INLINE void store_luma(Word pixels, std::uint8_t* y, std::uint8_t* alpha) {
  const Words d;
  const Sums sums;
  const auto byte = hn::Set(d, 255);
  const Colour colour{hn::BitCast(sums, hn::And(hn::ShiftRight<16>(pixels), byte)),
                      hn::BitCast(sums, hn::And(hn::ShiftRight<8>(pixels), byte)),
                      hn::BitCast(sums, hn::And(pixels, byte)),
                      hn::BitCast(sums, hn::ShiftRight<24>(pixels))};
  store_bytes(weighted<weight_bits>(colour, luma_weights, colour.a), y);
  store_bytes(colour.a, alpha);
}

// Every second 32-bit lane becomes the sum of itself and the next; the packed 16-bit halves hold at
// most 4 * 255.
HWY_INLINE Word add_neighbour(Word sums) {
  const Words d;
  const hn::RepartitionToWide<Words> pairs;
  return hn::Add(sums, hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(pairs, sums))));
}

// Two vectors of each row give one vector of chroma: the premultiplied mean of each 2x2.
HWY_INLINE void store_chroma(const std::array<Word, 2>& upper, const std::array<Word, 2>& lower,
                             const RowPair& rows, std::size_t at) {
  const Words d;
  const Sums sums;
  const auto spread = hn::Set(d, 0x00FF00FF);
  const auto blue_red = [&](std::size_t i) HWY_ATTR {
    return add_neighbour(hn::Add(hn::And(upper[i], spread), hn::And(lower[i], spread)));
  };
  const auto green_alpha = [&](std::size_t i) HWY_ATTR {
    return add_neighbour(hn::Add(hn::And(hn::ShiftRight<8>(upper[i]), spread),
                                 hn::And(hn::ShiftRight<8>(lower[i]), spread)));
  };
  const auto br = hn::ConcatEven(d, blue_red(1), blue_red(0));
  const auto ga = hn::ConcatEven(d, green_alpha(1), green_alpha(0));
  const auto low = hn::Set(d, 0xFFFF);
  const Colour colour{hn::BitCast(sums, hn::ShiftRight<16>(br)),
                      hn::BitCast(sums, hn::And(ga, low)), hn::BitCast(sums, hn::And(br, low)),
                      hn::BitCast(sums, hn::ShiftRight<16>(ga))};
  const auto alpha = hn::ShiftRight<2>(hn::Add(colour.a, hn::Set(sums, 2)));
  store_bytes(weighted<weight_bits + 2>(colour, u_weights, alpha), rows.u + at);
  store_bytes(weighted<weight_bits + 2>(colour, v_weights, alpha), rows.v + at);
  store_bytes(alpha, rows.chroma_alpha + at);
}

HWY_INLINE void step_pair(const std::uint8_t* upper_at, const std::uint8_t* lower_at,
                          const RowPair& rows, std::size_t x) {
  const std::size_t lanes = hn::Lanes(Words());
  const std::array<Word, 2> upper{load_pixels(upper_at), load_pixels(upper_at + 4 * lanes)};
  const std::array<Word, 2> lower{load_pixels(lower_at), load_pixels(lower_at + 4 * lanes)};
  store_luma(upper[0], rows.y[0] + x, rows.alpha[0] + x);
  store_luma(upper[1], rows.y[0] + x + lanes, rows.alpha[0] + x + lanes);
  store_luma(lower[0], rows.y[1] + x, rows.alpha[1] + x);
  store_luma(lower[1], rows.y[1] + x + lanes, rows.alpha[1] + x + lanes);
  store_chroma(upper, lower, rows, x / 2);
}

void convert(const RowPair& rows) {
  const std::size_t step = 2 * hn::Lanes(Words());
  std::size_t x = 0;
  for (; x + step <= rows.width; x += step) {
    step_pair(rows.upper + 4 * x, rows.lower + 4 * x, rows, x);
  }
  if (x == rows.width) return;
  // The rest, filled up with transparent pixels: an odd width gets its even one here.
  std::array<std::uint8_t, 4 * max_step> upper{};
  std::array<std::uint8_t, 4 * max_step> lower{};
  std::copy(rows.upper + 4 * x, rows.upper + 4 * rows.width, upper.begin());
  std::copy(rows.lower + 4 * x, rows.lower + 4 * rows.width, lower.begin());
  step_pair(upper.data(), lower.data(), rows, x);
}

#endif

PlanesKernel kernel() {
  return {hwy::TargetName(HWY_TARGET), convert};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace xb::overlay
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace xb::overlay {

HWY_EXPORT(kernel);

std::vector<PlanesKernel> all_planes_kernels() {
  std::vector<PlanesKernel> all;
  media::on_every_target([&] { all.push_back(HWY_DYNAMIC_DISPATCH(kernel)()); });
  return all;
}

Bitmap to_bitmap(const std::uint8_t* argb, int width, int height, int stride_bytes) {
  if (argb == nullptr || width <= 0 || height <= 0) return {};
  const auto padded = [](int pixels) { return (pixels + 63) / 64 * 64; };
  Bitmap out;
  out.width = width + width % 2;
  out.height = height + height % 2;
  out.stride = padded(out.width);
  out.chroma_stride = padded(out.width / 2);
  const auto stride = static_cast<std::size_t>(out.stride);
  const auto chroma_stride = static_cast<std::size_t>(out.chroma_stride);
  const auto luma_bytes = stride * static_cast<std::size_t>(out.height);
  const auto chroma_bytes = chroma_stride * static_cast<std::size_t>(out.height / 2);
  for (auto* plane : {&out.y, &out.alpha}) plane->resize(luma_bytes);
  for (auto* plane : {&out.u, &out.v, &out.chroma_alpha}) plane->resize(chroma_bytes);

  const auto pixels = static_cast<std::size_t>(width);
  const std::vector<std::uint8_t> transparent(height % 2 == 0 ? 0 : 4 * pixels);
  const auto convert = HWY_DYNAMIC_DISPATCH(kernel)().convert;
  for (int row = 0; row < out.height; row += 2) {
    const std::uint8_t* upper = argb + static_cast<std::ptrdiff_t>(row) * stride_bytes;
    const std::uint8_t* lower = row + 1 < height ? upper + stride_bytes : transparent.data();
    const auto luma = static_cast<std::size_t>(row) * stride;
    const auto chroma = static_cast<std::size_t>(row / 2) * chroma_stride;
    convert({upper,
             lower,
             {out.y.data() + luma, out.y.data() + luma + stride},
             {out.alpha.data() + luma, out.alpha.data() + luma + stride},
             out.u.data() + chroma,
             out.v.data() + chroma,
             out.chroma_alpha.data() + chroma,
             pixels});
  }
  return out;
}

}  // namespace xb::overlay
#endif
