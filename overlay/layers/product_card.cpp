// Product card 商品卡: tall with a QR code in 16:9, wide in 9:16. A card without name, price or
// unit is not drawn. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "base/text.h"
#include "overlay/icons.h"
#include "overlay/layer.h"
#include "overlay/qr.h"

namespace xb::overlay {
namespace {

constexpr std::int64_t low_stock = 10;
constexpr double sold_out_saturation = 0.55;
constexpr double stock_h = 61, bar_h = 14;
constexpr double digits_below = 0.109;  // em from the digits' foot to the end of a 0.9 line
constexpr Color placeholder_ink{0x6B, 0x64, 0x57};

class ProductCard final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    note_stock(m);
    if (m.product == nullptr) return {};
    const Product& p = *m.product;
    if (p.name.empty() || p.price.empty() || p.unit.empty()) return {};
    Shows shows;
    shows.add(p.id).add(p.number).add(p.name).add(p.origin).add(p.price).add(p.unit);
    shows.add(p.stock.value_or(-1)).add(most_of(p)).add(p.picture).add(p.link);
    return {shows.take(), never};
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    return {placement().is_tall() ? wide(*m.product) : tall(*m.product)};
  }

 private:
  // The bar needs a whole: the most there was of a product since the program began. No other number
  // is known, and none is invented.
  void note_stock(const Moment& m) {
    if (!m.values.tables || m.values.tables == noted_) return;
    noted_ = m.values.tables;
    std::map<std::string, std::int64_t> most;
    for (const Product& p : noted_->products) {
      if (p.stock) most[p.id] = std::max(*p.stock, most_of(p));
    }
    most_stock_ = std::move(most);
  }
  std::int64_t most_of(const Product& p) const {
    const auto found = most_stock_.find(p.id);
    return found == most_stock_.end() ? 0 : found->second;
  }

  PlacedLayer tall(const Product& p) {
    const Anchor& anchor = theme().anchors.product;
    const TypeSizes& type = theme().type;
    const double pad = 22, gap = 9;
    const double inner = anchor.w - 2 * pad;
    const TextBlock name = name_of(p, inner);
    const bool has_qr = qr_fits(p);
    const double qr = theme().anchors.qr;
    const double price_h = price_style(p).size * 0.9;
    double h = theme().anchors.photo_h + 14 + name.height() + gap + price_h + 18;
    if (!p.origin.empty()) h += type.product_meta * 1.32 + gap;
    if (p.stock) h += stock_h + gap;
    if (has_qr) h += 2 + qr + gap;

    Canvas c = panel(placement().place(anchor, anchor.w, h), card_radius, 160);
    const Area picture{0, 0, c.width(), theme().anchors.photo_h};
    photo_or_placeholder(c, p, picture, {card_radius, card_radius, 0, 0}, 44);
    cart_tag(c, p.number, tall_card_tag);
    double y = theme().anchors.photo_h + 14;
    name.draw(c, pad, y, palette().text);
    y += name.height() + gap;
    if (!p.origin.empty()) {
      origin(c, p, pad, y, inner);
      y += type.product_meta * 1.32 + gap;
    }
    draw_price(c, price_of(p, inner), pad, y + price_h - price_style(p).size * digits_below);
    y += price_h + gap;
    if (p.stock) {
      stock(c, p, {pad, y, inner, stock_h});
      y += stock_h + gap;
    }
    const bool is_sold_out = p.stock == 0;
    if (has_qr) scan_row(c, p, {pad, y + 2, inner, qr});
    if (is_sold_out) c.desaturate(sold_out_saturation);
    return c.take(LayerName::product_card, p.id);
  }

