// The Highway kernels for recolouring, their plain reference, and the coefficients.
// SPDX-License-Identifier: Apache-2.0
#include "media/recolour.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "media/recolour.cpp"  // compiled once for every instruction set
#include <hwy/foreach_target.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

// After foreach_target.h, which must come first.
#include <hwy/highway.h>

#include "media/targets.h"

#ifndef XB_MEDIA_RECOLOUR_LINES
#define XB_MEDIA_RECOLOUR_LINES
namespace xb::media {
namespace {

// Two lines of luma and what makes one of chroma. `u[0]` and `u[1]` are the same line in 4:2:0.
struct Lines {
  const std::uint8_t* y[2];
  const std::uint8_t* u[2];
  const std::uint8_t* v[2];
  std::uint8_t* to_y[2];
  std::uint8_t* to_u;
  std::uint8_t* to_v;
};

int saturated(int value) {
  return std::clamp(value, -32768, 32767);
}
int mul15(int a, int b) {
  return (a * b + 0x4000) >> 15;
}
std::uint8_t byte(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

// Chroma samples `from` to `to` and the lumas that belong to them.
void reference_lines(const Recolour& how, const Lines& at, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    const int cu = (at.u[0][i] + at.u[1][i] - 256) * 64;
    const int cv = (at.v[0][i] + at.v[1][i] - 256) * 64;
    const int delta = mul15(cu, how.y_from_u) + mul15(cv, how.y_from_v) + how.luma_offset;
    const int new_u = saturated(cu + mul15(cu, how.u_from_u)) + mul15(cv, how.u_from_v);
    const int new_v = saturated(cv + mul15(cv, how.v_from_v)) + mul15(cu, how.v_from_u);
    const int middle = 128 * 128 + 64;
    at.to_u[i] = byte(saturated(saturated(new_u) + middle) >> 7);
    at.to_v[i] = byte(saturated(saturated(new_v) + middle) >> 7);
    for (std::size_t row = 0; row < 2; ++row) {
      for (std::size_t x = 2 * i; x < 2 * i + 2; ++x) {
        const int y = ((at.y[row][x] << 8) * how.luma_scale) >> 16;
        at.to_y[row][x] = byte(saturated(y + saturated(delta)) >> 7);
      }
    }
  }
}

template <class Pair>
void each_pair_of_lines(const PlanarView& from, const I420View& to, Pair pair) {
  const auto line = [](auto* plane, std::ptrdiff_t stride, int row) {
    return plane + stride * row;
  };
  const bool has_all = from.chroma_rows == ChromaRows::all;
  for (int row = 0; row < to.height / 2; ++row) {
    const int upper = has_all ? 2 * row : row;
    const int lower = has_all ? 2 * row + 1 : row;
    pair(Lines{
        {line(from.plane[0], from.stride[0], 2 * row),
         line(from.plane[0], from.stride[0], 2 * row + 1)},
        {line(from.plane[1], from.stride[1], upper), line(from.plane[1], from.stride[1], lower)},
        {line(from.plane[2], from.stride[2], upper), line(from.plane[2], from.stride[2], lower)},
        {line(to.plane[0], to.stride[0], 2 * row), line(to.plane[0], to.stride[0], 2 * row + 1)},
        line(to.plane[1], to.stride[1], row),
        line(to.plane[2], to.stride[2], row)});
  }
}

}  // namespace
}  // namespace xb::media
#endif

