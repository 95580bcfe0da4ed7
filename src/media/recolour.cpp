// The Highway kernel for recolouring, its plain reference, and the coefficients.
// SPDX-License-Identifier: Apache-2.0
#include "media/recolour.h"

#include <cmath>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "media/recolour.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace xb::media::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR
// One lane has no room for two lumas: the reference does all.
std::size_t recolour_lines(const Recolour&, std::uint8_t*, std::uint8_t*, std::uint8_t*,
                           std::uint8_t*, std::size_t) {
  return 0;
}
#else
// Two lines of luma and one of chroma; returns how many chroma samples were done, the rest is the
// reference's. Even and odd luma lie in the low and high bytes of 16-bit lanes, so that each lane
// pairs with one chroma sample and nothing is shuffled.
std::size_t recolour_lines(const Recolour& how, std::uint8_t* upper, std::uint8_t* lower,
                           std::uint8_t* u, std::uint8_t* v, std::size_t count) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::RebindToUnsigned<decltype(d16)> du16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const hn::Repartition<std::uint8_t, decltype(d16)> d8full;
  const auto zero = hn::Set(d16, how.luma_zero);
  const auto half = hn::Set(d16, 64);
  const auto sixteen = hn::Set(d16, 16);
  const auto middle = hn::Set(d16, 128);
  const auto low_byte = hn::Set(du16, 0xFF);
  const auto y_y = hn::Set(d16, how.y_from_y);
  const auto y_u = hn::Set(d16, how.y_from_u);
  const auto y_v = hn::Set(d16, how.y_from_v);
  const auto u_u = hn::Set(d16, how.u_from_u);
  const auto u_v = hn::Set(d16, how.u_from_v);
  const auto v_u = hn::Set(d16, how.v_from_u);
  const auto v_v = hn::Set(d16, how.v_from_v);
  const auto add = [](auto a, auto b) { return hn::SaturatedAdd(a, b); };
  const auto mul = [](auto a, auto b) { return hn::MulFixedPoint15(a, b); };
  const std::size_t lanes = hn::Lanes(d16);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto cu = hn::ShiftLeft<7>(hn::Sub(hn::PromoteTo(d16, hn::LoadU(d8, u + i)), middle));
    const auto cv = hn::ShiftLeft<7>(hn::Sub(hn::PromoteTo(d16, hn::LoadU(d8, v + i)), middle));
    const auto delta = add(mul(cu, y_u), mul(cv, y_v));
    const auto new_u = add(add(cu, mul(cu, u_u)), mul(cv, u_v));
    const auto new_v = add(add(cv, mul(cv, v_v)), mul(cu, v_u));
    const auto chroma = [&](auto value) {
      return hn::DemoteTo(d8, hn::Add(hn::ShiftRight<7>(add(value, half)), middle));
    };
    hn::StoreU(chroma(new_u), d8, u + i);
    hn::StoreU(chroma(new_v), d8, v + i);
    const auto luma = [&](auto value) {
      const auto y = hn::ShiftLeft<7>(hn::Sub(hn::BitCast(d16, value), zero));
      const auto moved = add(add(add(y, mul(y, y_y)), delta), half);
      const auto out = hn::Add(hn::ShiftRight<7>(moved), sixteen);
      return hn::BitCast(du16,
                         hn::Min(hn::Max(out, hn::Zero(d16)), hn::Set(d16, std::int16_t{255})));
    };
    for (std::uint8_t* line : {upper, lower}) {
      const auto pair = hn::BitCast(du16, hn::LoadU(d8full, line + 2 * i));
      const auto even = luma(hn::And(pair, low_byte));
      const auto odd = luma(hn::ShiftRight<8>(pair));
      hn::StoreU(hn::BitCast(d8full, hn::Or(even, hn::ShiftLeft<8>(odd))), d8full, line + 2 * i);
    }
  }
  return i;
}

