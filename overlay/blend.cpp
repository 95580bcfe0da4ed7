// Highway kernels: whole boxes in place. No span lists, and no skipping of transparent vectors: on
// the five panels of tests/bench the test for them was dearer in every run.
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "overlay/blend.cpp"  // compiled once for every instruction set
#include <hwy/foreach_target.h>

#include <algorithm>

#include "overlay/blend_reference.h"

// After foreach_target.h, which must come first.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "media/targets.h"

HWY_BEFORE_NAMESPACE();
namespace xb::overlay {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR

BlendKernels kernels() {
  return {hwy::TargetName(HWY_TARGET), blend_luma_reference, blend_chroma_reference};
}

#else

namespace hn = hwy::HWY_NAMESPACE;
using Widest = hn::CappedTag<std::uint8_t, 64>;

template <class D>
using Wide = hn::RebindToSigned<hn::RepartitionToWide<D> >;

// The even bytes, or the odd ones, each in a 16-bit lane.
template <class D>
HWY_INLINE hn::Vec<Wide<D> > even_of(D, hn::Vec<D> bytes) {
  const hn::RepartitionToWide<D> d16;
  return hn::BitCast(Wide<D>(), hn::And(hn::BitCast(d16, bytes), hn::Set(d16, 0x00FF)));
}
template <class D>
HWY_INLINE hn::Vec<Wide<D> > odd_of(D, hn::Vec<D> bytes) {
  const hn::RepartitionToWide<D> d16;
  return hn::BitCast(Wide<D>(), hn::ShiftRight<8>(hn::BitCast(d16, bytes)));
}

// scaled_byte of blend_reference.h in every lane. Even and odd bytes are worked on apart, because
// that needs no shuffle of the picture on any target.
template <class D>
HWY_INLINE hn::Vec<D> scaled(D d, hn::Vec<D> bytes, hn::Vec<Wide<D> > even_part,
                             hn::Vec<Wide<D> > odd_part) {
  const auto even = hn::MulFixedPoint15(even_of(d, bytes), even_part);
  const auto odd = hn::MulFixedPoint15(odd_of(d, bytes), odd_part);
  return hn::BitCast(d, hn::Or(even, hn::ShiftLeft<8>(odd)));
}

// part15 of 255 - alpha.
template <class D>
struct Kept {
  hn::Vec<Wide<D> > even;
  hn::Vec<Wide<D> > odd;
};
template <class D>
HWY_INLINE Kept<D> kept_of(D d, hn::Vec<D> alpha) {
  alignas(16) static constexpr std::uint8_t twice[2][16] = {
      {0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14},
      {1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15}};
  const hn::RepartitionToWide<D> d16;
  const auto kept = hn::Not(alpha);
  const auto part = [&](const std::uint8_t* which) HWY_ATTR {
    const auto by257 = hn::TableLookupBytes(kept, hn::LoadDup128(d, which));
    return hn::BitCast(Wide<D>(), hn::ShiftRight<1>(hn::BitCast(d16, by257)));
  };
  return {part(twice[0]), part(twice[1])};
}

// How plane and alpha come from a Bitmap: as they are, or with faded_byte of blend_reference.h.
struct Whole {
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, const std::uint8_t* bytes) const {
    return hn::LoadU(d, bytes);
  }
};
struct Faded {
  std::int16_t part;
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, const std::uint8_t* bytes) const {
    const auto all = hn::Set(Wide<D>(), part);
    return scaled(d, hn::LoadU(d, bytes), all, all);
  }
};
Faded faded(int fade) {
  return {static_cast<std::int16_t>(part15(static_cast<std::uint32_t>(fade)))};
}

// blend_byte of blend_reference.h in every lane.
template <class D>
HWY_INLINE hn::Vec<D> blended(D d, const std::uint8_t* under, hn::Vec<D> plane,
                              const Kept<D>& kept) {
  return hn::SaturatedAdd(scaled(d, hn::LoadU(d, under), kept.even, kept.odd), plane);
}

// How far it is to the same place some rows on. That is asked for before its turn: rows of a
// picture lie so far apart that the machine does not foresee them by itself.
struct Ahead {
  std::ptrdiff_t under, layer;
};
HWY_INLINE Ahead ahead_of(int row, int height, std::ptrdiff_t under_stride, std::ptrdiff_t stride) {
  constexpr int rows_ahead = 4;
  const int rows = std::min(rows_ahead, height - 1 - row);
  return {rows * under_stride, rows * stride};
}
HWY_INLINE bool begins_cache_line(std::size_t x) {
  return x % 64 == 0;
}

