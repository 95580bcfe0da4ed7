// Sizes until it fits. SPDX-License-Identifier: Apache-2.0
#include "overlay/price.h"

#include <algorithm>

#include "base/text.h"

namespace xb::overlay {
namespace {

constexpr double unit_gap = 10, least_unit = 60;

}  // namespace

TextStyle PriceTag::style(const Theme& theme, const Product& p) {
  const std::size_t whole = std::min(p.price.find('.'), p.price.size());
  TextStyle style = figure_style(theme.type.price);
  style.line_height = 0.9;
  if (whole >= theme.overflow.price_digits) style.size *= theme.overflow.price_shrink;
  return style;
}

PriceTag::PriceTag(const Theme& theme, TextShaper& text, const Product& p, double width) {
  const std::size_t point = std::min(p.price.find('.'), p.price.size());
  for (double shrink = 1;; shrink *= 0.9) {
    TextStyle big = style(theme, p);
    big.size *= shrink;
    TextStyle small = big;
    small.size *= 0.62;
    const TextStyle sign = figure_style(std::min(theme.type.price_currency, big.size * 0.7));
    whole_ = text.lay_out(p.price.substr(0, point), big);
    part_ = text.lay_out(p.price.substr(point), small);
    currency_ = text.lay_out("¥", sign);
    digits_w_ = currency_.width() + 4 + whole_.width() + part_.width();
    const double too_wide = digits_w_ + unit_gap + least_unit - width;
    if (too_wide <= 0) break;
    if (shrink > 0.3) continue;
    // no price the tables let in
    whole_ = text.lay_out(p.price.substr(0, point), big,
                          {std::max(big.size, whole_.width() - too_wide), 1});
    digits_w_ = currency_.width() + 4 + whole_.width() + part_.width();
    break;
  }
  per_ = text.lay_out("/ " + full_width_punctuation(p.unit), text_style(theme.type.price_unit),
                      {std::max(least_unit, width - digits_w_ - unit_gap), 1});
}

double PriceTag::width() const {
  return digits_w_ + unit_gap + per_.width();
}

void PriceTag::draw(Canvas& c, double x, double base, const Palette& palette) const {
  currency_.draw(c, x, base - currency_.baseline(), palette.price);
  x += currency_.width() + 4;
  whole_.draw(c, x, base - whole_.baseline(), palette.price);
  x += whole_.width();
  part_.draw(c, x, base - part_.baseline(), palette.price);
  per_.draw(c, x + part_.width() + unit_gap, base - per_.baseline(), palette.text2);
}

}  // namespace xb::overlay