HWY_BEFORE_NAMESPACE();
namespace xb::media {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR

// One lane has no room for two lumas.
void recolour_picture(const Recolour& how, const PlanarView& from, const I420View& to) {
  recolour_reference(how, from, to);
}

#else

namespace hn = hwy::HWY_NAMESPACE;
using Chroma = hn::CappedTag<std::int16_t, 32>;  // one lane a sample, two lumas beside it
using Sum = hn::Vec<Chroma>;

struct Step {
  hn::Vec<hn::Repartition<std::uint8_t, Chroma> > y[2];
  hn::Vec<hn::Rebind<std::uint8_t, Chroma> > u, v;
};

// reference_lines in every lane. Even and odd lumas lie in the low and high bytes of 16-bit lanes,
// so that each lane pairs with one chroma sample and nothing is shuffled.
HWY_INLINE Step recoloured(const Recolour& how, const Lines& at, std::size_t i) {
  const Chroma d;
  const hn::RebindToUnsigned<Chroma> du;
  const hn::Rebind<std::uint8_t, Chroma> bytes;
  const hn::Repartition<std::uint8_t, Chroma> lumas;
  const auto mul = [](Sum a, Sum b) HWY_ATTR { return hn::MulFixedPoint15(a, b); };
  const auto centred = [&](const std::uint8_t* const* lines) HWY_ATTR {
    const auto sum = hn::Add(hn::PromoteTo(d, hn::LoadU(bytes, lines[0] + i)),
                             hn::PromoteTo(d, hn::LoadU(bytes, lines[1] + i)));
    return hn::ShiftLeft<6>(hn::Sub(sum, hn::Set(d, std::int16_t{256})));
  };
  const auto cu = centred(at.u);
  const auto cv = centred(at.v);
  const auto finished = [&](Sum value) HWY_ATTR {
    const auto middle = hn::Set(d, std::int16_t{128 * 128 + 64});
    return hn::DemoteTo(bytes, hn::ShiftRight<7>(hn::SaturatedAdd(value, middle)));
  };
  Step out;
  out.u = finished(hn::SaturatedAdd(hn::SaturatedAdd(cu, mul(cu, hn::Set(d, how.u_from_u))),
                                    mul(cv, hn::Set(d, how.u_from_v))));
  out.v = finished(hn::SaturatedAdd(hn::SaturatedAdd(cv, mul(cv, hn::Set(d, how.v_from_v))),
                                    mul(cu, hn::Set(d, how.v_from_u))));
  const auto delta = hn::SaturatedAdd(
      hn::Add(mul(cu, hn::Set(d, how.y_from_u)), mul(cv, hn::Set(d, how.y_from_v))),
      hn::Set(d, how.luma_offset));
  const auto luma = [&](auto high_bytes) HWY_ATTR {
    const auto scaled = hn::BitCast(d, hn::MulHigh(high_bytes, hn::Set(du, how.luma_scale)));
    return hn::BitCast(du, hn::Max(hn::SaturatedAdd(scaled, delta), hn::Zero(d)));
  };
  for (std::size_t row = 0; row < 2; ++row) {
    const auto pair = hn::BitCast(du, hn::LoadU(lumas, at.y[row] + 2 * i));
    const auto even = hn::ShiftRight<7>(luma(hn::ShiftLeft<8>(pair)));
    const auto odd = luma(hn::And(pair, hn::Set(du, std::uint16_t{0xFF00})));
    const auto high = hn::ShiftLeft<1>(hn::And(odd, hn::Set(du, std::uint16_t{0x7F80})));
    out.y[row] = hn::BitCast(lumas, hn::Or(even, high));
  }
  return out;
}

HWY_INLINE void store(const Step& step, const Lines& at, std::size_t i) {
  const hn::Rebind<std::uint8_t, Chroma> bytes;
  const hn::Repartition<std::uint8_t, Chroma> lumas;
  hn::StoreU(step.u, bytes, at.to_u + i);
  hn::StoreU(step.v, bytes, at.to_v + i);
  for (std::size_t row = 0; row < 2; ++row) hn::StoreU(step.y[row], lumas, at.to_y[row] + 2 * i);
}

// Lines are short and pages end: the processor begins anew to read ahead at each. So the same place
// in the next pair of lines is asked for early.
struct NextPair {
  std::ptrdiff_t luma, chroma, to_luma, to_chroma;

