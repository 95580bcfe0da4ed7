// Product card 商品卡: tall with a QR code in 16:9, wide in 9:16 and in the second place. A card
// without name, price or unit is not drawn. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "overlay/glow.h"
#include "overlay/icons.h"
#include "overlay/layer.h"
#include "overlay/price.h"
#include "overlay/qr.h"
#include "overlay/scan_row.h"
#include "overlay/stock.h"

namespace xb::overlay {
namespace {

constexpr double sold_out_saturation = 0.55;
constexpr double glow_reach = 20;
constexpr double digits_below = 0.109;  // em from the digits' foot to the end of a 0.9 line

class ProductCard final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    most_stock_.note(m.values.tables);
    if (m.product == nullptr) return {};
    const Product& p = *m.product;
    if (p.name.empty() || p.price.empty() || p.unit.empty()) return {};
    Shows shows = content_of(m);
    SessionTime until = never;
    if (is_emphasised(m)) until = *m.scene.emphasis_since + emphasis_length();
    if (is_entering(m)) {
      until = std::min(until, m.scene.product_since + length_of(m, timing_of()));
    }
    shows.add(is_entering(m) ? 1 : 0);
    if (is_emphasised(m)) shows.add(m.scene.emphasis_since->time_since_epoch().count());
    return {shows.take(), until, p.id, Side::commerce};
  }

  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    if (m.scene.product != product_) {
      is_swap_ = product_ && m.scene.product;
      product_ = m.scene.product;
    }
    const Timing& timing = m.product != nullptr ? timing_of() : theme().motions.product_out;
    add_commanded(out, LayerName::product_card, m.scene.product_since, length_of(m, timing));
    if (is_emphasised(m)) {
      add_commanded(out, LayerName::product_card, *m.scene.emphasis_since, emphasis_length());
    }
  }

  // Back to where cards come from; below another card only faded.
  Motion exit(const Moment& m, bool is_replaced) const override {
    const Motions& motions = theme().motions;
    if (is_replaced) {
      return departure(m, m.scene.product_since, {motions.product_swap.length, {}}, faint);
    }
    return departure(m, m.scene.product_since, motions.product_out, aside());
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const bool is_apart = !m.is_quiet() && ((is_entering(m) && !is_swap_) || is_emphasised(m));
    const bool is_wide = placement().is_tall() || m.has_card_aside;
    const Tall plan = is_wide ? Tall{} : tall_plan(m);
    const Box box = is_wide ? wide_box(m) : tall_box(plan);
    Parts parts(box, unit(), box_.shadows.margin(), is_apart, shelf_, content_of(m).take());
    if (is_wide) {
      wide(parts, m, box.w / unit(), box.h / unit());
    } else {
      tall(parts, m, plan, box.w / unit());
    }
    if (m.product->stock == 0) parts.desaturate(sold_out_saturation);
    std::vector<Motion> together;
    if (is_entering(m)) {
      together.push_back(entrance(m, m.scene.product_since, timing_of(), coming(is_apart)));
    }
    auto placed = parts.take(LayerName::product_card, m.product->id, together);
    if (!is_wide) placed.front().qr = qr_in(m, plan, box);
    if (is_emphasised(m)) placed.push_back(glow(m, box));
    return placed;
  }

  void forget_paint() override { shelf_.forget(); }

 private:
  Shows content_of(const Moment& m) const {
    const Product& p = *m.product;
    Shows shows;
    shows.add(p.id).add(p.number).add(p.name).add(p.origin).add(p.price).add(p.unit);
    shows.add(p.stock.value_or(-1)).add(most_stock_.of(p)).add(p.picture).add(p.link);
    shows.add(p.picture_version);
    shows.add(m.has_card_aside ? 1 : 0).add(m.scene.is_qr_hidden ? 1 : 0);
    return shows;
  }

  const Timing& timing_of() const {
    return is_swap_ ? theme().motions.product_swap : theme().motions.product_in;
  }
  bool is_entering(const Moment& m) const {
    return is_within(m, m.scene.product_since, timing_of());
  }
  Duration emphasis_length() const {
    return theme().motions.product_emphasis.length * theme().motions.emphasis_times;
  }
  bool is_emphasised(const Moment& m) const {
    const auto& since = m.scene.emphasis_since;
    return since && !m.is_quiet() && m.now < *since + emphasis_length();
  }

  // Where cards come from and go to.
  Pose aside() const {
    Pose pose = faint;
    const double shift = theme().motions.product_shift * unit();
    (placement().is_tall() ? pose.dy : pose.dx) = shift;
    return pose;
  }

  // Where it begins: aside and faint; parts are faint on their own; over another card it is not,
  // but uncovered from where it comes, so that the two are never read through each other.
  Pose coming(bool is_apart) const {
    Pose pose = aside();
    if (is_apart || is_swap_) pose.alpha = 1;
    if (is_swap_) (placement().is_tall() ? pose.top : pose.left) = 1;
    return pose;
  }

  std::vector<Motion> come(const Moment& m, Duration after) const {
    if (!is_entering(m)) return {};
    return {entrance(m, m.scene.product_since, timing_of(), faint, after)};
  }
  // The price rises a little and springs into its place.
  std::vector<Motion> spring(const Moment& m, double rise) const {
    if (!is_entering(m)) return {};
    const Motions& motions = theme().motions;
    const Timing timing{timing_of().length, motions.product_emphasis.curve};
    Pose from = faint;
    from.dy = rise * unit();
    return {entrance(m, m.scene.product_since, timing, from, motions.product_price)};
  }

  // What the tall card has, from the top down.
  struct Tall {
    double name_h = 0, price_h = 0, height = 0;
    const QrCode* code = nullptr;  // null: the card shows none
  };
  static constexpr double pad = 22, gap = 9, foot = 18;
  Tall tall_plan(const Moment& m) {
    const Product& p = *m.product;
    Tall plan;
    plan.name_h =
        name_of(p, theme().anchors.product.w - 2 * pad, theme().overflow.product_name_lines)
            .height();
    plan.price_h = PriceTag::style(theme(), p).size * 0.9;
    plan.code = m.scene.is_qr_hidden ? nullptr : code_of(p.link);
    plan.height = theme().anchors.photo_h + 14 + plan.name_h + gap + plan.price_h + foot;
    if (!p.origin.empty()) plan.height += theme().type.product_meta * 1.32 + gap;
    if (p.stock) plan.height += stock_h + gap;
    if (plan.code != nullptr) plan.height += 2 + theme().anchors.qr + gap;
    return plan;
  }
  Box tall_box(const Tall& plan) const {
    const Anchor& anchor = theme().anchors.product;
    return placement().place(anchor, anchor.w, plan.height);
  }
  // Letters reach a little out of their lines, and a pixel at an edge is shared.
  static Area with_edge(Area area) {
    constexpr double edge = 24;
    return {area.x - edge, area.y - edge, area.w + 2 * edge, area.h + 2 * edge};
  }
  // Where its code lies, and what it says; nothing when it has none.
  std::shared_ptr<const PlacedQr> qr_in(const Moment& m, const Tall& plan, Box box) const {
    if (plan.code == nullptr) return nullptr;
    const double qr = theme().anchors.qr;
    const int side = placement().place({}, qr, qr).w;
    const auto px = [&](double u) { return static_cast<int>(u * unit()) / 2 * 2; };
    return std::make_shared<const PlacedQr>(PlacedQr{
        {box.x + px(pad), box.y + px(plan.height - foot - qr), side, side}, m.product->link});
  }
  Box wide_box(const Moment& m) const {
    const Anchors& anchors = theme().anchors;
    const Anchor& second = anchors.product_second;
    if (m.has_card_aside) return placement().place(second, second.w, second.h);
    const Anchor& anchor = anchors.product;
    return placement().place(anchor, placement().width_of(anchor), anchor.h);
  }

  void add_panel(Parts& parts, const Moment& m) {
    const auto draw = [&](Canvas& c) { draw_panel(c, card_radius, 160); };
    if (m.product->stock == 0) {  // of its own grey
      parts.add(come(m, {}), draw);
    } else {
      parts.add_ground(come(m, {}), draw);
    }
  }

  void tall(Parts& parts, const Moment& m, const Tall& plan, double w) {
    const Product& p = *m.product;
    const Motions& motions = theme().motions;
    const Anchors& anchors = theme().anchors;
    const double inner = anchors.product.w - 2 * pad;
    add_panel(parts, m);
    const Area photo_area{0, 0, w, anchors.photo_h};
    parts.add(come(m, motions.product_photo), photo_area, [&](Canvas& c) {
      photo_or_placeholder(c, p, photo_area, {card_radius, card_radius, 0, 0}, 44);
      cart_tag(c, p.number, tall_card_tag);
    });
    double y = anchors.photo_h + 14;
    const double words_h = plan.name_h + 2 * theme().type.product_meta;
    parts.add(come(m, motions.product_name), {0, anchors.photo_h, w, words_h + 60}, [&](Canvas& c) {
      name_of(p, inner, theme().overflow.product_name_lines).draw(c, pad, y, palette().text);
      if (!p.origin.empty()) origin(c, p, pad, y + plan.name_h + gap, inner);
    });
    y += plan.name_h + gap;
    if (!p.origin.empty()) y += theme().type.product_meta * 1.32 + gap;
    show_price(parts, m, price_of(p, inner), pad,
               y + plan.price_h - PriceTag::style(theme(), p).size * digits_below);
    y += plan.price_h + gap;
    if (p.stock) {
      const Area area{pad, y, inner, stock_h};
      parts.add(come(m, motions.product_bar), with_edge(area),
                [&](Canvas& c) { stock(c, p, area); });
      y += stock_h + gap;
    }
    if (plan.code != nullptr) {
      const Area area{pad, y + 2, inner, anchors.qr};
      parts.add(come(m, motions.product_qr), with_edge(area),
                [&](Canvas& c) { draw_scan_row(c, theme(), text(), *plan.code, area); });
    }
  }

  void wide(Parts& parts, const Moment& m, double w, double h) {
    const Product& p = *m.product;
    const Motions& motions = theme().motions;
    const double photo_w = 272, left = photo_w + 26, right = 28, between = 24, least_stock_w = 200;
    add_panel(parts, m);
    const double inner = w - left - right;
    const Area photo_area{0, 0, photo_w, h};
    parts.add(come(m, motions.product_photo), photo_area, [&](Canvas& c) {
      photo_or_placeholder(c, p, photo_area, {card_radius, 0, 0, card_radius}, 44);
      cart_tag(c, p.number, {27, 50, 12, 14, 6});
    });
    parts.add(come(m, motions.product_name), {left - 24, 0, inner + 48, h}, [&](Canvas& c) {
      const TextBlock name = name_of(p, inner, 1);
      name.draw(c, left, 16, palette().text);
      if (!p.origin.empty()) origin(c, p, left, 16 + name.height(), inner);
    });
    const double base = h - 18 - PriceTag::style(theme(), p).size * digits_below;
    // The stock gives way a little before the unit is cut.
    const PriceTag price = price_of(p, p.stock ? inner - least_stock_w - between : inner);
    show_price(parts, m, price, left, base);
    if (!p.stock) return;
    const double stock_w = std::clamp(inner - price.width() - between, least_stock_w, 236.0);
    const Area area{w - right - stock_w, h - 18 - stock_h, stock_w, stock_h};
    parts.add(come(m, motions.product_bar), with_edge(area), [&](Canvas& c) { stock(c, p, area); });
  }

  // With the pages of its emphasis: larger and back, about the foot of the figures.
  void show_price(Parts& parts, const Moment& m, const PriceTag& price, double x, double base) {
    const double size = PriceTag::style(theme(), *m.product).size;
    parts.add(spring(m, 26), with_edge({x, base - size, price.width(), 1.5 * size}),
              [&](Canvas& c) { price.draw(c, x, base, palette()); });
    if (!is_emphasised(m)) return;
    // wide enough for the largest page
    const Area area{x - 2 * size, base - 2 * size, price.width() + 4 * size, 3 * size};
    const Motions& motions = theme().motions;
    const auto hundredths = [&](double part) {
      const double one = part * motions.emphasis_times - std::floor(part * motions.emphasis_times);
      const double bent = motions.product_emphasis.curve.at(one < 0.5 ? 2 * one : 2 - 2 * one);
      return static_cast<int>(std::lround(100 * (1 + (motions.emphasis_scale - 1) * bent)));
    };
    parts.turn_pages(
        flipbook_of(*m.scene.emphasis_since, emphasis_length(), hundredths, [&](int state) {
          Canvas page = parts.blank(area);
          page.scale_about(x, base, state / 100.0);
          price.draw(page, x, base, palette());
          return page.take(LayerName::product_card, {});
        }));
  }

  // A frame of light around the card that comes and goes.
  PlacedLayer glow(const Moment& m, Box box) const {
    const Motions& motions = theme().motions;
    const int reach = 2 * static_cast<int>(std::lround(glow_reach * unit() / 2));
    Canvas c(box, unit(), reach);
    draw_glow(c, card_radius, glow_reach, palette().accent);
    PlacedLayer placed = c.take(LayerName::product_card, m.product->id);
    Pose lit;
    lit.alpha = motions.emphasis_glow;
    placed.motions = {{*m.scene.emphasis_since,
                       motions.product_emphasis.length / 2,
                       {},
                       faint,
                       lit,
                       Repeat::swing}};
    return placed;
  }

  TextBlock name_of(const Product& p, double width, int lines) const {
    TextStyle style = text_style(theme().type.product_name, Weight::bold);
    style.line_height = 1.22;
    return text().lay_out(full_width_punctuation(p.name), style, {width, lines});
  }

  void photo_or_placeholder(Canvas& c, const Product& p, Area area, Corners corners,
                            double lower) const {
    if (photo(c, p, area, corners)) return;
    const double icon = 72;
    const TextBlock words = text().lay_out("还没有照片", text_style(28));
    const double y = area.y + lower + (area.h - lower - icon - 6 - words.height()) / 2;
    draw_icon(c, Icon::no_photo, area.x + (area.w - icon) / 2, y, icon, placeholder_ink);
    words.draw(c, area.x + (area.w - words.width()) / 2, y + icon + 6, placeholder_ink);
  }

  void origin(Canvas& c, const Product& p, double x, double y, double width) const {
    const double size = theme().type.product_meta;
    const TextBlock words = text().lay_out(full_width_punctuation(p.origin), text_style(size),
                                           {width - size * 1.05 - 6, 1});
    draw_icon(c, Icon::pin, x, y + (words.height() - size * 1.05) / 2, size * 1.05,
              palette().text2);
    words.draw(c, x + size * 1.05 + 6, y, palette().text2);
  }

  PriceTag price_of(const Product& p, double width) const { return {theme(), text(), p, width}; }

  void stock(Canvas& c, const Product& p, Area area) const {
    draw_stock(c, theme(), text(), p, most_stock_.of(p), area);
  }

  // Null when the card shows none.
  const QrCode* code_of(const std::string& link) {
    const QrCode* code = codes_.get(link);
    const bool is_shown = code != nullptr && qr_size(*code, placement(), theme()) != QrSize::none;
    return is_shown ? code : nullptr;
  }

  std::optional<std::string> product_;  // of the Scene at the last look
  bool is_swap_ = false;                // it came for another
  QrShelf codes_;
  MostStock most_stock_;
  PartShelf shelf_;
};

}  // namespace

std::unique_ptr<Layer> make_product_card(PaintBox& box) {
  return std::make_unique<ProductCard>(box);
}

}  // namespace xb::overlay