  PlacedLayer wide(const Product& p) {
    const Anchor& anchor = theme().anchors.product;
    const double photo_w = 272, left = photo_w + 26, right = 28, gap = 24, least_stock_w = 200;
    Canvas c =
        panel(placement().place(anchor, placement().width_of(anchor), anchor.h), card_radius, 160);
    photo_or_placeholder(c, p, {0, 0, photo_w, c.height()}, {card_radius, 0, 0, card_radius}, 44);
    cart_tag(c, p.number, {27, 50, 12, 14, 6});
    const double inner = c.width() - left - right;
    const TextBlock name = name_of(p, inner);
    name.draw(c, left, 16, palette().text);
    if (!p.origin.empty()) origin(c, p, left, 16 + name.height(), inner);
    const double base = c.height() - 18 - price_style(p).size * digits_below;
    if (!p.stock) {
      draw_price(c, price_of(p, inner), left, base);
      return c.take(LayerName::product_card, p.id);
    }
    // The stock gives way a little before the unit is cut.
    const Price price = price_of(p, inner - least_stock_w - gap);
    draw_price(c, price, left, base);
    const double stock_w = std::clamp(inner - price.width() - gap, least_stock_w, 236.0);
    stock(c, p, {c.width() - right - stock_w, c.height() - 18 - stock_h, stock_w, stock_h});
    if (p.stock == 0) c.desaturate(sold_out_saturation);
    return c.take(LayerName::product_card, p.id);
  }

  TextBlock name_of(const Product& p, double width) const {
    TextStyle style = text_style(theme().type.product_name, Weight::bold);
    style.line_height = 1.22;
    return text().lay_out(full_width_punctuation(p.name), style,
                          {width, theme().overflow.product_name_lines});
  }

