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
using Bytes = hn::CappedTag<std::uint8_t, 64>;  // one lane a pixel
using Pairs = hn::RepartitionToWide<Bytes>;     // one lane two pixels
using Signed = hn::RebindToSigned<Pairs>;
using Byte = hn::Vec<Bytes>;
using Pair = hn::Vec<Pairs>;
using Sum = hn::Vec<Signed>;
constexpr std::size_t max_step = 64;  // pixels of a row

struct Colours {
  Byte b, g, r, a;
};

HWY_INLINE Colours load(const std::uint8_t* from) {
  Colours out;
  hn::LoadInterleaved4(Bytes(), from, out.b, out.g, out.r, out.a);
  return out;
}

// luma_of in every lane. `pick` leaves one of the two bytes of a pair, in the upper half.
template <class Pick>
HWY_INLINE Pair luma_of(const Colours& c, const Pick& pick) {
  const Pairs d;
  const auto part = [&](Byte colour, std::uint16_t weight) HWY_ATTR {
    return hn::MulHigh(pick(hn::BitCast(d, colour)), hn::Set(d, weight));
  };
  const auto sum = hn::Add(hn::Add(part(c.r, luma_weights.r), part(c.g, luma_weights.g)),
                           hn::Add(part(c.b, luma_weights.b), part(c.a, luma_weights.a)));
  return hn::Add(sum, hn::Set(d, luma_rounding));
}

HWY_INLINE void store_luma(const Colours& c, std::uint8_t* y, std::uint8_t* alpha) {
  const Pairs d;
  const auto upper = hn::Set(d, std::uint16_t{0xFF00});
  const auto even = luma_of(c, [](Pair p) HWY_ATTR { return hn::ShiftLeft<8>(p); });
  const auto odd = luma_of(c, [&](Pair p) HWY_ATTR { return hn::And(p, upper); });
  const auto both = hn::BitCast(Bytes(), hn::Or(hn::ShiftRight<8>(even), hn::And(odd, upper)));
  hn::StoreU(hn::Min(both, c.a), Bytes(), y);
  hn::StoreU(c.a, Bytes(), alpha);
}

// The sum of each 2x2.
HWY_INLINE Sum summed(Byte upper, Byte lower) {
  const Pairs d;
  const auto low = hn::Set(d, std::uint16_t{0x00FF});
  const auto pair = [&](Byte row) HWY_ATTR {
    const auto both = hn::BitCast(d, row);
    return hn::Add(hn::And(both, low), hn::ShiftRight<8>(both));
  };
  return hn::BitCast(Signed(), hn::Add(pair(upper), pair(lower)));
}

// chroma_of in every lane.
HWY_INLINE Sum chroma_of(Sum own, Sum first, std::int16_t first_weight, Sum second,
                         std::int16_t second_weight, Sum alpha_sum) {
  const Signed d;
  const auto part = [&](Sum value, std::int16_t weight) HWY_ATTR {
    return hn::MulFixedPoint15(hn::ShiftLeft<5>(value), hn::Set(d, weight));
  };
  const auto sum = hn::Add(
      hn::Add(part(hn::Sub(own, first), first_weight), part(hn::Sub(own, second), second_weight)),
      hn::Add(part(alpha_sum, chroma_middle), hn::Set(d, chroma_rounding)));
  return hn::ShiftRight<7>(sum);
}

HWY_INLINE void store_chroma(const Colours& upper, const Colours& lower, const RowPair& rows,
                             std::size_t at) {
  const Signed d;
  const hn::Rebind<std::uint8_t, Signed> bytes;
  const auto b = summed(upper.b, lower.b);
  const auto g = summed(upper.g, lower.g);
  const auto r = summed(upper.r, lower.r);
  const auto a = summed(upper.a, lower.a);
  const auto mean = hn::ShiftRight<2>(hn::Add(a, hn::Set(d, std::int16_t{2})));
  const auto store = [&](Sum value, std::uint8_t* to) HWY_ATTR {
    hn::StoreU(hn::DemoteTo(bytes, hn::Min(value, mean)), bytes, to + at);  // demoting holds at 0
  };
  store(chroma_of(b, r, u_minus_r, g, u_minus_g, a), rows.u);
  store(chroma_of(r, g, v_minus_g, b, v_minus_b, a), rows.v);
  store(mean, rows.chroma_alpha);
}

