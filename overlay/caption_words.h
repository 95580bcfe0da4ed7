// What the two styles of a caption have in common. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "overlay/moment.h"

namespace xb::overlay {

struct Year {
  std::string figure;
  std::string tag;
};

// "1935" -> 1935 | 年; "1935 冬" and "1935年冬" -> 1935 | 冬; "11.23 今天" -> 11.23 | 今天; what
// does not begin with a figure stands alone.
Year split_year(const std::string& year);

// "来源：村史馆口述记录"
std::string source_line(const Caption& caption);

// A vertical caption needs the shop's slot; beside a card it is written across, as others are.
bool stands_upright(const Moment& moment);

}  // namespace xb::overlay
