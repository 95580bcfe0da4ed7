// Side by side. SPDX-License-Identifier: Apache-2.0
#include "overlay/figures.h"

namespace xb::overlay {

Figures::Figures(TextShaper& text, std::string_view number, const TextStyle& style) {
  if (number.empty()) return;
  const bool is_plain = number.find_first_not_of("0123456789+,") == std::string_view::npos;
  const std::size_t step = is_plain ? 1 : number.size();
  blocks_.reserve(number.size() / step);
  for (std::size_t at = 0; at < number.size(); at += step) {
    blocks_.push_back(text.lay_out(number.substr(at, step), style));
    width_ += blocks_.back().width();
  }
}

Area Figures::around(double x, double y) const {
  if (blocks_.empty()) return {};
  Area area = blocks_.front().around(x, y);
  area.w += width_ - blocks_.front().width();
  return area;
}

void Figures::draw(Canvas& canvas, double x, double y, Color color) const {
  for (const TextBlock& block : blocks_) {
    block.draw(canvas, x, y, color);
    x += block.width();
  }
}

}  // namespace xb::overlay
