// How text is set: style, spans, and the room it is fitted into.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "overlay/color.h"

namespace xb::overlay {

struct Theme;

enum class FontRole : std::uint8_t { display = 1, text, figure };
enum class Weight : std::uint8_t { regular = 1, bold };
enum class Flow : std::uint8_t { across = 1, down };  // down: columns from right to left

struct TextStyle {
  FontRole role = FontRole::text;
  Weight weight = Weight::regular;
  double size = 0;  // u
  double line_height = 1.32;
  double spacing_em = 0;
  Flow flow = Flow::across;
  friend auto operator<=>(const TextStyle&, const TextStyle&) = default;
};
TextStyle text_style(double size, Weight weight = Weight::regular);
TextStyle display_style(const Theme& theme, double size);  // bold, emboldened when drawn
TextStyle figure_style(double size);                       // bold, tabular digits

// A piece of a line: text, or an empty space `gap` u wide in which a badge is drawn.
struct TextSpan {
  std::string text;
  Weight weight = Weight::regular;
  Color color;
  double gap = 0;
};

struct TextFit {
  double width = 0;  // u; 0: as wide as it gets, on one line. Of what flows down: its height
  int lines = 1;     // or columns; beyond: an ellipsis
  friend auto operator<=>(const TextFit&, const TextFit&) = default;
};

}  // namespace xb::overlay
