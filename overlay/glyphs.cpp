// Asks the same shaper that the layers use.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/glyphs.h"

#include <utility>

#include "overlay/text.h"

namespace xb::overlay {

Glyphs::Glyphs(std::unique_ptr<TextShaper> text) : text_(std::move(text)) {
}
Glyphs::Glyphs(Glyphs&&) noexcept = default;
Glyphs& Glyphs::operator=(Glyphs&&) noexcept = default;
Glyphs::~Glyphs() = default;

Result<Glyphs> Glyphs::open(const std::string& assets) {
  XB_TRY_ASSIGN(const auto theme, load_theme(assets, "red", CanvasSize{}));
  XB_TRY_ASSIGN(auto text, TextShaper::make(theme, 1));
  return Glyphs(std::move(text));
}

std::vector<char32_t> Glyphs::missing(std::string_view text) {
  // the other roles have other first fonts and fall back to the same ones
  return text_->missing_glyphs(text, text_style(30));
}

}  // namespace xb::overlay
