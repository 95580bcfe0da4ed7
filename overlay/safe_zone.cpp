// Eight scenes hold all layers in all their places.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/safe_zone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "overlay/placement.h"
#include "overlay/theme.h"

namespace xb::overlay {
namespace {

constexpr int ink_from = 100;   // a shadow is at most 87
constexpr int rounding_px = 3;  // to even pixels, and an edge that fades out
constexpr double same_shape = 0.01;

struct Lying {
  LayerName layer;
  Box box;
};

std::string long_text(std::size_t times) {
  std::string out;
  for (; times > 0; --times) out += "乡亲们都来看一看吧";
  return out;
}

LiveValues largest_values() {
  LiveValues values;
  values.station = {"青溪县竹园村人", "青溪土家族苗族自治县", "云岭苗族侗族乡"};
  auto tables = std::make_shared<Tables>();
  tables->products = {{"a", 999, long_text(2), long_text(2), "1299999.9", long_text(1), 8, "",
                       "https://x.example/", 0}};
  tables->captions = {
      {"heritage", "1935 年 10 月", long_text(2), long_text(8), long_text(4),
       CaptionKind::heritage},
      {"plain", "1935 年 10 月", long_text(2), long_text(8), long_text(4), CaptionKind::plain},
      {"upright", "1935 年 10 月", long_text(2), long_text(8), long_text(4), CaptionKind::plain,
       CaptionStyle::vertical}};
  tables->notices = {long_text(8)};
  values.tables = std::move(tables);
  values.counter.total = 9'999'999;
  values.counter.gained = 9'999;
  values.counter.last_follower = long_text(1);
  values.counter.followers_merged = 99;
  for (std::uint64_t n = 1; n <= 8; ++n)
    values.chat.push_back({n, ChatRole::moderator, long_text(1), long_text(6), SessionTime{}});
  values.badges = {true, false, std::nullopt, "23:59", std::nullopt};
  return values;
}

struct Full {
  Scene scene;
  LiveValues values;
};

std::array<Full, 8> full_pictures() {
  std::array<Full, 8> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].scene.version = i + 1;
    out[i].values = largest_values();
  }
  out[0].scene.product = "a";
  out[0].scene.caption = "plain";
  out[1].scene.caption = "heritage";
  out[3].scene.countdown = "a";
  out[3].scene.pinned =
      ChatLine{99, ChatRole::moderator, long_text(1), long_text(6), SessionTime{}};
  out[4].scene.caption = "upright";
  out[5].scene.product = "a";
  out[5].scene.card_place = CardPlace::second;
  out[6].values.counter.total = 56'789'012;
  out[6].values.counter.gained = 99'999;
  out[7].values.counter.total = 50'000'000;  // a milestone: last, since it is remembered
  return out;
}

std::optional<Box> ink_of(const Bitmap& bitmap, int x, int y_of_top) {
  const int width = bitmap.width;
  int left = width;
  int right = 0;
  int top = bitmap.height;
  int bottom = 0;
  for (int y = 0; y < bitmap.height; ++y) {
    const auto* row = bitmap.alpha.data() + static_cast<std::ptrdiff_t>(y) * bitmap.stride;
    const auto is_ink = [](std::uint8_t alpha) { return alpha > ink_from; };
    const auto* first = std::find_if(row, row + width, is_ink);
    if (first == row + width) continue;
    int last = width;
    while (!is_ink(row[last - 1])) --last;
    left = std::min(left, static_cast<int>(first - row));
    right = std::max(right, last);
    top = std::min(top, y);
    bottom = y + 1;
  }
  if (bottom == 0) return std::nullopt;
  return Box{x + left, y_of_top + top, right - left, bottom - top};
}

std::optional<Box> ink_of(const PlacedLayer& layer) {
  if (!layer.bitmap) return std::nullopt;
  auto ink = ink_of(*layer.bitmap, layer.x, layer.y);
  if (ink && layer.window) {
    const Box& window = *layer.window;
    const int right = std::min(ink->right(), window.right());
    const int bottom = std::min(ink->bottom(), window.bottom());
    ink->x = std::max(ink->x, window.x);
    ink->y = std::max(ink->y, window.y);
    ink->w = right - ink->x;
    ink->h = bottom - ink->y;
  }
  return ink;
}

// One box for each layer.
std::vector<Lying> boxes_of(const Bitmaps& bitmaps) {
  std::vector<Lying> out;
  for (const auto& layer : bitmaps.layers) {
    const auto ink = layer.is_leaving ? std::nullopt : ink_of(layer);
    if (!ink) continue;
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const auto& one) { return one.layer == layer.layer; });
    if (same == out.end()) {
      out.push_back({layer.layer, *ink});
      continue;
    }
    Box& box = same->box;
    const int right = std::max(box.right(), ink->right());
    const int bottom = std::max(box.bottom(), ink->bottom());
    box.x = std::min(box.x, ink->x);
    box.y = std::min(box.y, ink->y);
    box.w = right - box.x;
    box.h = bottom - box.y;
  }
  return out;
}