  void photo_or_placeholder(Canvas& c, const Product& p, Area area, Corners corners,
                            double lower) const {
    if (photo(c, p.picture, area, corners)) return;
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

  // From five digits on the price shrinks, so that it is never cut.
  TextStyle price_style(const Product& p) const {
    const std::size_t whole = std::min(p.price.find('.'), p.price.size());
    TextStyle style = figure_style(theme().type.price);
    style.line_height = 0.9;
    if (whole >= theme().overflow.price_digits) style.size *= theme().overflow.price_shrink;
    return style;
  }

  struct Price {
    TextBlock currency, whole, part, per;
    double digits_w = 0;
    double width() const { return digits_w + unit_gap + per.width(); }
  };
  static constexpr double unit_gap = 10, least_unit = 60;

  // At most `width` wide: the unit is cut first, then the figures shrink.
  Price price_of(const Product& p, double width) const {
    const std::size_t point = std::min(p.price.find('.'), p.price.size());
    const TextStyle style = price_style(p);
    Price price;
    for (double shrink = 1;; shrink *= 0.9) {
      TextStyle big = style;
      big.size *= shrink;
      TextStyle small = big;
      small.size *= 0.62;
      const TextStyle sign = figure_style(std::min(theme().type.price_currency, big.size * 0.7));
      price.whole = text().lay_out(p.price.substr(0, point), big);
      price.part = text().lay_out(p.price.substr(point), small);
      price.currency = text().lay_out("¥", sign);
      price.digits_w = price.currency.width() + 4 + price.whole.width() + price.part.width();
      if (price.digits_w + unit_gap + least_unit <= width || shrink < 0.3) break;
    }
    price.per =
        text().lay_out("/ " + full_width_punctuation(p.unit), text_style(theme().type.price_unit),
                       {std::max(least_unit, width - price.digits_w - unit_gap), 1});
    return price;
  }

  void draw_price(Canvas& c, const Price& price, double x, double base) const {
    price.currency.draw(c, x, base - price.currency.baseline(), palette().price);
    x += price.currency.width() + 4;
    price.whole.draw(c, x, base - price.whole.baseline(), palette().price);
    x += price.whole.width();
    price.part.draw(c, x, base - price.part.baseline(), palette().price);
    price.per.draw(c, x + price.part.width() + unit_gap, base - price.per.baseline(),
                   palette().text2);
  }

  void stock(Canvas& c, const Product& p, Area area) const {
    const double size = theme().type.product_meta;
    const TextStyle words = text_style(size);
    const TextStyle strong = text_style(size, Weight::bold);
    const double line = area.h - bar_h - 6;
    const double y = area.y + (line - size * words.line_height) / 2;
    if (*p.stock <= 0) {
      text().lay_out("卖完啦，谢谢乡亲", strong, {area.w, 1}).draw(c, area.x, y, palette().text);
    } else {
      const TextBlock left = text().lay_out("还剩", words);
      const TextBlock count = text().lay_out(count_zh(*p.stock), figure_style(size * 1.12));
      const TextBlock pieces = text().lay_out("份", words);
      double x = area.x;
      left.draw(c, x, y, palette().text);
      count.draw(c, x += left.width() + size * 0.25, y + left.baseline() - count.baseline(),
                 palette().text);
      pieces.draw(c, x + count.width() + size * 0.25, y, palette().text);
      if (*p.stock < low_stock) {
        const TextBlock low = text().lay_out("快没了", strong);
        Area pill{area.x + area.w - low.width() - 20, area.y, low.width() + 20, line};
        // beside the number when there is room, else above it
        const double end = x + count.width() + size * 0.25 + pieces.width() + 8;
        if (pill.x < end) pill.y -= line + 6;
        c.fill(pill, all_corners(8), plain_fill(theme().fixed.low_bg));
        low.draw(c, pill.x + 10, pill.y + y - area.y, theme().fixed.low_fg);
      }
    }
    const Area bar{area.x, area.y + area.h - bar_h, area.w, bar_h};
    c.fill(bar, all_corners(bar_h / 2), plain_fill(palette().track));
    const std::int64_t most = most_of(p);
    if (*p.stock <= 0 || most <= 0) return;
    const double part =
        std::clamp(static_cast<double>(*p.stock) / static_cast<double>(most), 0.0, 1.0);
    const Area filled{bar.x, bar.y, std::max(bar_h, bar.w * part), bar.h};
    c.fill(filled, all_corners(bar_h / 2), {{palette().strip.from, palette().accent}, 90});
  }

  bool qr_fits(const Product& p) const {
    if (!placement().has_qr() || theme().anchors.qr <= 0) return false;
    const auto code = make_qr(p.link);
    return code && module_px(*code, theme().anchors.qr, theme().qr_quiet_modules, unit()) >=
                       theme().qr_min_module_px;
  }

  void scan_row(Canvas& c, const Product& p, Area area) const {
    const auto code = make_qr(p.link);
    if (!code) return;
    draw_qr(c, *code, {area.x, area.y, area.h, area.h}, theme().qr_quiet_modules,
            theme().qr_min_module_px, theme().fixed.qr_fg, theme().fixed.qr_bg, 12);
    const double x = area.x + area.h + 16;
    const double w = area.w - area.h - 16;
    TextStyle strong = text_style(theme().type.product_meta, Weight::bold);
    strong.line_height = 1.35;
    TextStyle plain = text_style(theme().type.product_meta);
    plain.line_height = 1.35;
    const TextBlock first = text().lay_out("扫一扫", strong, {w, 1});
    const TextBlock second = text().lay_out("看产地", plain, {w, 1});
    const TextBlock third = text().lay_out("和采摘日期", plain, {w, 1});
    double y = area.y + (area.h - 3 * first.height()) / 2;
    first.draw(c, x, y, palette().text);
    second.draw(c, x, y += first.height(), palette().text2);
    third.draw(c, x, y + first.height(), palette().text2);
  }

  std::shared_ptr<const Tables> noted_;
  std::map<std::string, std::int64_t> most_stock_;  // by product id, only of products in the tables
};

}  // namespace

std::unique_ptr<Layer> make_product_card(PaintBox& box) {
  return std::make_unique<ProductCard>(box);
}

}  // namespace xb::overlay
