// Color: sRGB with a straight alpha, and the contrast of two of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace xb::overlay {

struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  double alpha = 1.0;

  constexpr Color with_alpha(double a) const { return Color{r, g, b, a}; }
  friend bool operator==(const Color&, const Color&) = default;
};

// "#RRGGBB" and nothing else.
std::optional<Color> parse_color(std::string_view text);

// `over` laid on an opaque `under`.
Color laid_over(Color over, Color under);

// WCAG 2.1 ratio of two opaque colours, 1 to 21.
double contrast_ratio(Color a, Color b);

}  // namespace xb::overlay
