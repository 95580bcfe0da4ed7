// Caption 字幕: year | title | one sentence | source. Without a source it is not drawn at all.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "overlay/caption_words.h"
#include "overlay/icons.h"
#include "overlay/layer.h"
#include "overlay/year_block.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18;
constexpr YearLook year_look{22, 172, 360, 2};
constexpr double body_left = 26, body_right = 30, rule = 4;
constexpr double source_most = 400, source_gap = 24;

class CaptionLayer final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    if (m.caption == nullptr || m.caption->source.empty() || stands_upright(m)) return {};
    const Caption& v = *m.caption;
    Shows shows = content_of(v);
    shows.add(static_cast<std::int64_t>(m.shop)).add(is_entering(m) ? 1 : 0);
    const SessionTime rests = m.scene.caption_since + length_of(m, theme().motions.caption_in);
    return {shows.take(),
            is_entering(m) ? std::min(rests, m.scene.caption_until) : m.scene.caption_until, v.id,
            v.kind == CaptionKind::heritage ? Side::heritage : Side::neither};
  }

  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    const Motions& motions = theme().motions;
    const Timing& timing = m.caption != nullptr ? motions.caption_in : motions.caption_out;
    add_commanded(out, LayerName::caption, m.scene.caption_since, length_of(m, timing));
  }

  // Wiped back to the left; below another caption only faded.
  Motion exit(const Moment& m, bool is_replaced) const override {
    const Motions& motions = theme().motions;
    Pose gone = faint;
    if (is_replaced) {
      return departure(m, m.scene.caption_since, {motions.caption_in.length, {}}, gone);
    }
    gone.right = 0;
    return departure(m, m.scene.caption_since, motions.caption_out, gone);
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const Caption& v = *m.caption;
    const Anchor& anchor = theme().anchors.caption;
    const Box box = placement().place_story(anchor, placement().width_of(anchor), anchor.h, m.shop);
    Parts parts(box, unit(), box_.shadows.margin(), is_entering(m) && !m.is_quiet(), shelf_,
                content_of(v).take());
    const Motions& motions = theme().motions;
    const auto wipe = [&](const Timing& timing, Duration after) {
      Pose covered = faint;
      covered.alpha = 1;
      covered.right = 0;
      return std::vector{entrance(m, m.scene.caption_since, timing, covered, after)};
    };
    parts.add(wipe(motions.caption_in, motions.caption_panel),
              [&](Canvas& c) { box_.shadows.draw(c, radius); });
    const YearBlock year(theme(), text(), v.year, year_look);
    // quicker than the rest: it is whole before the panel comes out from behind it
    const Timing soon{motions.caption_panel * 3 / 2, motions.caption_in.curve};
    const double w = box.w / unit();
    const double h = box.h / unit();
    parts.add(wipe(soon, motions.caption_year), {0, 0, year.width(), h},
              [&](Canvas& c) { draw_year(c, year); });
    const Area body{year.width(), 0, w - year.width(), h};
    parts.add(wipe(motions.caption_in, motions.caption_panel), body, [&](Canvas& c) {
      draw_body(c, body, year.width() > 0 ? Corners{0, radius, radius, 0} : all_corners(radius));
    });
    const Words words = placement().is_tall() ? tall_words(v, body) : wide_words(v, body);
    const auto write = [&](const TextBlock& block, Spot at, Duration after, Color ink) {
      parts.add(wipe(motions.caption_in, after), block.around(at.x, at.y),
                [&](Canvas& c) { block.draw(c, at.x, at.y, ink); });
    };
    write(words.title, words.title_at, motions.caption_title, palette().text);
    write(words.text, words.text_at, motions.caption_text, palette().text);
    write(words.source, words.source_at, motions.caption_source, palette().text2);
    std::vector<Motion> together;
    if (m.is_quiet() && is_entering(m)) {
      together.push_back(entrance(m, m.scene.caption_since, motions.caption_in, faint));
    }
    add_story_move(m, m.scene.caption_since, anchor, together);
    return parts.take(LayerName::caption, v.id, together);
  }

  void forget_paint() override { shelf_.forget(); }

 private:
  static Shows content_of(const Caption& v) {
    Shows shows;
    shows.add(v.id).add(v.year).add(v.title).add(v.text).add(v.source);
    return shows;
  }

  bool is_entering(const Moment& m) const {
    return is_within(m, m.scene.caption_since, theme().motions.caption_in);
  }

  void draw_year(Canvas& c, const YearBlock& year) const {
    if (year.width() <= 0) return;
    const Area area{0, 0, year.width(), c.height()};
    c.fill(area, {radius, 0, 0, radius}, {palette().strip, 160});
    year.draw(c, area, palette().strip_text);
  }

  void draw_body(Canvas& c, Area body, Corners corners) const {
    c.fill(body, corners, {palette().panel, 100});
    c.save();
    c.clip(body, corners);
    c.fill({body.x, 0, rule, body.h}, {}, plain_fill(palette().accent.with_alpha(0.9)));
    draw_motif(c, palette().motif, c.width() + 18 - 180, -26, 180,
               palette().accent.with_alpha(palette().watermark_alpha), palette().panel.to);
    c.restore();
    border(c, body, corners);
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

  struct Spot {
    double x = 0;
    double y = 0;
  };
  struct Words {
    TextBlock title, text, source;
    Spot title_at, text_at, source_at;
  };

  // 16:9: the source at the end of the title's line, the sentence below.
  Words wide_words(const Caption& v, Area body) const {
    const double w = body.w - body_left - body_right;
    Words words;
    words.source = source_of(v, std::min(source_most, w / 2));
    words.title = title_of(v, w - words.source.width() - source_gap);
    TextStyle style = text_style(theme().type.caption_text);
    style.line_height = 1.3;
    words.text = text().lay_out(full_width_punctuation(v.text), style,
                                {w, theme().overflow.caption_text_lines});
    const double x = body.x + body_left;
    const double y = (body.h - words.title.height() - words.text.height()) / 2;
    words.title_at = {x, y};
    words.source_at = {x + w - words.source.width(),
                       y + words.title.baseline() - words.source.baseline()};
    words.text_at = {x, y + words.title.height()};
    return words;
  }

  Words tall_words(const Caption& v, Area body) const {
    const double w = body.w - body_left - body_right;
    Words words;
    words.title = title_of(v, w);
    TextStyle style = text_style(theme().type.caption_text);
    style.line_height = 1.26;
    words.text = text().lay_out(full_width_punctuation(v.text), style,
                                {w, theme().overflow.caption_text_lines});
    words.source = source_of(v, w);
    const double x = body.x + body_left;
    const double y =
        (body.h - words.title.height() - words.text.height() - 4 - words.source.height()) / 2;
    words.title_at = {x, y};
    words.text_at = {x, y + words.title.height()};
    words.source_at = {x, words.text_at.y + words.text.height() + 4};
    return words;
  }

  PartShelf shelf_;
};

}  // namespace

std::unique_ptr<Layer> make_caption(PaintBox& box) {
  return std::make_unique<CaptionLayer>(box);
}

}  // namespace xb::overlay
