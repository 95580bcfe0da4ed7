// Recolour: I420 of another matrix or range to BT.709 limited, in place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace xb::media {

// Coefficients in 1/32768, applied to (value - zero) * 128; all are below 1, what exceeds it is
// added whole.
struct Recolour {
  std::int16_t luma_zero = 16;
  std::int16_t y_from_y = 0;  // what is added to y itself
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

void recolour(const Recolour& how, const I420View& picture);
// The plain form; recolour() gives the same bytes.
void recolour_reference(const Recolour& how, const I420View& picture);

}  // namespace xb::media
