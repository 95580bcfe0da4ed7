// PriceTag: currency, figures and unit of a price on one line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/text.h"
#include "overlay/theme.h"
#include "overlay/values.h"

namespace xb::overlay {

class PriceTag {
 public:
  // From five digits on the price shrinks, so that it is never cut.
  static TextStyle style(const Theme& theme, const Product& product);

  // At most `width` u wide: the unit is cut first, then the figures shrink.
  PriceTag(const Theme& theme, TextShaper& text, const Product& product, double width);
  double width() const;
  // The figures stand on `base`.
  void draw(Canvas& canvas, double x, double base, const Palette& palette) const;

 private:
  TextBlock currency_, whole_, part_, per_;
  double digits_w_ = 0;
};

}  // namespace xb::overlay
