// Wording: what a text says however it is dressed up, and the words that are not wanted in it.
// Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace xb::chat {

// The bare letters of a text: compatibility forms (full width, circled, styled) are the plain ones,
// marks and invisible characters are gone, capitals are small, and letters of other scripts that
// look like Latin ones are Latin.
struct Bare {
  std::u32string letters;  // letters and digits of every script, nothing between them
  std::u32string
      latin;  // " word word ": letters and digits of ASCII; letters that stand alone are one word
};
Bare bare_of(std::string_view text);
std::string letters_of(std::string_view text);  // Bare::letters as UTF-8

// Words that are looked for. Those with letters beyond Latin are found wherever they stand, also
// with signs between their letters (微.信); Latin ones only as whole words, so that "class" is no
// insult.
//
// A value; const calls from any thread. A look costs the length of the text, not that of the list.
class WordList {
 public:
  // One word or phrase a line; what follows # is a comment. Errors: show_invalid (too long, not
  // UTF-8).
  Status add_lines(std::string_view text, std::string_view file);
  // Has `text` one of the words?
  bool is_in(std::string_view text) const;
  std::size_t size() const { return count_; }

 private:
  using ByFirst = std::unordered_map<char32_t, std::vector<std::u32string>>;
  ByFirst anywhere_, whole_;
  std::size_t count_ = 0;
};

}  // namespace xb::chat
