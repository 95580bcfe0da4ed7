// TextShaper: Pango layouts of Chinese text, fitted into the room there is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pango/pangocairo.h>

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "overlay/canvas.h"
#include "overlay/plain_text.h"
#include "overlay/text_style.h"
#include "overlay/theme.h"

namespace xb::overlay {

class BoldGlyphs;

std::string family_of(PangoFont* font);

// Laid-out text. Cheap to draw; holds until its TextShaper dies.
class TextBlock {
 public:
  double width() const { return is_down_ ? height_ : width_; }  // u, of the widest line
  double height() const { return is_down_ ? width_ : height_; }
  int lines() const { return lines_; }
  double baseline() const { return baseline_; }  // of the first line, from the top of the block
  bool is_cut() const { return is_cut_; }
  std::string line(int n) const;  // its characters
  // The left edge of gap number n, u from the left of the block; gaps lie in the first line.
  double gap_x(std::size_t n) const { return n < gaps_.size() ? gaps_[n] : 0; }

  // Where its ink may lie when it is drawn at x, y. Around its lines, that much more on every side
  // of it as is not known of its glyphs.
  Area around(double x, double y) const;
  // Top left at x, y; each line is one line height tall, as in CSS.
  void draw(Canvas& canvas, double x, double y, Color color) const;

 private:
  friend class TextShaper;
  struct Unref {
    void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  };
  std::shared_ptr<PangoLayout> layout_;  // null: it is plain
  std::vector<GlyphRun> runs_;           // of what is
  std::vector<std::string> plain_;       // its lines
  std::vector<double> gaps_;
  double width_ = 0;  // along a line
  double height_ = 0;
  double line_step_ = 0;
  double baseline_ = 0;
  std::shared_ptr<BoldGlyphs> bold_;  // null: as the font is
  double embolden_ = 0;               // u
  std::string emboldened_;            // the family that is
  int lines_ = 0;
  bool is_cut_ = false;
  bool is_down_ = false;
};

// Lines and columns neither begin with a mark that closes nor end with one that opens.
//
// Text is only ever set as text, never as markup. Language is zh-Hans-CN. A code point that no font
// has is shown as the geta mark 〓, the printers' sign for a missing type, never as an empty box.
//
// Thread: one at a time; every TextShaper has a font map of its own.
class TextShaper {
 public:
  // Errors: font_missing when no font of a list can show Chinese and digits.
  static Result<std::unique_ptr<TextShaper>> make(const Theme& theme, double unit);

  TextBlock lay_out(std::string_view text, const TextStyle& style, TextFit fit = {});
  TextBlock lay_out(const std::vector<TextSpan>& spans, const TextStyle& style, TextFit fit = {});
  // The code points of `text` that none of the fonts can show, each once.
  std::vector<char32_t> missing_glyphs(std::string_view text, const TextStyle& style);

 private:
  struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
  };
  struct Label {
    std::string text;
    TextStyle style;
    TextFit fit;
    friend auto operator<=>(const Label&, const Label&) = default;
  };
  struct Metrics {
    double ascent = 0;  // em
    double descent = 0;
    std::string family;  // of the first font
  };

  TextShaper(const Theme& theme, double unit);
  const std::string& families(FontRole role) const;
  std::shared_ptr<PangoLayout> shape(const std::vector<TextSpan>& spans, const TextStyle& style,
                                     TextFit fit) const;
  const Metrics& metrics_of(const TextStyle& style);
  // The block's lines, as high as their style says.
  void set_lines(TextBlock& block, int lines, const TextStyle& style);
  // How far an emoji is raised above the baseline, Pango's units: as far as beside hanzi.
  int emoji_rise(const TextStyle& style);
  // Pango puts the hanzi of a line's fonts on a line of their own, so that they stand a pixel off
  // beside a gap or a bold name. Here all stand on one baseline, as CSS has it.
  void set_on_baseline(PangoLayout* layout, const TextStyle& style);
  std::optional<TextBlock> plain_block(const std::vector<TextSpan>& spans, const TextStyle& style,
                                       TextFit fit);

  Fonts fonts_;
  std::unique_ptr<PangoFontMap, Unref> map_;
  std::unique_ptr<PangoContext, Unref> context_;
  std::unique_ptr<PangoContext, Unref> down_;  // for what flows down
  std::optional<Metrics> metrics_[4][3];       // by role and weight
  // Labels come again with every number beside them. All are forgotten when there are many.
  std::map<Label, TextBlock> labels_;
  PieceShelf pieces_;
  std::optional<double> emoji_rise_em_;
  std::shared_ptr<BoldGlyphs> bold_;
};

}  // namespace xb::overlay
