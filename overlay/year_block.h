// YearBlock: the year of a caption and what stands below it, "1935 | 冬".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "overlay/text.h"
#include "overlay/theme.h"

namespace xb::overlay {

// In u.
struct YearLook {
  double pad = 0;    // left and right of it
  double least = 0;  // wide
  double most = 0;   // a longer figure shrinks, then it is cut
  double gap = 0;    // between figure and tag
};

class YearBlock {
 public:
  YearBlock() = default;  // of no year: nothing, 0 wide
  YearBlock(const Theme& theme, TextShaper& text, const std::string& year, const YearLook& look);
  double width() const { return width_; }  // with the pad
  double height() const { return figure_.height() + tag_height(); }
  void draw(Canvas& canvas, Area area, Color ink) const;  // in the middle of it

 private:
  double tag_height() const { return tag_.lines() == 0 ? 0 : look_.gap + tag_.height(); }

  YearLook look_;
  TextBlock figure_, tag_;
  double width_ = 0;
};

}  // namespace xb::overlay
