// What the review reads of foreign files: chat of other programs, notes, what a cache kept.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "review/danmaku.h"
#include "review/evening_cache.h"
#include "review/glance.h"
#include "review/grams.h"
#include "review/notes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  if (const auto chat = xb::review::read_foreign_chat(input)) {
    std::int64_t last = 0;
    for (const auto& line : chat->lines) {
      XB_CHECK(line.ms >= last && !line.text.empty() && xb::is_utf8(line.text));
      last = line.ms;
    }
  }
  if (const auto line = xb::review::note_line_of(input)) {
    const auto text = xb::review::to_text(*line);
    const auto again = xb::review::note_line_of(text);
    XB_CHECK(again && xb::review::to_text(*again) == text);
  }
  static_cast<void>(xb::review::evening_of(input, "key"));
  static_cast<void>(xb::review::event_at_a_glance(input));
  static_cast<void>(xb::review::repeated_frames(input));
  XB_CHECK(xb::review::gram_query(input).find("\"\"") == std::string::npos);
  static_cast<void>(xb::review::grams_of(input));
  return 0;
}
