// Pango layouts: spans, ellipsis, line boxes as CSS draws them, glyphs no font has.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/text.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "overlay/bold_glyphs.h"
#include "overlay/reach.h"

namespace xb::overlay {
namespace {

constexpr std::size_t most_bytes = 8 * 1024;  // of one block; more is cut before Pango sees it
constexpr std::size_t most_labels = 128;
constexpr char32_t geta_mark = U'〓';
constexpr char32_t object_mark = U'\uFFFC';

int units(double u) {
  return static_cast<int>(std::lround(u * PANGO_SCALE));
}
double from_units(int value) {
  return static_cast<double>(value) / PANGO_SCALE;
}

PangoFontDescription* describe(const std::string& families, const TextStyle& style) {
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family(font, families.c_str());
  pango_font_description_set_weight(
      font, style.weight == Weight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font, units(style.size));
  return font;
}

void add(PangoAttrList* list, PangoAttribute* attribute, std::size_t from, std::size_t to) {
  attribute->start_index = static_cast<guint>(from);
  attribute->end_index = static_cast<guint>(to);
  pango_attr_list_insert(list, attribute);
}

std::string cut_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

// Pango keeps 、。，）《 and their like off the wrong end of a line, but these not always: marks
// that in Chinese never begin one, and a quote that never ends one.
constexpr std::u32string_view never_first = U"·‧・～／〓%％‰℃’”";
constexpr std::u32string_view never_last = U"‘“";

// Calls `see` with every code point the layout has no glyph for.
template <class See>
void each_missing(PangoLayout* layout, See see) {
  if (pango_layout_get_unknown_glyphs_count(layout) == 0) return;
  PangoLayoutIter* iter = pango_layout_get_iter(layout);
  do {
    const PangoLayoutRun* run = pango_layout_iter_get_run_readonly(iter);
    if (run == nullptr) continue;
    for (int i = 0; i < run->glyphs->num_glyphs; ++i) {
      const PangoGlyph glyph = run->glyphs->glyphs[i].glyph;
      if (glyph != PANGO_GLYPH_EMPTY && (glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0) {
        see(static_cast<char32_t>(glyph & ~PANGO_GLYPH_UNKNOWN_FLAG));
      }
    }
  } while (pango_layout_iter_next_run(iter));
  pango_layout_iter_free(iter);
}

std::string without(std::string_view text, const std::vector<char32_t>& missing) {
  std::string out;
  for (const char32_t c : code_points(text)) {
    const bool is_missing = std::find(missing.begin(), missing.end(), c) != missing.end();
    if (is_missing && g_unichar_ismark(c)) continue;
    append_utf8(out, is_missing ? geta_mark : c);
  }
  return out;
}

}  // namespace

bool is_emoji(char32_t c) {
  return c >= 0x1F000 && c <= 0x1FAFF;
}

TextStyle text_style(double size, Weight weight) {
  return {FontRole::text, weight, size, 1.32, 0};
}

TextStyle display_style(const Theme& theme, double size) {
  return {FontRole::display, Weight::bold, size, 1.15, theme.fonts.display_spacing_em};
}

TextStyle figure_style(double size) {
  return {FontRole::figure, Weight::bold, size, 1, 0};
}

TextShaper::TextShaper(const Theme& theme, double unit)
    : fonts_(theme.fonts),
      map_(pango_cairo_font_map_new()),
      context_(pango_font_map_create_context(map_.get())),
      down_(pango_font_map_create_context(map_.get())),
      bold_(std::make_shared<BoldGlyphs>()) {
  pango_context_set_base_gravity(down_.get(), PANGO_GRAVITY_EAST);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  PangoMatrix matrix = PANGO_MATRIX_INIT;
  pango_matrix_scale(&matrix, unit, unit);
  for (PangoContext* context : {context_.get(), down_.get()}) {
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string("zh-Hans-CN"));
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
    pango_context_set_matrix(context, &matrix);
  }
  cairo_font_options_destroy(options);
}

Result<std::unique_ptr<TextShaper>> TextShaper::make(const Theme& theme, double unit) {
  std::unique_ptr<TextShaper> shaper(new TextShaper(theme, unit));
  for (const FontRole role : {FontRole::display, FontRole::text, FontRole::figure}) {
    if (!shaper->missing_glyphs("村0", {role, Weight::bold, 30, 1, 0}).empty()) {
      return Error(ErrorCode::font_missing, shaper->families(role));
    }
  }
  return shaper;
}

const std::string& TextShaper::families(FontRole role) const {
  return role == FontRole::display  ? fonts_.display
         : role == FontRole::figure ? fonts_.figure
                                    : fonts_.text;
}

std::shared_ptr<PangoLayout> TextShaper::shape(const std::vector<TextSpan>& spans,
                                               const TextStyle& style, TextFit fit) const {
  PangoContext* context = style.flow == Flow::down ? down_.get() : context_.get();
  std::shared_ptr<PangoLayout> layout(pango_layout_new(context), TextBlock::Unref{});
  PangoFontDescription* font = describe(families(style.role), style);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_auto_dir(layout.get(), FALSE);

  PangoAttrList* attributes = pango_attr_list_new();
  std::string all;
  for (const TextSpan& span : spans) {
    const std::size_t from = all.size();
    if (span.gap > 0) {
      append_utf8(all, object_mark);
      const PangoRectangle room{0, 0, units(span.gap), 0};
      add(attributes, pango_attr_shape_new(&room, &room), from, all.size());
      continue;
    }
    // One attribute for a whole run of emoji: a border inside would take families and flags apart.
    std::size_t emoji_from = 0;
    bool is_in_emoji = false;
    const auto end_emoji = [&] {
      if (is_in_emoji) {
        add(attributes, pango_attr_scale_new(fonts_.emoji_scale), emoji_from, all.size());
        add(attributes, pango_attr_gravity_hint_new(PANGO_GRAVITY_HINT_STRONG), emoji_from,
            all.size());  // upright also in what flows down
      }
      is_in_emoji = false;
    };
    std::size_t before = all.size();
    bool is_opening = false;
    for (const char32_t c : code_points(span.text)) {
      const bool joins = is_in_emoji && (c == U'\u200D' || c == U'\uFE0F' || c == U'\u20E3');
      if (!is_emoji(c) && !joins) end_emoji();
      if (is_emoji(c) && !is_in_emoji) emoji_from = all.size();
      is_in_emoji = is_in_emoji || is_emoji(c);
      const std::size_t at = all.size();
      append_utf8(all, c == object_mark ? U' ' : c);
      if (at > from && (is_opening || never_first.find(c) != std::u32string_view::npos)) {
        add(attributes, pango_attr_allow_breaks_new(FALSE), before, all.size());
      }
      is_opening = never_last.find(c) != std::u32string_view::npos;
      before = at;
    }
    end_emoji();
    if (spans.size() > 1) {
      if (span.weight == Weight::bold) {
        add(attributes, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, all.size());
      }
      const auto wide = [](std::uint8_t v) { return static_cast<guint16>(v * 257); };
      add(attributes,
          pango_attr_foreground_new(wide(span.color.r), wide(span.color.g), wide(span.color.b)),
          from, all.size());
    }
  }
  if (style.spacing_em > 0) {
    add(attributes, pango_attr_letter_spacing_new(units(style.spacing_em * style.size)), 0,
        all.size());
  }
  add(attributes, pango_attr_insert_hyphens_new(FALSE), 0, all.size());
  if (style.role == FontRole::figure) {
    add(attributes, pango_attr_font_features_new("tnum=1"), 0, all.size());
  }
  pango_layout_set_text(layout.get(), all.c_str(), static_cast<int>(all.size()));
  pango_layout_set_attributes(layout.get(), attributes);
  pango_attr_list_unref(attributes);
  if (fit.width > 0) {
    pango_layout_set_width(layout.get(), units(fit.width));
    pango_layout_set_height(layout.get(), -fit.lines);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  }
  return layout;
}

const TextShaper::Metrics& TextShaper::metrics_of(const TextStyle& style) {
  auto& kept =
      metrics_[static_cast<std::size_t>(style.role)][static_cast<std::size_t>(style.weight)];
  if (!kept) {
    // The first font of the list alone, as CSS does it: a fallback font must not move the baseline.
    TextStyle large = style;
    large.size = 100;
    PangoFontDescription* wanted = describe(families(style.role), large);
    // Pango divides a font's metrics by the scale of the context's matrix: ask one without.
    const std::unique_ptr<PangoContext, Unref> plain(pango_font_map_create_context(map_.get()));
    pango_cairo_context_set_font_options(plain.get(),
                                         pango_cairo_context_get_font_options(context_.get()));
    PangoFont* font = pango_context_load_font(plain.get(), wanted);
    PangoFontMetrics* metrics = pango_font_get_metrics(font, nullptr);
    kept =
        Metrics{from_units(pango_font_metrics_get_ascent(metrics)) / large.size,
                from_units(pango_font_metrics_get_descent(metrics)) / large.size, family_of(font)};
    pango_font_metrics_unref(metrics);
    g_object_unref(font);
    pango_font_description_free(wanted);
  }
  return *kept;
}

TextBlock TextShaper::lay_out(std::string_view text, const TextStyle& style, TextFit fit) {
  if (style.role == FontRole::figure) {  // a count is seldom the same again
    const std::vector<TextSpan> count{{std::string(text), style.weight, {}, 0}};
    if (auto plain = plain_block(count, style, fit)) return std::move(*plain);
  }
  const Label label{std::string(text), style, fit};
  if (const auto found = labels_.find(label); found != labels_.end()) return found->second;
  if (labels_.size() >= most_labels) labels_.clear();
  const std::vector<TextSpan> spans{{label.text, style.weight, {}, 0}};
  return labels_.emplace(label, lay_out(spans, style, fit)).first->second;
}

void TextShaper::set_lines(TextBlock& block, int lines, const TextStyle& style) {
  const Metrics& metrics = metrics_of(style);
  block.lines_ = lines;
  block.line_step_ = style.size * style.line_height;
  block.height_ = block.line_step_ * lines;
  if (block.is_down_) {
    block.baseline_ = block.line_step_ / 2;  // the line in the middle of a column
  } else {
    block.baseline_ = (block.line_step_ - (metrics.ascent + metrics.descent) * style.size) / 2 +
                      metrics.ascent * style.size;
  }
}

// Measured once, at a hundred times the precision.
int TextShaper::emoji_rise(const TextStyle& style) {
  if (!emoji_rise_em_) {
    constexpr double large = 100;
    const auto layout =
        shape({TextSpan{"村\U0001F34A", Weight::regular, {}, 0}}, text_style(large), TextFit{});
    const GSList* runs = pango_layout_get_line_readonly(layout.get(), 0)->runs;
    const auto y_of = [](const GSList* at) {
      return static_cast<const PangoLayoutRun*>(at->data)->y_offset;
    };
    const bool has_both = runs != nullptr && runs->next != nullptr;
    emoji_rise_em_ = has_both ? from_units(y_of(runs->next) - y_of(runs)) / large : 0;
  }
  return units(*emoji_rise_em_ * style.size);
}

void TextShaper::set_on_baseline(PangoLayout* layout, const TextStyle& style) {
  const char* text = pango_layout_get_text(layout);
  for (int i = 0; i < pango_layout_get_line_count(layout); ++i) {
    for (GSList* at = pango_layout_get_line(layout, i)->runs; at != nullptr; at = at->next) {
      auto* run = static_cast<PangoLayoutRun*>(at->data);
      const auto first = static_cast<char32_t>(g_utf8_get_char(text + run->item->offset));
      run->y_offset = is_emoji(first) ? emoji_rise(style) : 0;
    }
  }
}

std::optional<TextBlock> TextShaper::plain_block(const std::vector<TextSpan>& spans,
                                                 const TextStyle& style, TextFit fit) {
  const auto shape_alone = [&](const std::string& piece, const TextStyle& own) {
    return shape({TextSpan{piece, own.weight, {}, 0}}, own, TextFit{});
  };
  const PieceShelf::Room room{fit.width, fit.lines, style.size * style.line_height,
                              emoji_rise(style)};
  auto plain = pieces_.set(spans, style, room, shape_alone);
  if (!plain) return std::nullopt;
  TextBlock block;
  block.runs_ = std::move(plain->runs);
  block.gaps_ = std::move(plain->gaps);
  block.plain_ = std::move(plain->lines);
  block.width_ = plain->width;
  set_lines(block, static_cast<int>(block.plain_.size()), style);
  return block;
}

TextBlock TextShaper::lay_out(const std::vector<TextSpan>& spans, const TextStyle& style,
                              TextFit fit) {
  if (auto plain = plain_block(spans, style, fit)) return std::move(*plain);
  std::vector<TextSpan> shown = spans;
  for (TextSpan& span : shown) span.text = cut_bytes(span.text, most_bytes);
  cut_beyond_reach(shown, style, fit);
  auto layout = shape(shown, style, fit);
  std::vector<char32_t> missing;
  each_missing(layout.get(), [&](char32_t c) { missing.push_back(c); });
  if (!missing.empty()) {
    // What an ellipsis hides is not shaped and so not reported; it is not seen either.
    for (TextSpan& span : shown) span.text = without(span.text, missing);
    layout = shape(shown, style, fit);
  }

  if (style.flow == Flow::across && style.role == FontRole::text)
    set_on_baseline(layout.get(), style);
  TextBlock block;
  block.layout_ = layout;
  block.is_down_ = style.flow == Flow::down;
  block.is_cut_ = pango_layout_is_ellipsized(layout.get()) != FALSE;
  PangoRectangle extent;
  pango_layout_get_extents(layout.get(), nullptr, &extent);
  block.width_ = from_units(extent.width);
  const int lines = pango_layout_get_line_count(layout.get());
  set_lines(block, std::min(lines, fit.width > 0 ? fit.lines : 1), style);
  if (style.role == FontRole::display && fonts_.display_embolden_em > 0) {
    block.bold_ = bold_;
    block.embolden_ = fonts_.display_embolden_em * style.size;
    block.emboldened_ = metrics_of(style).family;
  }
  std::size_t at = 0;
  for (const TextSpan& span : shown) {
    if (span.gap > 0) {
      PangoRectangle place;
      pango_layout_index_to_pos(layout.get(), static_cast<int>(at), &place);
      block.gaps_.push_back(from_units(place.x));
      at += 3;  // the object mark
    } else {
      at += span.text.size();
    }
  }
  return block;
}

std::vector<char32_t> TextShaper::missing_glyphs(std::string_view text, const TextStyle& style) {
  const auto layout =
      shape({TextSpan{cut_bytes(text, most_bytes), style.weight, {}, 0}}, style, TextFit{});
  std::vector<char32_t> missing;
  each_missing(layout.get(), [&](char32_t c) { missing.push_back(c); });
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

}  // namespace xb::overlay
