// Text from outside and for people: cleaning, cutting by grapheme, numbers the Chinese way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xb {

bool is_utf8(std::string_view bytes);
std::vector<char32_t> code_points(std::string_view utf8);  // invalid bytes become U+FFFD
void append_utf8(std::string& out, char32_t code_point);

// User-perceived characters: a base with its combining marks, an emoji with joiners, modifiers and
// selectors, a flag pair, CR LF. A practical subset of UAX #29: Hangul jamo and Indic conjuncts are
// not joined.
std::size_t grapheme_count(std::string_view utf8);
// The first `most` graphemes; with an ellipsis as the last one when something was cut.
std::string cut_graphemes(std::string_view utf8, std::size_t most);

struct OutsideLimits {
  std::size_t graphemes = 200;
  std::size_t marks_per_base = 3;
  std::size_t cluster_bytes = 64;  // longer clusters are cut to their base
};
// The one function for all text from outside (reliability.md 2.4): invalid UTF-8 replaced; control,
// bidi override, zero-width, tag characters and U+FEFF removed (ZWJ kept between emoji only); line
// ends become spaces and runs of spaces one; marks capped; cut by grapheme. Right-to-left scripts
// stay as they are. No NFC: whoever draws composes, and nobody compares names (architecture.md 10).
std::string clean_outside_text(std::string_view text, OutsideLimits limits = {});

// , ! ? : ; and ( ) beside CJK become full width, as Chinese text on screen is set.
std::string full_width_punctuation(std::string_view utf8);

// 1286 -> "1,286"; 123456 -> "12.3 万" (cut, not rounded up: never show more than there is);
// negative kept.
std::string count_zh(std::int64_t n);
std::string grouped(std::int64_t n);

// The closest of `candidates` within edit distance 3 (and half the length), for "did you mean";
// empty if none.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace xb
