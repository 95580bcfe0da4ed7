// Words, a pill when few are left, and the bar. SPDX-License-Identifier: Apache-2.0
#include "overlay/stock.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace xb::overlay {
namespace {

constexpr double bar_h = 14;
constexpr std::int64_t low_stock = 10;
constexpr const char* sold_out = "卖完啦，谢谢乡亲";

}  // namespace

void draw_stock(Canvas& c, const Theme& theme, TextShaper& text, const Product& p,
                std::int64_t most, Area area) {
  const Palette& palette = theme.palette;
  const double size = theme.type.product_meta;
  const TextStyle words = text_style(size);
  const TextStyle strong = text_style(size, Weight::bold);
  const double line = area.h - bar_h - 6;
  const double y = area.y + (line - size * words.line_height) / 2;
  if (*p.stock <= 0) {
    TextStyle fitted = strong;
    const double w = text.lay_out(sold_out, strong).width();
    if (w > area.w) fitted.size = std::max(theme.type.min, size * area.w / w);
    text.lay_out(sold_out, fitted, {area.w, 1}).draw(c, area.x, y, palette.text);
  } else {
    const TextBlock left = text.lay_out("还剩", words);
    const TextBlock count = text.lay_out(count_zh(*p.stock), figure_style(size * 1.12));
    const TextBlock pieces = text.lay_out("份", words);
    double x = area.x;
    left.draw(c, x, y, palette.text);
    count.draw(c, x += left.width() + size * 0.25, y + left.baseline() - count.baseline(),
               palette.text);
    pieces.draw(c, x + count.width() + size * 0.25, y, palette.text);
    if (*p.stock < low_stock) {
      const TextBlock low = text.lay_out("快没了", strong);
      Area pill{area.x + area.w - low.width() - 20, area.y, low.width() + 20, line};
      // beside the number when there is room, else above it
      const double end = x + count.width() + size * 0.25 + pieces.width() + 8;
      if (pill.x < end) pill.y -= line + 6;
      c.fill(pill, all_corners(8), plain_fill(theme.fixed.low_bg));
      low.draw(c, pill.x + 10, pill.y + y - area.y, theme.fixed.low_fg);
    }
  }
  const Area bar{area.x, area.y + area.h - bar_h, area.w, bar_h};
  c.fill(bar, all_corners(bar_h / 2), plain_fill(palette.track));
  if (*p.stock <= 0 || most <= 0) return;
  const double part =
      std::clamp(static_cast<double>(*p.stock) / static_cast<double>(most), 0.0, 1.0);
  const Area filled{bar.x, bar.y, std::max(bar_h, bar.w * part), bar.h};
  c.fill(filled, all_corners(bar_h / 2), {{palette.strip.from, palette.accent}, 90});
}

void MostStock::note(const std::shared_ptr<const Tables>& tables) {
  if (!tables || tables == noted_) return;
  noted_ = tables;
  std::map<std::string, std::int64_t> most;
  for (const Product& p : noted_->products) {
    if (p.stock) most[p.id] = std::max(*p.stock, of(p));
  }
  most_ = std::move(most);
}

std::int64_t MostStock::of(const Product& product) const {
  const auto found = most_.find(product.id);
  return found == most_.end() ? 0 : found->second;
}

}  // namespace xb::overlay