  HWY_INLINE void fetch(const Lines& at, std::size_t i) const {
    for (std::size_t row = 0; row < 2; ++row) {
      __builtin_prefetch(at.y[row] + luma + 2 * i);
      __builtin_prefetch(at.to_y[row] + to_luma + 2 * i, 1);
    }
    __builtin_prefetch(at.u[0] + chroma + i);
    __builtin_prefetch(at.u[1] + chroma + i);
    __builtin_prefetch(at.v[0] + chroma + i);
    __builtin_prefetch(at.v[1] + chroma + i);
    __builtin_prefetch(at.to_u + to_chroma + i, 1);
    __builtin_prefetch(at.to_v + to_chroma + i, 1);
  }
};

void recolour_picture(const Recolour& how, const PlanarView& from, const I420View& to) {
  const std::size_t step = hn::Lanes(Chroma());
  const NextPair next{2 * from.stride[0],
                      (from.chroma_rows == ChromaRows::all ? 2 : 1) * from.stride[1],
                      2 * to.stride[0], to.stride[1]};
  const auto count = static_cast<std::size_t>(to.width / 2);
  each_pair_of_lines(from, to, [&](const Lines& at) HWY_ATTR {
    if (count < step) return reference_lines(how, at, 0, count);
    // The last step overlaps the one before it; in place it must be computed from bytes nobody has
    // changed yet.
    const std::size_t last = count - step;
    const Step end = recoloured(how, at, last);
    for (std::size_t i = 0; i < last; i += step) {
      next.fetch(at, i);
      store(recoloured(how, at, i), at, i);
    }
    store(end, at, last);
  });
}

#endif

RecolourKernel kernel() {
  return {hwy::TargetName(HWY_TARGET), recolour_picture};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace xb::media
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace xb::media {
namespace {

HWY_EXPORT(kernel);

std::int16_t fixed(double value) {
  return static_cast<std::int16_t>(std::lround(value * 32768));
}

PlanarView planar(const I420View& picture) {
  return {{picture.plane[0], picture.plane[1], picture.plane[2]},
          {picture.stride[0], picture.stride[1], picture.stride[2]},
          ChromaRows::every_second};
}

}  // namespace

Recolour recolour_from(double kr, double kb, bool is_full_range) {
  constexpr double to_kr = 0.2126;
  constexpr double to_kb = 0.0722;
  constexpr double to_kg = 1 - to_kr - to_kb;
  Recolour out;
  out.is_identity = !is_full_range && std::abs(kr - to_kr) < 1e-6 && std::abs(kb - to_kb) < 1e-6;
  out.luma_scale =
      static_cast<std::uint16_t>(std::lround((is_full_range ? 219.0 / 255 : 1.0) * 32768));
  out.luma_offset = is_full_range ? 16 * 128 + 64 : 64;
  const double kg = 1 - kr - kb;
  // What Cb or Cr alone adds to red, green, blue, and from there to the new Y, Cb, Cr.
  struct Moved {
    double y, cb, cr;
  };
  const auto moved = [&](double cb, double cr) {
    const double red = 2 * (1 - kr) * cr;
    const double blue = 2 * (1 - kb) * cb;
    const double green = -(kr * red + kb * blue) / kg;
    const double y = to_kr * red + to_kg * green + to_kb * blue;
    return Moved{y, (blue - y) / (2 * (1 - to_kb)), (red - y) / (2 * (1 - to_kr))};
  };
  const double steps = is_full_range ? 255 : 224;  // of chroma from -0.5 to 0.5 in the source
  const auto from_u = moved(1, 0);
  const auto from_v = moved(0, 1);
  out.y_from_u = fixed(from_u.y * 219 / steps);
  out.y_from_v = fixed(from_v.y * 219 / steps);
  out.u_from_u = fixed(from_u.cb * 224 / steps - 1);
  out.u_from_v = fixed(from_v.cb * 224 / steps);
  out.v_from_u = fixed(from_u.cr * 224 / steps);
  out.v_from_v = fixed(from_v.cr * 224 / steps - 1);
  return out;
}

void recolour(const Recolour& how, const PlanarView& from, const I420View& to) {
  HWY_DYNAMIC_DISPATCH(kernel)().recolour(how, from, to);
}

void recolour(const Recolour& how, const I420View& picture) {
  recolour(how, planar(picture), picture);
}

void recolour_reference(const Recolour& how, const PlanarView& from, const I420View& to) {
  each_pair_of_lines(from, to, [&](const Lines& at) {
    reference_lines(how, at, 0, static_cast<std::size_t>(to.width / 2));
  });
}

std::vector<RecolourKernel> all_recolour_kernels() {
  std::vector<RecolourKernel> all;
  on_every_target([&] { all.push_back(HWY_DYNAMIC_DISPATCH(kernel)()); });
  return all;
}

}  // namespace xb::media
#endif