#endif

}  // namespace xb::media::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace xb::media {
namespace {

HWY_EXPORT(recolour_lines);

int saturated(int value) {
  return value > 32767 ? 32767 : (value < -32768 ? -32768 : value);
}
int mul15(int a, int b) {
  return (a * b + 0x4000) >> 15;
}
std::uint8_t byte(int value) {
  return static_cast<std::uint8_t>(value < 0 ? 0 : (value > 255 ? 255 : value));
}

void reference_lines(const Recolour& how, std::uint8_t* upper, std::uint8_t* lower, std::uint8_t* u,
                     std::uint8_t* v, std::size_t from, std::size_t count) {
  for (std::size_t i = from; i < count; ++i) {
    const int cu = (u[i] - 128) * 128;
    const int cv = (v[i] - 128) * 128;
    const int delta = saturated(mul15(cu, how.y_from_u) + mul15(cv, how.y_from_v));
    const int new_u = saturated(saturated(cu + mul15(cu, how.u_from_u)) + mul15(cv, how.u_from_v));
    const int new_v = saturated(saturated(cv + mul15(cv, how.v_from_v)) + mul15(cu, how.v_from_u));
    u[i] = byte((saturated(new_u + 64) >> 7) + 128);
    v[i] = byte((saturated(new_v + 64) >> 7) + 128);
    for (std::uint8_t* line : {upper, lower}) {
      for (std::size_t x = 2 * i; x < 2 * i + 2; ++x) {
        const int y = (line[x] - how.luma_zero) * 128;
        const int moved = saturated(saturated(saturated(y + mul15(y, how.y_from_y)) + delta) + 64);
        line[x] = byte((moved >> 7) + 16);
      }
    }
  }
}

std::int16_t fixed(double value) {
  return static_cast<std::int16_t>(std::lround(value * 32768));
}

template <class Lines>
void each_pair_of_lines(const I420View& picture, Lines lines) {
  for (int row = 0; row < picture.height / 2; ++row) {
    auto* upper = picture.plane[0] + static_cast<std::ptrdiff_t>(2 * row) * picture.stride[0];
    lines(upper, upper + picture.stride[0],
          picture.plane[1] + static_cast<std::ptrdiff_t>(row) * picture.stride[1],
          picture.plane[2] + static_cast<std::ptrdiff_t>(row) * picture.stride[2]);
  }
}

}  // namespace

Recolour recolour_from(double kr, double kb, bool is_full_range) {
  constexpr double to_kr = 0.2126;
  constexpr double to_kb = 0.0722;
  constexpr double to_kg = 1 - to_kr - to_kb;
  Recolour out;
  out.is_identity = !is_full_range && std::abs(kr - to_kr) < 1e-6 && std::abs(kb - to_kb) < 1e-6;
  out.luma_zero = is_full_range ? 0 : 16;
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
  out.y_from_y = fixed((is_full_range ? 219.0 / 255 : 1.0) - 1);
  out.y_from_u = fixed(from_u.y * 219 / steps);
  out.y_from_v = fixed(from_v.y * 219 / steps);
  out.u_from_u = fixed(from_u.cb * 224 / steps - 1);
  out.u_from_v = fixed(from_v.cb * 224 / steps);
  out.v_from_u = fixed(from_u.cr * 224 / steps);
  out.v_from_v = fixed(from_v.cr * 224 / steps - 1);
  return out;
}

void recolour(const Recolour& how, const I420View& picture) {
  const auto count = static_cast<std::size_t>(picture.width / 2);
  const auto lines = HWY_DYNAMIC_DISPATCH(recolour_lines);
  each_pair_of_lines(picture, [&](auto* upper, auto* lower, auto* u, auto* v) {
    const auto done = lines(how, upper, lower, u, v, count);
    reference_lines(how, upper, lower, u, v, done, count);
  });
}

void recolour_reference(const Recolour& how, const I420View& picture) {
  each_pair_of_lines(picture, [&](auto* upper, auto* lower, auto* u, auto* v) {
    reference_lines(how, upper, lower, u, v, 0, static_cast<std::size_t>(picture.width / 2));
  });
}

}  // namespace xb::media
#endif
