// Caption 字幕: year | title | one sentence | source. Without a source it is not drawn at all.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "overlay/caption_words.h"
#include "overlay/icons.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18;
constexpr double year_pad = 22, year_least = 172, year_most = 360;
constexpr double body_left = 26, body_right = 30, rule = 4;
constexpr double source_most = 400, source_gap = 24;

class CaptionLayer final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    if (m.caption == nullptr || m.caption->source.empty() || stands_upright(m)) return {};
    const Caption& v = *m.caption;
    return {Shows()
                .add(v.id)
                .add(v.year)
                .add(v.title)
                .add(v.text)
                .add(v.source)
                .add(static_cast<std::int64_t>(m.shop))
                .take(),
            m.scene.caption_until};
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const Caption& v = *m.caption;
    const Anchor& anchor = theme().anchors.caption;
    const Box box = placement().place_story(anchor, placement().width_of(anchor), anchor.h, m.shop);
    Canvas c(box, unit(), box_.shadows.margin());
    box_.shadows.draw(c, radius);
    const double year_w = year_block(c, v.year);
    const Area body{year_w, 0, c.width() - year_w, c.height()};
    const Corners corners = year_w > 0 ? Corners{0, radius, radius, 0} : all_corners(radius);
    c.fill(body, corners, {palette().panel, 100});
    c.save();
    c.clip(body, corners);
    c.fill({body.x, 0, rule, body.h}, {}, plain_fill(palette().accent.with_alpha(0.9)));
    draw_motif(c, palette().motif, c.width() + 18 - 180, -26, 180,
               palette().accent.with_alpha(palette().watermark_alpha), palette().panel.to);
    c.restore();
    border(c, body, corners);
    if (placement().is_tall()) {
      tall_text(c, v, body);
    } else {
      wide_text(c, v, body);
    }
    return {c.take(LayerName::caption, v.id)};
  }

 private:
  double year_block(Canvas& c, const std::string& text_of_year) {
    if (text_of_year.empty()) return 0;
    const Year year = split_year(full_width_punctuation(text_of_year));
    const double most = year_most - 2 * year_pad;
    TextStyle style = figure_style(theme().type.caption_year);
    style.line_height = 0.98;
    TextBlock figure = text().lay_out(year.figure, style);
    if (figure.width() > most) {
      style.size = std::max(theme().type.min, style.size * most / figure.width());
      figure = text().lay_out(year.figure, style, {most, 1});
    }
    TextStyle tag_style = text_style(28, Weight::bold);
    tag_style.line_height = 1.15;
    const TextBlock tag = text().lay_out(year.tag, tag_style, {most, 1});
    const double tag_h = year.tag.empty() ? 0 : tag.height() + 2;
    const double w = std::max(year_least, std::max(figure.width(), tag.width()) + 2 * year_pad);
    c.fill({0, 0, w, c.height()}, {radius, 0, 0, radius}, {palette().strip, 160});
    const double top = (c.height() - figure.height() - tag_h) / 2;
    figure.draw(c, (w - figure.width()) / 2, top, palette().strip_text);
    if (tag_h > 0) {
      tag.draw(c, (w - tag.width()) / 2, top + figure.height() + 2, palette().strip_text);
    }
    return w;
  }

  TextBlock title_of(const Caption& v, double width) const {
    TextStyle style = display_style(theme(), theme().type.caption_title);
    style.line_height = 1.18;
    return text().lay_out(full_width_punctuation(v.title), style, {width, 1});
  }
  TextBlock source_of(const Caption& v, double width) const {
    TextStyle style = text_style(theme().type.caption_source);
    style.line_height = 1.25;
    return text().lay_out(source_line(v), style, {width, 1});
  }

  // 16:9: the source at the end of the title's line, the sentence below.
  void wide_text(Canvas& c, const Caption& v, Area body) const {
    const double w = body.w - body_left - body_right;
    const TextBlock source = source_of(v, std::min(source_most, w / 2));
    const TextBlock title = title_of(v, w - source.width() - source_gap);
    TextStyle style = text_style(theme().type.caption_text);
    style.line_height = 1.3;
    const TextBlock words = text().lay_out(full_width_punctuation(v.text), style,
                                           {w, theme().overflow.caption_text_lines});
    const double x = body.x + body_left;
    const double y = (body.h - title.height() - words.height()) / 2;
    title.draw(c, x, y, palette().text);
    source.draw(c, x + w - source.width(), y + title.baseline() - source.baseline(),
                palette().text2);
    words.draw(c, x, y + title.height(), palette().text);
  }

  void tall_text(Canvas& c, const Caption& v, Area body) const {
    const double w = body.w - body_left - body_right;
    const TextBlock title = title_of(v, w);
    TextStyle style = text_style(theme().type.caption_text);
    style.line_height = 1.26;
    const TextBlock words = text().lay_out(full_width_punctuation(v.text), style,
                                           {w, theme().overflow.caption_text_lines});
    const TextBlock source = source_of(v, w);
    const double x = body.x + body_left;
    double y = (body.h - title.height() - words.height() - 4 - source.height()) / 2;
    title.draw(c, x, y, palette().text);
    words.draw(c, x, y += title.height(), palette().text);
    source.draw(c, x, y + words.height() + 4, palette().text2);
  }
};

}  // namespace

std::unique_ptr<Layer> make_caption(PaintBox& box) {
  return std::make_unique<CaptionLayer>(box);
}

}  // namespace xb::overlay
