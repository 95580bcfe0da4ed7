// Lists of words and what is said, compared without dress: a list and, behind a zero byte, a text.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "chat/questions.h"
#include "chat/wording.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace xb::chat;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const auto cut = input.find('\0');
  WordList list;
  static_cast<void>(list.add_lines(input.substr(0, cut), "words.txt"));
  // Texts come cleaned to where words are looked for.
  const auto text = xb::clean_outside_text(
      cut == std::string_view::npos ? input : input.substr(cut + 1), {.graphemes = 200});
  XB_CHECK(list.size() > 0 || !list.is_in(text));
  XB_CHECK(xb::is_utf8(letters_of(text)));
  Questions questions;
  questions.hear(text, 1, {});
  const auto asked = questions.most_asked(8, {});
  XB_CHECK(asked.size() == (matter_of(text) ? 1U : 0U));
  questions.take_away(1);
  XB_CHECK(questions.most_asked(8, {}).empty());
  return 0;
}
