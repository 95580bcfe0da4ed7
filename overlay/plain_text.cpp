// Text into pieces, pieces into runs. SPDX-License-Identifier: Apache-2.0
#include "overlay/plain_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>

namespace xb::overlay {
namespace {

constexpr std::size_t most_pieces = 3000;  // of a style
constexpr std::size_t most_styles = 16;
constexpr std::size_t usual_run = 24;  // glyphs of one font side by side

// A character of three bytes of UTF-8.
class Wide {
 public:
  explicit Wide(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    code_ = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  }
  bool is_hanzi() const { return is_in(0x3400, 0x4DBF) || is_in(0x4E00, 0x9FFF); }
  // It stands for itself: hanzi, and marks as wide as they are.
  bool is_alone() const {
    return is_hanzi() || is_in(0x3001, 0x3011) || is_in(0x3014, 0x301B) || is_in(0xFF01, 0xFF5E);
  }

 private:
  bool is_in(unsigned first, unsigned last) const { return code_ >= first && code_ <= last; }
  unsigned code_;
};

// What a piece is to the end of a line. An emoji is to it what a hanzi is.
enum class Side : std::uint8_t { other = 1, hanzi, closing, space };

Side side_of(std::string_view piece) {
  constexpr std::string_view closing[] = {"，", "。", "！", "？", "、", "；",
                                          "：", "）", "》", "」", "』", "】"};
  if (std::find(std::begin(closing), std::end(closing), piece) != std::end(closing)) {
    return Side::closing;
  }
  if (piece == " ") return Side::space;
  if (piece.starts_with("\xF0\x9F")) return Side::hanzi;
  const bool is_three = piece.size() == 3 && (static_cast<unsigned char>(piece[0]) & 0x80U) != 0;
  return is_three && Wide(piece).is_hanzi() ? Side::hanzi : Side::other;
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
      if (!Wide(text.substr(at, size)).is_alone()) return false;
    }
    if (!see(std::string(text.substr(at, size)))) return false;
    at += size;
  }
  return true;
}

double in_u(int units) {
  return static_cast<double>(units) / PANGO_SCALE;
}
int units(double u) {
  return static_cast<int>(std::lround(u * PANGO_SCALE));
}

// Fills line after line. Where a line may end is known from the two pieces beside each other.
class Setter {
 public:
  explicit Setter(const PieceShelf::Room& room) : room_(room) {
    if (room.width > 0) most_ = units(room.width);
  }

  void begin_span(std::optional<Color> color) {
    color_ = color;
    is_new_run_ = true;
    before_ = Side::other;
    end_before_.reset();
  }
  // False when gaps would not all lie in the first line.
  bool add_gap(double gap) {
    text_.gaps.push_back(in_u(end_));
    end_ += units(gap);
    return text_.lines.size() == 1;
  }
  // False when there is no room, or the line's end is not known.
  bool add(const std::string& piece, const std::shared_ptr<PangoFont>& font,
           const std::vector<PangoGlyphInfo>& glyphs, int width) {
    see_end(side_of(piece));
    if (is_new_run_ || text_.runs.back().font != font) {
      const double raised = emoji_at(piece) > 0 ? in_u(room_.emoji_rise) : 0;
      const double down = room_.line_step * static_cast<double>(text_.lines.size() - 1);
      text_.runs.push_back({font, color_, in_u(end_), raised - down, {}});
      text_.runs.back().glyphs.reserve(usual_run);
      is_new_run_ = false;
    }
    auto& row = text_.runs.back().glyphs;
    row.insert(row.end(), glyphs.begin(), glyphs.end());
    text_.lines.back() += piece;
    end_ += width;
    return end_ <= most_ || (end_line() && end_ <= most_);
  }
  // Nothing when a gap at the end has no room.
  std::optional<PlainText> take() {
    if (end_ > most_) return std::nullopt;
    text_.width = std::max(text_.width, in_u(end_));
    return std::move(text_);
  }