HWY_INLINE void step_pair(const std::uint8_t* upper_at, const std::uint8_t* lower_at,
                          const RowPair& rows, std::size_t x) {
  const Colours upper = load(upper_at);
  const Colours lower = load(lower_at);
  store_luma(upper, rows.y[0] + x, rows.alpha[0] + x);
  store_luma(lower, rows.y[1] + x, rows.alpha[1] + x);
  store_chroma(upper, lower, rows, x / 2);
}

// Of the next pair the same place is asked for early, above all where it will be written: a Bitmap
// lies in memory that no cache has, and the processor begins anew to read ahead at each page.
HWY_INLINE void fetch_next(const RowPair& rows, std::size_t x) {
  constexpr std::size_t line = 64;  // bytes; of luma as many pixels
  if (x % line != 0) return;
  for (std::size_t at = 4 * x; at < 4 * (x + line); at += line) {
    __builtin_prefetch(rows.upper + rows.next.argb + at);
    __builtin_prefetch(rows.lower + rows.next.argb + at);
  }
  for (std::size_t row = 0; row < 2; ++row) {
    __builtin_prefetch(rows.y[row] + rows.next.luma + x, 1);
    __builtin_prefetch(rows.alpha[row] + rows.next.luma + x, 1);
  }
  for (auto* plane : {rows.u, rows.v, rows.chroma_alpha})
    __builtin_prefetch(plane + rows.next.chroma + x / 2, 1);
}

void convert(const RowPair& rows) {
  const std::size_t step = hn::Lanes(Bytes());
  std::size_t x = 0;
  for (; x + step <= rows.width; x += step) {
    fetch_next(rows, x);
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
  constexpr int unit = 64;  // a row is padded by less
  const auto padded = [](int pixels) { return (pixels + unit - 1) / unit * unit; };
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
  // what lies beyond the width is not written by every kernel
  const auto clear_end = [](Plane& plane, std::size_t row_end) {
    std::fill_n(plane.data() + row_end - unit, unit, std::uint8_t{0});
  };

  const auto pixels = static_cast<std::size_t>(width);
  const std::vector<std::uint8_t> transparent(height % 2 == 0 ? 0 : 4 * pixels);
  const RowPair::Next next{std::ptrdiff_t{2} * stride_bytes, std::ptrdiff_t{2} * out.stride,
                           out.chroma_stride};
  const auto convert = HWY_DYNAMIC_DISPATCH(kernel)().convert;
  for (int row = 0; row < out.height; row += 2) {
    const std::uint8_t* upper = argb + static_cast<std::ptrdiff_t>(row) * stride_bytes;
    const std::uint8_t* lower = row + 1 < height ? upper + stride_bytes : transparent.data();
    const auto luma = static_cast<std::size_t>(row) * stride;
    const auto chroma = static_cast<std::size_t>(row / 2) * chroma_stride;
    for (auto* plane : {&out.y, &out.alpha}) {
      clear_end(*plane, luma + stride);
      clear_end(*plane, luma + 2 * stride);
    }
    for (auto* plane : {&out.u, &out.v, &out.chroma_alpha})
      clear_end(*plane, chroma + chroma_stride);
    convert({upper,
             lower,
             {out.y.data() + luma, out.y.data() + luma + stride},
             {out.alpha.data() + luma, out.alpha.data() + luma + stride},
             out.u.data() + chroma,
             out.v.data() + chroma,
             out.chroma_alpha.data() + chroma,
             pixels,
             row + 2 < out.height ? next : RowPair::Next{}});
  }
  return out;
}

}  // namespace xb::overlay
#endif
