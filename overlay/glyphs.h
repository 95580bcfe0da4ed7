// Glyphs: what the fonts of this computer can show of a text, asked before it is on air.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xb::overlay {

class TextShaper;

// Thread: one at a time.
class Glyphs {
 public:
  // With the fonts of the tokens in `assets` and all that Pango falls back to. Errors:
  // theme_invalid, font_missing.
  static Result<Glyphs> open(const std::string& assets);
  Glyphs(Glyphs&&) noexcept;
  Glyphs& operator=(Glyphs&&) noexcept;
  ~Glyphs();

  // The code points of `text` that no font has, each once; on the picture each would be 〓.
  std::vector<char32_t> missing(std::string_view text);

 private:
  explicit Glyphs(std::unique_ptr<TextShaper> text);
  std::unique_ptr<TextShaper> text_;
};

}  // namespace xb::overlay
