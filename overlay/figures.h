// Figures: a number in digits of equal width, laid out digit by digit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "overlay/text.h"

namespace xb::overlay {

// A counter's number is another one every time, its digits are not: the TextShaper knows each of
// them after the first time, so a new number costs no layout. Drawn as the same text laid out
// whole. What is not digits, "," and "+" (a count in 万) is laid out whole.
//
// Thread: the TextShaper's.
class Figures {
 public:
  Figures() = default;
  Figures(TextShaper& text, std::string_view number, const TextStyle& style);
  double width() const { return width_; }
  double height() const { return blocks_.empty() ? 0 : blocks_.front().height(); }
  double baseline() const { return blocks_.empty() ? 0 : blocks_.front().baseline(); }
  Area around(double x, double y) const;  // as TextBlock's
  void draw(Canvas& canvas, double x, double y, Color color) const;

 private:
  std::vector<TextBlock> blocks_;
  double width_ = 0;
};

}  // namespace xb::overlay