// The last vector of a row overlaps the one before it; it is computed first, from bytes nobody has
// changed yet, and stored last. So no row needs a scalar rest.
template <class D, class Load>
HWY_INLINE void luma_row(D d, Load load, std::uint8_t* under, const std::uint8_t* plane,
                         const std::uint8_t* alpha, std::size_t width, Ahead ahead) {
  const std::size_t step = hn::Lanes(d);
  const std::size_t last = width - step;
  const auto at = [&](std::size_t x) HWY_ATTR {
    return blended(d, under + x, load(d, plane + x), kept_of(d, load(d, alpha + x)));
  };
  const auto end = at(last);
  for (std::size_t x = 0; x < last; x += step) {
    if (begins_cache_line(x)) {
      hwy::Prefetch(under + x + ahead.under);
      hwy::Prefetch(plane + x + ahead.layer);
      hwy::Prefetch(alpha + x + ahead.layer);
    }
    hn::StoreU(at(x), d, under + x);
  }
  hn::StoreU(end, d, under + last);
}

template <class D, class Load>
HWY_INLINE void chroma_row(D d, Load load, std::uint8_t* under_u, std::uint8_t* under_v,
                           const std::uint8_t* plane_u, const std::uint8_t* plane_v,
                           const std::uint8_t* alpha, std::size_t width, Ahead ahead) {
  const std::size_t step = hn::Lanes(d);
  const std::size_t last = width - step;
  const auto kept_end = kept_of(d, load(d, alpha + last));
  const auto end_u = blended(d, under_u + last, load(d, plane_u + last), kept_end);
  const auto end_v = blended(d, under_v + last, load(d, plane_v + last), kept_end);
  for (std::size_t x = 0; x < last; x += step) {
    if (begins_cache_line(x)) {
      hwy::Prefetch(under_u + x + ahead.under);
      hwy::Prefetch(under_v + x + ahead.under);
      hwy::Prefetch(plane_u + x + ahead.layer);
      hwy::Prefetch(plane_v + x + ahead.layer);
      hwy::Prefetch(alpha + x + ahead.layer);
    }
    const auto kept = kept_of(d, load(d, alpha + x));
    hn::StoreU(blended(d, under_u + x, load(d, plane_u + x), kept), d, under_u + x);
    hn::StoreU(blended(d, under_v + x, load(d, plane_v + x), kept), d, under_v + x);
  }
  hn::StoreU(end_u, d, under_u + last);
  hn::StoreU(end_v, d, under_v + last);
}

// Calls `rows` with the widest vector that fits into the box and `single` when not even 8 bytes do.
template <class D, class Rows, class Single>
HWY_INLINE void with_fitting(D d, int width, const Rows& rows, const Single& single) {
  if (width >= static_cast<int>(hn::Lanes(d))) {
    rows(d);
  } else if constexpr (hn::MaxLanes(D()) > 8) {
    with_fitting(hn::CappedTag<std::uint8_t, hn::MaxLanes(D()) / 2>(), width, rows, single);
  } else {
    single();
  }
}

template <class Load>
void luma_rows(const LumaBox& box, Load load) {
  const auto width = static_cast<std::size_t>(std::max(box.width, 0));
  const auto rows = [&](auto d) HWY_ATTR {
    for (int row = 0; row < box.height; ++row) {
      luma_row(d, load, box.under + row * box.under_stride, box.plane + row * box.stride,
               box.alpha + row * box.stride, width,
               ahead_of(row, box.height, box.under_stride, box.stride));
    }
  };
  with_fitting(Widest(), box.width, rows, [&] { blend_luma_reference(box); });
}

template <class Load>
void chroma_rows(const ChromaBox& box, Load load) {
  const auto width = static_cast<std::size_t>(std::max(box.width, 0));
  const auto rows = [&](auto d) HWY_ATTR {
    for (int row = 0; row < box.height; ++row) {
      const auto there = row * box.under_stride;
      const auto here = row * box.stride;
      chroma_row(d, load, box.under_u + there, box.under_v + there, box.plane_u + here,
                 box.plane_v + here, box.alpha + here, width,
                 ahead_of(row, box.height, box.under_stride, box.stride));
    }
  };
  with_fitting(Widest(), box.width, rows, [&] { blend_chroma_reference(box); });
}

void luma(const LumaBox& box) {
  if (box.fade == 255) return luma_rows(box, Whole());
  luma_rows(box, faded(box.fade));
}

void chroma(const ChromaBox& box) {
  if (box.fade == 255) return chroma_rows(box, Whole());
  chroma_rows(box, faded(box.fade));
}

BlendKernels kernels() {
  return {hwy::TargetName(HWY_TARGET), luma, chroma};
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace xb::overlay
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace xb::overlay {

HWY_EXPORT(kernels);

BlendKernels blend_kernels() {
  return HWY_DYNAMIC_DISPATCH(kernels)();
}

std::vector<BlendKernels> all_blend_kernels() {
  std::vector<BlendKernels> all;
  media::on_every_target([&] { all.push_back(HWY_DYNAMIC_DISPATCH(kernels)()); });
  return all;
}

}  // namespace xb::overlay
#endif
