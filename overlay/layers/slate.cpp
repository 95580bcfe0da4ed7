// Slates: opening (how long until it begins, today's goods) and away (how long, what comes next).
// They replace the picture. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "overlay/hills.h"
#include "overlay/icons.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr std::size_t most_goods = 5;
constexpr double card_radius = 26;

// Minutes from "15:42" to "19:30" when it is less than an hour.
std::optional<int> minutes_until(const std::string& clock, const std::string& opens) {
  const auto minutes = [](const std::string& text) -> std::optional<int> {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const std::size_t i : {0U, 1U, 3U, 4U}) {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
    }
    return std::atoi(text.c_str()) * 60 + std::atoi(text.c_str() + 3);
  };
  const auto now = minutes(clock);
  const auto then = minutes(opens);
  if (!now || !then) return std::nullopt;
  constexpr int day = 24 * 60;
  const int left = (*then - *now + day) % day;
  return left > 0 && left < 60 ? std::optional(left) : std::nullopt;
}

struct Remaining {
  std::int64_t seconds;  // 1 to 3540
  SessionTime until;     // it is one less
};

// Nothing when it is an hour and more, over, or no clock is known.
std::optional<Remaining> remaining(const Moment& m) {
  const BadgeValues& badges = m.values.badges;
  const auto minutes = minutes_until(badges.clock, m.values.slate.opens_at);
  if (!minutes || !badges.minute_began) return std::nullopt;
  constexpr Duration second = std::chrono::seconds(1);
  const auto gone = std::max<std::int64_t>((m.now - *badges.minute_began) / second, 0);
  const auto left = std::int64_t{*minutes} * 60 - gone;
  if (left <= 0) return std::nullopt;
  return Remaining{left, *badges.minute_began + (gone + 1) * second};
}

std::string clock_of(std::int64_t seconds) {
  const auto two = [](std::int64_t n) { return std::to_string(n / 10) + std::to_string(n % 10); };
  return two(seconds / 60) + ":" + two(seconds % 60);
}

