// Year and tag. SPDX-License-Identifier: Apache-2.0
#include "overlay/year_block.h"

#include <algorithm>

#include "base/text.h"
#include "overlay/caption_words.h"

namespace xb::overlay {

YearBlock::YearBlock(const Theme& theme, TextShaper& text, const std::string& year,
                     const YearLook& look)
    : look_(look) {
  if (year.empty()) return;
  const Year words = split_year(full_width_punctuation(year));
  const double most = look.most - 2 * look.pad;
  TextStyle style = figure_style(theme.type.caption_year);
  style.line_height = 0.98;
  figure_ = text.lay_out(words.figure, style);
  if (figure_.width() > most) {
    style.size = std::max(theme.type.min, style.size * most / figure_.width());
    figure_ = text.lay_out(words.figure, style, {most, 1});
  }
  TextStyle tag_style = text_style(28, Weight::bold);
  tag_style.line_height = 1.15;
  if (!words.tag.empty()) tag_ = text.lay_out(words.tag, tag_style, {most, 1});
  width_ = std::max(look.least, std::max(figure_.width(), tag_.width()) + 2 * look.pad);
}

void YearBlock::draw(Canvas& canvas, Area area, Color ink) const {
  if (width_ <= 0) return;
  const double top = area.y + (area.h - height()) / 2;
  figure_.draw(canvas, area.x + (area.w - figure_.width()) / 2, top, ink);
  if (tag_.lines() == 0) return;
  tag_.draw(canvas, area.x + (area.w - tag_.width()) / 2, top + figure_.height() + look_.gap, ink);
}

}  // namespace xb::overlay
