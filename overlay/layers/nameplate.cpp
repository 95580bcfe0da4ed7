// Nameplate 村名牌: seal tile, village, county and township. Always on.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "overlay/icons.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double radius = 18;
constexpr double strip_h = 42;
constexpr double name_left = 24, name_right = 30, strip_right = 26;

class Nameplate final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    const StationValues& s = m.values.station;
    if (s.name.empty()) return {};
    Shows shows;
    shows.add(s.name).add(s.county).add(s.township).add(is_entering(m) ? 1 : 0);
    return {shows.take(), is_entering(m) ? m.scene.slate_since + length_of(m, timing()) : never};
  }

  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    if (!is_entering(m)) return;
    add_commanded(out, LayerName::nameplate, m.scene.slate_since, length_of(m, timing()));
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const StationValues& station = m.values.station;
    const Anchor& anchor = theme().anchors.nameplate;
    const double h = anchor.h;
    const double most = placement().width_of(anchor) - h;

    TextStyle name_style = display_style(theme(), theme().type.name);
    name_style.line_height = 1.1;
    if (grapheme_count(station.name) > theme().overflow.name_chars) {
      name_style.size *= theme().overflow.name_shrink;
    }
    const TextBlock name = text().lay_out(full_width_punctuation(station.name), name_style,
                                          {most - name_left - name_right, 1});
    TextStyle sub_style = text_style(theme().type.name_sub, Weight::bold);
    sub_style.spacing_em = 0.02;
    const bool has_both = !station.county.empty() && !station.township.empty();
    const std::string sub = station.county + (has_both ? "·" : "") + station.township;
    const TextBlock strip = text().lay_out(sub, sub_style, {most - name_left - strip_right, 1});

    const double body = std::clamp(
        std::max(name.width() + name_left + name_right, strip.width() + name_left + strip_right), h,
        most);
    const Motions& motions = theme().motions;
    const Box box = placement().place(anchor, h + body, h);
    Parts parts(box, unit(), box_.shadows.margin(), is_entering(m) && !m.is_quiet(), shelf_,
                Shows().add(station.name).add(sub).take());
    const auto wipe = [&](Duration after) {
      Pose covered = faint;
      covered.alpha = 1;
      covered.right = 0;
      return std::vector{entrance(m, m.scene.slate_since, timing(), covered, after)};
    };
    const double side = box.h / unit();
    const double rest = box.w / unit() - side;
    const bool has_strip = !sub.empty();
    const double panel_h = has_strip ? side - strip_h : side;
    parts.add(wipe(motions.nameplate_panel), [&](Canvas& c) {
      box_.shadows.draw(c, radius);
      const Area panel{side, 0, rest, panel_h};
      const Corners corners{0, radius, has_strip ? 0 : radius, 0};
      c.fill(panel, corners, {palette().panel, 100});
      border(c, panel, corners);
    });
    if (has_strip) {
      const Area below{side, panel_h, rest, strip_h};
      parts.add(wipe(motions.nameplate_strip), below, [&](Canvas& c) {
        c.fill(below, {0, 0, radius, 0}, {palette().strip, 100});
      });
    }
    const Area tile{0, 0, side, side};
    parts.add({entrance(m, m.scene.slate_since, timing(), faint)}, tile,
              [&](Canvas& c) { draw_tile(c, tile); });
    if (is_entering(m) && !m.is_quiet()) parts.turn_pages(growing_tile(m, parts, tile));
    parts.add(wipe(motions.nameplate_text), {side, 0, rest, side}, [&](Canvas& c) {
      name.draw(c, side + name_left, (panel_h - name.height()) / 2, palette().text);
      strip.draw(c, side + name_left, panel_h + (strip_h - strip.height()) / 2 - 0.5,
                 palette().strip_text);
    });
    std::vector<Motion> together;
    if (is_entering(m) && m.is_quiet()) {
      together.push_back(entrance(m, m.scene.slate_since, timing(), faint));
    }
    return parts.take(LayerName::nameplate, {}, together);
  }

  void forget_paint() override { shelf_.forget(); }

 private:
  // It comes on with the program, and again when a slate goes off.
  bool is_entering(const Moment& m) const {
    return m.scene.slate == SlateKind::none && is_within(m, m.scene.slate_since, timing());
  }
  const Timing& timing() const { return theme().motions.nameplate_in; }

  void draw_tile(Canvas& c, Area tile) const {
    const double side = tile.w;
    c.fill(tile, {radius, 0, 0, radius}, {palette().tile, 160});
    c.stroke_inside({7, 7, side - 14, side - 14}, {12, 4, 4, 12}, 2,
                    palette().tile_icon.with_alpha(0.45));
    const double motif = side * 0.62;
    draw_emblem(c, theme(), (side - motif) / 2, (side - motif) / 2, motif, palette().tile_icon,
                palette().tile.to);
  }

  Flipbook growing_tile(const Moment& m, const Parts& parts, Area tile) const {
    const double least = theme().motions.nameplate_tile_scale;
    const auto fiftieths = [&](double part) {
      return static_cast<int>(std::lround(50 * (least + (1 - least) * timing().curve.at(part))));
    };
    return flipbook_of(m.scene.slate_since, timing().length, fiftieths, [&](int state) {
      Canvas page = parts.blank(tile);
      page.scale_about(tile.w / 2, tile.h / 2, state / 50.0);
      draw_tile(page, tile);
      return page.take(LayerName::nameplate, {});
    });
  }

  PartShelf shelf_;
};

}  // namespace

std::unique_ptr<Layer> make_nameplate(PaintBox& box) {
  return std::make_unique<Nameplate>(box);
}

}  // namespace xb::overlay
