// PlainText: lines of hanzi and words, or a count, set from pieces that were shaped before.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pango/pangocairo.h>

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "overlay/canvas.h"
#include "overlay/text_style.h"

namespace xb::overlay {

// Glyphs of one font and colour, side by side.
struct GlyphRun {
  std::shared_ptr<PangoFont> font;
  std::optional<Color> color;  // nothing: that of the block
  double x = 0;                // u, from the left of its line
  double rise = 0;             // u, above the baseline of the first line
  std::vector<PangoGlyphInfo> glyphs;
};

struct PlainText {
  std::vector<GlyphRun> runs;
  std::vector<double> gaps;  // their left edges, in the first line
  double width = 0;          // u, of the widest line
  std::vector<std::string> lines{""};
};

// A hanzi looks the same beside every other, and so does a word between hanzi and spaces. So what
// people write in a chat needs no shaping once its characters were seen: that and the way to it
// through Pango is most of what a line costs. Emoji in a row are a word. A counter's number is
// another one every time, its digits, all of one width, are not. All that may change beside
// something else is not plain: other scripts, marks that join. Lines end between two hanzi or
// emoji, behind a mark that closes, and at spaces behind these: where a word or another mark would
// have to be broken off, or it would have to be cut, it is not plain either.
//
// Thread: one at a time. Keeps at most 3000 pieces of each of 16 styles.
class PieceShelf {
 public:
  // Lays out a piece alone.
  using Shape =
      std::function<std::shared_ptr<PangoLayout>(const std::string& piece, const TextStyle& style)>;
  struct Room {
    double width = 0;  // u; 0: as wide as it gets
    int lines = 1;
    double line_step = 0;  // u
    int emoji_rise = 0;    // Pango's units
  };
  // Nothing when the spans are not plain, or need more than there is room. Spans have their own
  // colour, and their own weight, when there are several.
  std::optional<PlainText> set(const std::vector<TextSpan>& spans, const TextStyle& style,
                               const Room& room, const Shape& shape);

 private:
  struct Piece {
    std::shared_ptr<PangoFont> font;
    std::vector<PangoGlyphInfo> glyphs;
    int width = 0;  // Pango's units
    bool is_usable = false;
  };
  struct Pieces {
    TextStyle style;
    std::unordered_map<std::string, Piece> pieces;
  };

  Pieces& pieces_of(const TextStyle& style);
  static const Piece& piece_of(Pieces& of, const std::string& piece, const Shape& shape);

  std::list<Pieces> styles_;  // most recently used first
};

}  // namespace xb::overlay