bool is_inside(const Box& box, const Box& zone) {
  return box.x >= zone.x - rounding_px && box.y >= zone.y - rounding_px &&
         box.right() <= zone.right() + rounding_px && box.bottom() <= zone.bottom() + rounding_px;
}

bool overlap(const Box& a, const Box& b) {
  return a.x + rounding_px < b.right() && b.x + rounding_px < a.right() &&
         a.y + rounding_px < b.bottom() && b.y + rounding_px < a.bottom();
}

struct Name {
  const char* zh;
  const char* en;
};
Name name_for_people(LayerName layer) {
  switch (layer) {
    case LayerName::nameplate: return {"村名牌", "the nameplate"};
    case LayerName::counter: return {"粉丝数", "the counter"};
    case LayerName::chat_panel: return {"弹幕", "the chat"};
    case LayerName::ticker: return {"通知", "the notices"};
    case LayerName::caption: return {"字幕", "the caption"};
    case LayerName::product_card: return {"商品卡", "the product card"};
    case LayerName::badges: return {"角标", "the badges"};
    case LayerName::pinned: return {"上屏的留言", "the pinned message"};
    case LayerName::countdown: return {"3-2-1", "the countdown"};
    case LayerName::slate: break;
  }
  return {"图层", "a layer"};
}

std::string place_of(const Box& box) {
  return "(" + std::to_string(box.x) + "," + std::to_string(box.y) + " " + std::to_string(box.w) +
         "x" + std::to_string(box.h) + ")";
}

Error refusal(CanvasSize canvas, const Lying& lying, const std::string& zh, const std::string& en) {
  const auto size = std::to_string(canvas.width) + "x" + std::to_string(canvas.height);
  const auto name = name_for_people(lying.layer);
  const auto place = place_of(lying.box);
  return {ErrorCode::show_invalid,
          size + " 的画面上，" + name.zh + place + zh +
              "；横屏用 1280x720 或 1920x1080，竖屏用 1080x1920",
          "on a canvas of " + size + " " + name.en + " " + place + " " + en +
              "; use 1280x720, 1920x1080 or 1080x1920"};
}

Error face_refusal(CanvasSize canvas, const Lying& lying, const Box& face) {
  return refusal(canvas, lying, "挡住了脸的位置 " + place_of(face),
                 "covers the place of the face " + place_of(face));
}

Box box_of(const Zone& zone, double unit) {
  const auto px = [unit](double u) { return static_cast<int>(std::lround(u * unit)); };
  return {px(zone.x), px(zone.y), px(zone.w), px(zone.h)};
}

// Nothing that grows, turns or spreads for a moment reaches the face either.
Status check_pages(const Bitmaps& bitmaps, CanvasSize canvas, const Box& face) {
  for (const auto& layer : bitmaps.layers) {
    for (const auto& page : layer.flipbook.pages) {
      const auto ink = page.bitmap ? ink_of(*page.bitmap, page.x, page.y) : std::nullopt;
      if (ink && overlap(*ink, face)) return face_refusal(canvas, {layer.layer, *ink}, face);
    }
  }
  return ok();
}

}  // namespace

Status check_safe_zone(CanvasSize canvas, const std::string& assets) {
  XB_TRY_ASSIGN(const auto theme, load_theme(assets, "red", canvas));
  XB_TRY_ASSIGN(const auto artist, Artist::make(canvas, "red", assets));
  const auto& anchors = theme.anchors;
  const double shape = static_cast<double>(canvas.width) / canvas.height;
  const bool is_of_the_design =
      std::abs(shape * anchors.canvas_h / anchors.canvas_w - 1) < same_shape;
  const double unit = std::min(canvas.width, canvas.height) / 1080.0;
  const Box all{0, 0, canvas.width, canvas.height};
  const Box safe = is_of_the_design ? box_of(anchors.safe, unit) : all;
  const Box face = box_of(anchors.face, unit);
  for (const auto& [scene, values] : full_pictures()) {
    const auto bitmaps = artist->paint(scene, values, SessionTime{});
    if (is_of_the_design) XB_TRY(check_pages(*bitmaps, canvas, face));
    const auto lying = boxes_of(*bitmaps);
    for (const auto& one : lying) {
      if (!is_inside(one.box, safe))
        return refusal(canvas, one, "伸到了安全区 " + place_of(safe) + " 外面",
                       "reaches out of the safe zone " + place_of(safe));
      if (is_of_the_design && overlap(one.box, face)) return face_refusal(canvas, one, face);
      for (const auto& other : lying) {
        if (other.layer <= one.layer || !overlap(one.box, other.box)) continue;
        const auto name = name_for_people(other.layer);
        return refusal(canvas, one, std::string("和") + name.zh + place_of(other.box) + "叠在一起",
                       std::string("lies over ") + name.en + " " + place_of(other.box));
      }
    }
  }
  return ok();
}

}  // namespace xb::overlay