class Slate final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    if (m.scene.slate == SlateKind::none) {
      ground_ = {};
      return {};
    }
    const auto left = is_opening(m) ? remaining(m) : std::nullopt;
    const SessionTime in = m.scene.slate_since + length_of(m, theme().motions.slate_in);
    Shown out;
    out.what = ground_shows(m);
    out.subject = name_of(m.scene.slate);
    out.side = is_opening(m) ? Side::commerce : Side::neither;
    if (is_opening(m)) out.what += (left ? "-" : "=") + big_text(m);
    out.until = std::min(m.now < in ? in : never, left ? left->until : never);
    return out;
  }

  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    const Motions& motions = theme().motions;
    const bool is_on = m.scene.slate != SlateKind::none;
    const Duration length = length_of(m, is_on ? motions.slate_in : motions.slate_out);
    add_commanded(out, LayerName::slate, m.scene.slate_since, length);
  }

  // Another slate covers this one while it comes on.
  Motion exit(const Moment& m, bool is_replaced) const override {
    const Motions& motions = theme().motions;
    Motion motion = departure(m, m.scene.slate_since, motions.slate_out, faint);
    if (is_replaced) motion = {motion.begin, length_of(m, motions.slate_in), {}, {}, {}};
    return motion;
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const CanvasSize size = placement().canvas();
    if (std::string what = ground_shows(m); ground_.what != what) {
      Canvas c({0, 0, size.width, size.height}, unit());
      draw_hills(c, palette(), placement().is_tall());
      if (is_opening(m)) {
        ground_.big_y = opening(c, m);
      } else {
        away(c, m);
      }
      ground_.layer = c.take(LayerName::slate, std::string(name_of(m.scene.slate)));
      ground_.what = std::move(what);
    }
    std::vector<PlacedLayer> placed{ground_.layer};
    if (is_opening(m) && !m.values.slate.opens_at.empty()) placed.push_back(big(m));
    if (is_within(m, m.scene.slate_since, theme().motions.slate_in)) {
      for (PlacedLayer& layer : placed)
        layer.motions = {entrance(m, m.scene.slate_since, theme().motions.slate_in, faint)};
    }
    return placed;
  }

  void forget_paint() override { ground_ = {}; }

 private:
  // All but the large figure, which is another one each second.
  struct Ground {
    std::string what;
    PlacedLayer layer;
    double big_y = 0;  // u; of the opening slate
  };

  static bool is_opening(const Moment& m) { return m.scene.slate == SlateKind::opening; }

  static std::string ground_shows(const Moment& m) {
    const LiveValues& v = m.values;
    Shows shows;
    shows.add(static_cast<std::int64_t>(m.scene.slate));
    shows.add(v.station.name).add(v.station.county).add(v.station.township);
    if (is_opening(m)) {
      shows.add(v.slate.opens_at.empty() ? 0 : 1);
      for (const Product* p : goods(m)) {
        shows.add(p->id).add(p->name).add(p->price).add(p->unit).add(p->picture);
        shows.add(p->picture_version);
      }
    } else {
      shows.add(v.slate.away_title).add(v.slate.away_minutes.value_or(0));
      if (m.product != nullptr) {
        shows.add(m.product->name).add(m.product->origin).add(m.product->number);
        shows.add(m.product->picture).add(m.product->picture_version);
      }
    }
    return shows.take();
  }

  // "04:32", or "19:30" while it is not near.
  static std::string big_text(const Moment& m) {
    const auto left = remaining(m);
    return left ? clock_of(left->seconds) : m.values.slate.opens_at;
  }

  static std::vector<const Product*> goods(const Moment& m) {
    std::vector<const Product*> rows;
    if (!m.values.tables) return rows;
    for (const Product& p : m.values.tables->products) {
      const bool is_whole = !p.name.empty() && !p.price.empty() && !p.unit.empty();
      if (is_whole && rows.size() < most_goods) rows.push_back(&p);
    }
    return rows;
  }

  // The column of text: left edge, top when 9:16, width.
  Area column() const {
    const double width = placement().canvas().width / unit();
    const double height = placement().canvas().height / unit();
    if (placement().is_tall()) return {72, height * 300 / 1920, 800, 0};
    return {140, 150, std::min(1020.0, width - 280), height - 300};
  }

  double emblem(Canvas& c, const StationValues& s, double x, double y, double width) const {
    const double tile = 92, gap = 22;
    c.fill({x, y, tile, tile}, all_corners(22), {palette().tile, 160});
    draw_emblem(c, theme(), x + 16, y + 16, 60, palette().tile_icon, palette().tile.to);
    TextStyle name_style = display_style(theme(), 52);
    const double w = width - tile - gap;
    const TextBlock name = text().lay_out(s.name, name_style, {w, 1});
    const bool has_both = !s.county.empty() && !s.township.empty();
    const TextBlock sub =
        text().lay_out(s.county + (has_both ? "·" : "") + s.township, text_style(30), {w, 1});
    const double top = y + (tile - name.height() - sub.height()) / 2;
    name.draw(c, x + tile + gap, top, palette().text);
    sub.draw(c, x + tile + gap, top + name.height(), palette().text2);
    return tile;
  }

  // The small line above and the large title; returns the height.
  double titles(Canvas& c, const std::string& small, const std::string& large, Area at) const {
    TextStyle small_style = text_style(34, Weight::bold);
    small_style.spacing_em = 0.16;
    const TextBlock first = text().lay_out(small, small_style, {at.w, 1});
    TextStyle large_style = display_style(theme(), theme().type.slate_title);
    large_style.line_height = 1.2;
    large_style.spacing_em = 0.06;
    TextBlock second = text().lay_out(large, large_style);
    if (second.width() > at.w) {
      large_style.size *= at.w / second.width();
      second = text().lay_out(large, large_style, {at.w, 1});
    }
    first.draw(c, at.x, at.y, palette().accent);
    second.draw(c, at.x, at.y + first.height() + 8, palette().text);
    return first.height() + 8 + second.height();
  }

  TextStyle big_style() const {
    TextStyle style = figure_style(placement().is_tall() ? 220 : 190);
    style.line_height = 0.95;
    return style;
  }

  // Returns where the large figure has its place.
  double opening(Canvas& c, const Moment& m) const {
    const bool is_tall = placement().is_tall();
    const Area at = column();
    const double gap = is_tall ? 64 : 54;
    const double titles_h = 34 * 1.32 + 8 + theme().type.slate_title * 1.2;
    const TextStyle style = big_style();
    const double big_h = m.values.slate.opens_at.empty() ? 0 : gap + style.size * style.line_height;
    const auto rows = goods(m);
    double y = is_tall ? at.y : at.y + (at.h - 92 - gap - titles_h - big_h) / 2;
    y += emblem(c, m.values.station, at.x, y, at.w) + gap;
    y += titles(c, "马上开始", "欢迎来村里坐坐", {at.x, y, at.w, 0});
    const double big_y = y + gap;
    y += big_h;
    if (rows.empty()) return big_y;
    if (is_tall) {
      list(c, rows, at.x, y + gap, 800);
    } else {
      const double w = 680;
      const double x = c.width() - 120 - w;
      const bool has_room = x > at.x + 900;  // beside the title; a narrow canvas has none
      if (has_room) list(c, rows, x, 300 * c.height() / 1080, w);
    }
    return big_y;
  }

  // The figure and what it says, on their own.
  PlacedLayer big(const Moment& m) const {
    const CanvasSize size = placement().canvas();
    const Box all{0, 0, size.width, size.height};
    const TextBlock words =
        text().lay_out(remaining(m) ? "后开播" : "开播", text_style(theme().type.slate_body));
    const Area at = column();
    const TextBlock figure = text().lay_out(big_text(m), big_style(), {at.w * 0.7, 1});
    const double y = ground_.big_y, gap = 22;
    // ink of a figure may stand out of its line
    Canvas c(all, unit(), 0,
             Area{at.x - gap, y - gap, figure.width() + words.width() + 3 * gap,
                  figure.height() + 2 * gap});
    figure.draw(c, at.x, y, palette().price);
    words.draw(c, at.x + figure.width() + gap, y + figure.height() - 18 - words.height(),
               palette().text2);
    return c.take(LayerName::slate, std::string(name_of(m.scene.slate)));
  }

  void list(Canvas& c, const std::vector<const Product*>& rows, double x, double y,
            double w) const {
    const double pad_x = 30, pad_y = 25, row_h = 72, gap = 14, unit_w = 132;
    const TextBlock head = text().lay_out("今天带来", text_style(32, Weight::bold));
    const double h = 2 * pad_y + head.height() + static_cast<double>(rows.size()) * (row_h + gap);
    card(c, {x, y, w, h});
    head.draw(c, x + pad_x, y + pad_y, palette().accent);
    double top = y + pad_y + head.height() + gap;
    for (const Product* p : rows) {
      thumbnail(c, *p, {x + pad_x, top, row_h, row_h}, 16);
      const TextBlock per =
          text().lay_out("/ " + full_width_punctuation(p->unit), text_style(30), {unit_w, 1});
      const TextBlock price = text().lay_out("¥" + p->price, figure_style(42), {220, 1});
      const double price_right = x + w - pad_x - unit_w - 18;
      const double name_x = x + pad_x + row_h + 18;
      const TextBlock name = text().lay_out(full_width_punctuation(p->name), text_style(36),
                                            {price_right - price.width() - 18 - name_x, 1});
      const double name_y = top + (row_h - name.height()) / 2;
      const double base = name_y + name.baseline();
      name.draw(c, name_x, name_y, palette().text);
      price.draw(c, price_right - price.width(), base - price.baseline(), palette().price);
      per.draw(c, price_right + 18, base - per.baseline(), palette().text2);
      top += row_h + gap;
    }
  }

  void thumbnail(Canvas& c, const Product& p, Area area, double radius) const {
    if (photo(c, p, area, all_corners(radius))) return;
    const double icon = area.w * 0.5;
    draw_icon(c, Icon::no_photo, area.x + (area.w - icon) / 2, area.y + (area.h - icon) / 2, icon,
              placeholder_ink);
  }

  void card(Canvas& c, Area area) const {
    // its shadow is blurred on a scratch box of the same size
    const auto px = [&](double u) { return static_cast<int>(u * unit() / 2) * 2; };
    Canvas below({0, 0, px(area.w), px(area.h)}, unit(), box_.shadows.margin());
    box_.shadows.draw(below, card_radius);
    c.draw_canvas(below, area.x, area.y);
    c.fill(area, all_corners(card_radius), {palette().panel, 160});
    border(c, area, all_corners(card_radius));
  }

  void away(Canvas& c, const Moment& m) const {
    const bool is_tall = placement().is_tall();
    const Area at = column();
    const double gap = is_tall ? 64 : 54;
    const double titles_h = 34 * 1.32 + 8 + theme().type.slate_title * 1.2;
    const double line = theme().type.slate_body + 4;
    const double next_h = m.product != nullptr ? gap + 154 : 0;
    double y = is_tall ? at.y : at.y + (at.h - 92 - gap - titles_h - 20 - line * 1.7 - next_h) / 2;
    y += emblem(c, m.values.station, at.x, y, at.w) + gap;
    const std::string& chosen = m.values.slate.away_title;
    const std::string title = chosen.empty() ? "马上回来" : full_width_punctuation(chosen);
    y += titles(c, "稍等片刻", title, {at.x, y, at.w, 0}) + 20;
    const TextStyle style = text_style(line);
    if (const auto minutes = m.values.slate.away_minutes; minutes && *minutes > 0) {
      const TextBlock before = text().lay_out("大约", style);
      const TextBlock figure = text().lay_out(std::to_string(*minutes), figure_style(line * 1.3));
      const TextBlock after = text().lay_out("分钟后回来，别走开", style);
      double x = at.x;
      before.draw(c, x, y, palette().text);
      x += before.width() + line * 0.25;
      figure.draw(c, x, y + before.baseline() - figure.baseline(), palette().price);
      after.draw(c, x + figure.width() + line * 0.25, y, palette().text);
    } else {
      text().lay_out("别走开，直播还在继续", style, {at.w, 1}).draw(c, at.x, y, palette().text);
    }
    y += line * 1.7;
    if (m.product != nullptr) next_card(c, *m.product, at.x, y + gap, is_tall ? 800 : 760);
  }

  // What comes next, without its price: the card itself shows that when it is time.
  void next_card(Canvas& c, const Product& p, double x, double y, double w) const {
    const double pad_x = 30, pad_y = 22, side = 110, gap = 20;
    card(c, {x, y, w, side + 2 * pad_y});
    thumbnail(c, p, {x + pad_x, y + pad_y, side, side}, 18);
    const double left = x + pad_x + side + gap;
    const double room = w - 2 * pad_x - side - gap;
    TextStyle name_style = text_style(42, Weight::bold);
    name_style.line_height = 1.25;
    const TextBlock head = text().lay_out("回来接着讲", text_style(30, Weight::bold));
    const TextBlock name = text().lay_out(full_width_punctuation(p.name), name_style, {room, 1});
    const std::string rest = std::to_string(p.number) + " 号链接" +
                             (p.origin.empty() ? "" : " · " + full_width_punctuation(p.origin));
    const TextBlock more = text().lay_out(rest, text_style(30), {room, 1});
    double top = y + (side + 2 * pad_y - head.height() - name.height() - more.height()) / 2;
    head.draw(c, left, top, palette().accent);
    name.draw(c, left, top += head.height(), palette().text);
    more.draw(c, left, top + name.height(), palette().text2);
  }

  Ground ground_;
};

}  // namespace

std::unique_ptr<Layer> make_slate(PaintBox& box) {
  return std::make_unique<Slate>(box);
}

}  // namespace xb::overlay
