// Vertical caption 竖排字幕: year, title, sentence and source in columns from right to left, in the
// shop's slot while that is free. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "overlay/caption_words.h"
#include "overlay/icons.h"
#include "overlay/layer.h"
#include "overlay/year_block.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18, pad = 26;
constexpr YearLook year_look{20, 132, 300, 0};
constexpr double column_gap = 12, source_gap = 18;
constexpr int most_columns = 8;

class VerticalCaption final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    if (!stands_upright(m) || m.caption->source.empty()) return {};
    const Caption& v = *m.caption;
    Shows shows;
    shows.add(v.id).add(v.year).add(v.title).add(v.text).add(v.source);
    shows.add(static_cast<std::int64_t>(m.shop));
    return {shows.take(), m.scene.caption_until, v.id,
            v.kind == CaptionKind::heritage ? Side::heritage : Side::neither};
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const Caption& v = *m.caption;
    const bool is_tall = placement().is_tall();
    const YearBlock year(theme(), text(), v.year, year_look);
    const double year_h = year.width() > 0 ? year.height() + 2 * 14 : 0;
    // 16:9: the year above the columns, 9:16: before them.
    const double most_w = is_tall ? theme().anchors.caption.w : theme().anchors.product.w;
    const double most_h = most_height(m);
    const Columns columns =
        columns_of(v, most_w - (is_tall ? year.width() : 0), most_h - (is_tall ? 0 : year_h));
    const double w = is_tall ? columns.w + year.width() : std::max(columns.w, year.width());
    const double h = is_tall ? std::max(columns.h, year_h) : columns.h + year_h;

    const Box box = box_of(m, w, h);
    Canvas c(box, unit(), box_.shadows.margin());
    box_.shadows.draw(c, radius);
    const Area body = is_tall ? Area{0, 0, c.width() - year.width(), c.height()}
                              : Area{0, year_h, c.width(), c.height() - year_h};
    const Area block = is_tall ? Area{body.w, 0, year.width(), c.height()} : Area{0, 0, w, year_h};
    c.fill(block, is_tall ? Corners{0, radius, radius, 0} : Corners{radius, radius, 0, 0},
           {palette().strip, 160});
    const Corners corners = year.width() <= 0 ? all_corners(radius)
                            : is_tall         ? Corners{radius, 0, 0, radius}
                                              : Corners{0, 0, radius, radius};
    c.fill(body, corners, {palette().panel, 170});
    c.save();
    c.clip(body, corners);
    draw_motif(c, palette().motif, -26, body.y + body.h - 150, 180,
               palette().accent.with_alpha(palette().watermark_alpha), palette().panel.to);
    c.restore();
    border(c, body, corners);
    year.draw(c, block, palette().strip_text);
    draw_columns(c, columns, body);
    return {c.take(LayerName::caption, v.id)};
  }

 private:
  struct Columns {
    TextBlock title, text, source;
    double w = 0, h = 0;  // with the padding around
  };

  double most_height(const Moment& m) const {
    const Anchors& a = theme().anchors;
    if (!placement().is_tall()) return a.product.h;
    const double ticker = m.shop == ShopSlot::ticker ? a.story_y_alone - a.story_y_with_ticker : 0;
    return a.product.h + a.caption.h - ticker;
  }

  Box box_of(const Moment& m, double w, double h) const {
    Anchor anchor = theme().anchors.product;
    if (placement().is_tall()) {
      anchor.x += placement().width_of(anchor) - w;
      return placement().place_story(anchor, w, h, m.shop);
    }
    return placement().place(anchor, w, h);
  }

  TextBlock column(std::string_view words, TextStyle style, double line_height, double height,
                   int columns) const {
    style.flow = Flow::down;
    style.line_height = line_height;
    return text().lay_out(words, style, {height, columns});
  }

  Columns columns_of(const Caption& v, double most_w, double most_h) const {
    const TypeSizes& type = theme().type;
    const double room = most_h - 2 * pad;
    Columns columns;
    columns.title = column(full_width_punctuation(v.title),
                           display_style(theme(), type.caption_title), 1.22, room, 2);
    columns.source = column(source_line(v), text_style(type.caption_source), 1.25, room, 2);
    const double left =
        most_w - 2 * pad - columns.title.width() - column_gap - source_gap - columns.source.width();
    const double step = type.caption_text * 1.4;
    const int lines = std::clamp(static_cast<int>(left / step), 1, most_columns);
    columns.text =
        column(full_width_punctuation(v.text), text_style(type.caption_text), 1.4, room, lines);
    columns.w = 2 * pad + columns.title.width() + column_gap + columns.text.width() + source_gap +
                columns.source.width();
    columns.h = 2 * pad +
                std::max({columns.title.height(), columns.text.height(), columns.source.height()});
    return columns;
  }

  // From right to left; the source ends at the foot, as a name under a letter does.
  void draw_columns(Canvas& c, const Columns& columns, Area body) const {
    const double top = body.y + pad;
    double x = body.x + (body.w + columns.w) / 2 - pad - columns.title.width();
    columns.title.draw(c, x, top, palette().text);
    x -= column_gap + columns.text.width();
    columns.text.draw(c, x, top, palette().text);
    x -= source_gap + columns.source.width();
    columns.source.draw(c, x, body.y + body.h - pad - columns.source.height(), palette().text2);
  }
};

}  // namespace

std::unique_ptr<Layer> make_vertical_caption(PaintBox& box) {
  return std::make_unique<VerticalCaption>(box);
}

}  // namespace xb::overlay
