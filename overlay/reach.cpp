// Counts characters that are known to be wide. SPDX-License-Identifier: Apache-2.0
#include "overlay/reach.h"

#include <utility>

#include "base/text.h"

namespace xb::overlay {
namespace {

// How wide a character is at least, em. All that is not known to be wide counts as nothing.
double least_width(char32_t c) {
  const auto is_in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (is_in(0x3400, 0x9FFF) || is_in(0xAC00, 0xD7A3) || is_in(0xF900, 0xFAFF)) return 0.9;
  return is_in(0x20000, 0x323AF) ? 0.9 : 0;
}

}  // namespace

void cut_beyond_reach(std::vector<TextSpan>& spans, const TextStyle& style, TextFit fit) {
  if (fit.width <= 0 || style.size <= 0) return;
  constexpr double behind = 8;  // so far behind it is, em
  double left = fit.lines * fit.width / style.size + behind;
  for (TextSpan& span : spans) {
    left -= span.gap / style.size;
    std::string reached;
    for (const char32_t c : code_points(span.text)) {
      if (left <= 0) break;
      left -= least_width(c);
      append_utf8(reached, c);
    }
    if (left <= 0) span.text = std::move(reached);
  }
}

}  // namespace xb::overlay