 private:
  // A place in what is set so far.
  struct Place {
    std::size_t runs, glyphs, bytes;  // glyphs: of the last run; bytes: of the last line
    int at;                           // Pango's units
  };
  Place here() const {
    const auto& runs = text_.runs;
    return {runs.size(), runs.empty() ? 0 : runs.back().glyphs.size(), text_.lines.back().size(),
            end_};
  }
  // Where the line may end and where the next then begins: what lies between is spaces.
  struct End {
    Place last, next;
  };

  void see_end(Side next) {
    const bool is_behind = before_ == Side::hanzi || before_ == Side::closing;
    if (next == Side::hanzi && is_behind) {
      end_before_ = {here(), here()};
    } else if (next == Side::hanzi && before_ == Side::space) {
      end_before_ = {before_space_, here()};
    } else if (next != Side::closing || !is_behind) {
      end_before_.reset();
    }
    // a mark that opens keeps its line behind a space, too
    const bool is_known = next != Side::space || is_behind || before_ == Side::space;
    if (next == Side::space && before_ != Side::space) before_space_ = here();
    before_ = is_known ? next : Side::other;
  }

  // Takes what stands from `at` on out of the runs and gives it back.
  std::vector<GlyphRun> cut_off(const Place& at) {
    auto& runs = text_.runs;
    std::vector<GlyphRun> rest;
    GlyphRun& cut = runs[at.runs - 1];
    if (cut.glyphs.size() > at.glyphs) {
      const auto from = cut.glyphs.begin() + static_cast<std::ptrdiff_t>(at.glyphs);
      rest.push_back({cut.font, cut.color, in_u(at.at), cut.rise, {from, cut.glyphs.end()}});
      cut.glyphs.erase(from, cut.glyphs.end());
    }
    const auto next = runs.begin() + static_cast<std::ptrdiff_t>(at.runs);
    rest.insert(rest.end(), std::make_move_iterator(next), std::make_move_iterator(runs.end()));
    runs.erase(next, runs.end());
    return rest;
  }

  bool end_line() {
    if (!end_before_ || std::ssize(text_.lines) >= room_.lines) return false;
    const auto [last, next] = *end_before_;
    end_before_.reset();
    auto rest = cut_off(next);
    cut_off(last);
    for (GlyphRun& run : rest) {
      run.x -= in_u(next.at);
      run.rise -= room_.line_step;
    }
    text_.runs.insert(text_.runs.end(), std::make_move_iterator(rest.begin()),
                      std::make_move_iterator(rest.end()));
    std::string words = text_.lines.back().substr(next.bytes);
    text_.lines.back().resize(last.bytes);
    text_.lines.push_back(std::move(words));
    text_.width = std::max(text_.width, in_u(last.at));
    end_ -= next.at;
    return true;
  }

  PieceShelf::Room room_;
  PlainText text_;
  std::optional<Color> color_;
  bool is_new_run_ = true;
  Side before_ = Side::other;
  Place before_space_{};
  std::optional<End> end_before_;
  int end_ = 0;  // of the line so far, Pango's units
  int most_ = std::numeric_limits<int>::max();
};

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
  made.is_usable = true;
  return made;
}

std::optional<PlainText> PieceShelf::set(const std::vector<TextSpan>& spans, const TextStyle& style,
                                         const Room& room, const Shape& shape) {
  const bool is_count = style.role == FontRole::figure;
  const bool is_text = style.role == FontRole::text && style.spacing_em == 0;
  if (style.flow != Flow::across || !(is_text || is_count)) return std::nullopt;
  const bool are_several = spans.size() > 1;
  Setter setter(room);
  for (const TextSpan& span : spans) {
    if (span.gap > 0) {
      if (!setter.add_gap(span.gap)) return std::nullopt;
      continue;
    }
    TextStyle own = style;
    if (are_several) own.weight = span.weight;
    Pieces& of = pieces_of(own);
    setter.begin_span(are_several ? std::optional(span.color) : std::nullopt);
    const auto add = [&](const std::string& word) {
      const Piece& piece = piece_of(of, word, shape);
      return piece.is_usable && setter.add(word, piece.font, piece.glyphs, piece.width);
    };
    if (!(is_count ? each_digit(span.text, add) : each_piece(span.text, add))) return std::nullopt;
  }
  return setter.take();
}

}  // namespace xb::overlay
