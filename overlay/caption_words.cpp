// Words of captions. SPDX-License-Identifier: Apache-2.0
#include "overlay/caption_words.h"

#include <cctype>

#include "base/text.h"

namespace xb::overlay {

Year split_year(const std::string& year) {
  const auto is_figure = [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '/';
  };
  std::size_t end = 0;
  while (end < year.size()) {
    if (is_figure(year[end])) {
      ++end;
    } else if (year.compare(end, 3, "–") == 0) {
      end += 3;
    } else {
      break;
    }
  }
  if (end == 0) return {year, {}};
  Year split{year.substr(0, end), year.substr(end)};
  split.tag.erase(0, split.tag.find_first_not_of(' '));
  const std::string_view year_word = "年";
  if (split.tag.size() > year_word.size() && split.tag.starts_with(year_word)) {
    split.tag.erase(0, year_word.size());
  }
  const bool is_year = end == 4 && split.figure.find_first_of("./-") == std::string::npos;
  if (split.tag.empty() && is_year) split.tag = year_word;
  return split;
}

std::string source_line(const Caption& caption) {
  const bool is_named = caption.source.starts_with("来源");
  return full_width_punctuation(is_named ? caption.source : "来源：" + caption.source);
}

bool stands_upright(const Moment& moment) {
  return moment.caption != nullptr && moment.caption->style == CaptionStyle::vertical &&
         moment.shop != ShopSlot::product;
}

}  // namespace xb::overlay
