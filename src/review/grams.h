// Grams: texts as pairs of neighbouring characters, so that words without spaces are found.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace xb::review {

// Pure. ASCII letters in lower case, full-width ones as ASCII; the rest as it is.
std::string folded(std::string_view text);

// "蘑菇汤好" -> "蘑菇 菇汤 汤好 好": every pair within a run of letters, and the last letter of
// each run, so that a single character is found as the beginning of some gram. At most `most`
// characters are read.
std::string grams_of(std::string_view text, std::size_t most = 400);

// What grams_of() texts must match: "蘑菇" is one gram, a single character the beginning of one;
// of longer ones all pairs. Empty for what has no letters. In the syntax of FTS5.
std::string gram_query(std::string_view text);

}  // namespace xb::review
