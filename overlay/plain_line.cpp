// Text into pieces, pieces into runs. SPDX-License-Identifier: Apache-2.0
#include "overlay/plain_line.h"

#include <algorithm>
#include <cmath>

namespace xb::overlay {
namespace {

constexpr std::size_t most_pieces = 3000;  // of a style
constexpr std::size_t most_styles = 16;

// Three bytes of UTF-8 that stand for themselves: hanzi, and marks as wide as they are.
bool is_alone(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  const unsigned c = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  const auto is_in = [c](unsigned first, unsigned last) { return c >= first && c <= last; };
  return is_in(0x3400, 0x4DBF) || is_in(0x4E00, 0x9FFF) || is_in(0x3001, 0x3011) ||
         is_in(0x3014, 0x301B) || is_in(0xFF01, 0xFF5E);
}

// Around text of any direction; without one that runs from the right, nothing.
bool is_isolate(std::string_view character) {
  return character == "\u2068" || character == "\u2069";
}

// How many bytes of emoji and of what joins them stand here; they are one piece. 0: none.
std::size_t emoji_at(std::string_view text) {
  std::size_t size = 0;
  while (true) {
    const auto rest = text.substr(size);
    if (rest.starts_with("\xF0\x9F") && rest.size() >= 4) {
      size += 4;
    } else if (size > 0 && (rest.starts_with("\u200D") || rest.starts_with("\uFE0F"))) {
      size += 3;
    } else {
      return size;
    }
  }
}

// Calls `see` with each digit of a count; false when it is more than that, or `see` says so.
template <class See>
bool each_digit(std::string_view text, See see) {
  if (text.find_first_not_of("0123456789+,") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) { return see(std::string(1, c)); });
}

// Calls `see` with each piece; false when the text is not plain, or `see` says so.
template <class See>
bool each_piece(std::string_view text, See see) {
  std::size_t at = 0;
  const auto is_letter = [&](std::size_t i) { return text[i] > ' ' && text[i] <= '~'; };
  while (at < text.size()) {
    std::size_t size = 1;
    if (is_letter(at)) {
      while (at + size < text.size() && is_letter(at + size)) ++size;
    } else if (const std::size_t emoji = emoji_at(text.substr(at)); emoji > 0) {
      size = emoji;
      // a space behind takes its width from their font
      if (at + size < text.size() && text[at + size] == ' ') return false;
    } else if (text[at] != ' ') {
      size = 3;
      const bool is_three = (static_cast<unsigned char>(text[at]) & 0xF0U) == 0xE0U;
      if (!is_three || at + size > text.size()) return false;
      if (is_isolate(text.substr(at, size))) {
        at += size;
        continue;
      }
      if (!is_alone(text.substr(at, size))) return false;
    }
    if (!see(std::string(text.substr(at, size)))) return false;
    at += size;
  }
  return true;
}

double in_u(int units) {
  return static_cast<double>(units) / PANGO_SCALE;
}

void add_ink(Area& to, const PangoRectangle& ink, int x, double rise) {
  if (ink.width <= 0 || ink.height <= 0) return;
  const Area all = to.w <= 0 ? Area{in_u(x + ink.x), in_u(ink.y) - rise, 0, 0} : to;
  const double right = std::max(all.x + all.w, in_u(x + ink.x + ink.width));
  const double bottom = std::max(all.y + all.h, in_u(ink.y + ink.height) - rise);
  to.x = std::min(all.x, in_u(x + ink.x));
  to.y = std::min(all.y, in_u(ink.y) - rise);
  to.w = right - to.x;
  to.h = bottom - to.y;
}

}  // namespace

PieceShelf::Pieces& PieceShelf::pieces_of(const TextStyle& style) {
  const auto found = std::find_if(styles_.begin(), styles_.end(), [&](const Pieces& kept) {
    return kept.style.role == style.role && kept.style.weight == style.weight &&
           kept.style.size == style.size;
  });
  if (found != styles_.end()) {
    styles_.splice(styles_.begin(), styles_, found);
  } else {
    styles_.push_front({style, {}});
    if (styles_.size() > most_styles) styles_.pop_back();
  }
  return styles_.front();
}

const PieceShelf::Piece& PieceShelf::piece_of(Pieces& of, const std::string& piece,
                                              const Shape& shape) {
  if (const auto found = of.pieces.find(piece); found != of.pieces.end()) return found->second;
  if (of.pieces.size() >= most_pieces) of.pieces.clear();
  Piece& made = of.pieces[piece];
  const auto layout = shape(piece, of.style);
  const PangoLayoutLine* line = pango_layout_get_line_readonly(layout.get(), 0);
  const bool is_whole = pango_layout_get_unknown_glyphs_count(layout.get()) == 0 &&
                        line->runs != nullptr && line->runs->next == nullptr;
  if (!is_whole) return made;
  const auto* run = static_cast<PangoLayoutRun*>(line->runs->data);
  PangoFont* font = run->item->analysis.font;
  made.font = {static_cast<PangoFont*>(g_object_ref(font)),
               [](PangoFont* f) { g_object_unref(f); }};
  made.glyphs.assign(run->glyphs->glyphs, run->glyphs->glyphs + run->glyphs->num_glyphs);
  made.width = pango_glyph_string_get_width(run->glyphs);
  pango_glyph_string_extents(run->glyphs, font, &made.ink, nullptr);
  made.is_usable = true;
  return made;
}

std::optional<PlainLine> PieceShelf::set(const std::vector<TextSpan>& spans, const TextStyle& style,
                                         Room room, const Shape& shape) {
  const bool is_count = style.role == FontRole::figure;
  const bool is_text = style.role == FontRole::text && style.spacing_em == 0;
  if (style.flow != Flow::across || !(is_text || is_count)) return std::nullopt;
  PlainLine line;
  int end = 0;
  const auto fits = [&] { return room.width <= 0 || in_u(end) <= room.width; };
  for (const TextSpan& span : spans) {
    if (span.gap > 0) {
      line.gaps.push_back(in_u(end));
      end += static_cast<int>(std::lround(span.gap * PANGO_SCALE));
      continue;
    }
    TextStyle own = style;
    if (spans.size() > 1) own.weight = span.weight;
    Pieces& of = pieces_of(own);
    bool is_new_run = true;
    const auto add = [&](const std::string& word) {
      const Piece& piece = piece_of(of, word, shape);
      if (!piece.is_usable) return false;
      if (is_new_run || line.runs.back().font != piece.font) {
        GlyphRun& run = line.runs.emplace_back();
        run.font = piece.font;
        if (spans.size() > 1) run.color = span.color;
        run.x = in_u(end);
        if (emoji_at(word) > 0) run.rise = in_u(room.emoji_rise);
        is_new_run = false;
      }
      auto& glyphs = line.runs.back().glyphs;
      glyphs.insert(glyphs.end(), piece.glyphs.begin(), piece.glyphs.end());
      add_ink(line.ink, piece.ink, end, line.runs.back().rise);
      end += piece.width;
      return fits();
    };
    if (!(is_count ? each_digit(span.text, add) : each_piece(span.text, add))) return std::nullopt;
  }
  line.width = in_u(end);
  if (!fits()) return std::nullopt;  // a gap may stand last
  return line;
}

}  // namespace xb::overlay
