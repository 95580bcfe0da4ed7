// The contrast rule: a theme nobody can read is refused when it is loaded, not on air.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "overlay/theme.h"

namespace xb::overlay {
namespace {

constexpr double least_ratio = 4.5;
constexpr double least_of_large = 3;  // WCAG 2.1: what is bold and larger than 19 px at 720p
constexpr std::array<Color, 8> backgrounds = {
    Color{255, 255, 255}, Color{0, 0, 0},     Color{255, 255, 0}, Color{0, 0, 255},
    Color{255, 0, 0},     Color{0, 255, 255}, Color{0, 255, 0},   Color{255, 0, 255}};

double worst(Color text, const std::vector<Color>& grounds) {
  double least = 21;
  for (const Color ground : grounds) {
    for (const Color under : backgrounds) {
      const Color seen = laid_over(ground, under);
      least = std::min(least, contrast_ratio(laid_over(text, seen), seen));
    }
  }
  return least;
}

// Text may stand anywhere on it: between two ends that can be read there may be a middle that
// cannot.
std::vector<Color> along(const Ramp& ramp) {
  constexpr int steps = 4;
  const auto between = [](double from, double to, int step) {
    return from + (to - from) * step / steps;
  };
  std::vector<Color> out;
  for (int i = 0; i <= steps; ++i) {
    const auto part = [&](std::uint8_t from, std::uint8_t to) {
      return static_cast<std::uint8_t>(std::lround(between(from, to, i)));
    };
    out.push_back({part(ramp.from.r, ramp.to.r), part(ramp.from.g, ramp.to.g),
                   part(ramp.from.b, ramp.to.b), between(ramp.from.alpha, ramp.to.alpha, i)});
  }
  return out;
}

struct Pair {
  const char* name;
  Color text;
  std::vector<Color> grounds;
  const char* text_key;
  const char* ground_key;
  const char* zh;
  const char* en;
  double least = least_ratio;
};

// The first under the ratio, and its ratio.
std::optional<std::pair<Pair, double>> first_poor(std::span<const Pair> pairs) {
  for (const Pair& pair : pairs) {
    const double ratio = worst(pair.text, pair.grounds);
    if (ratio < pair.least) return std::pair{pair, ratio};
  }
  return std::nullopt;
}

std::string shown(double ratio) {
  return std::to_string(ratio).substr(0, 4);
}

std::vector<Pair> pairs_of(const Attire& a) {
  const Palette& p = a.palette;
  const auto panel = along(p.panel);
  const std::vector<Color> chat{p.chat_scrim};
  const auto slate = along(p.slate);
  const auto photo = along(p.photo);
  const char* const names = "chat_names";
  return {
      {"text on panel", p.text, panel, "text", "panel", "底板上的正文", "text on the panel"},
      {"text2 on panel", p.text2, panel, "text2", "panel", "底板上的小字",
       "the small text on the panel"},
      {"accent on panel", p.accent, panel, "accent", "panel", "底板上的强调字",
       "the accent on the panel"},
      {"price on panel", p.price, panel, "price", "panel", "底板上的价格",
       "the price on the panel"},
      {"warn on panel", p.warn, panel, "warn", "panel", "底板上的提醒", "the warning on the panel"},
      {"strip_text on strip", p.strip_text, along(p.strip), "strip_text", "strip", "条带上的字",
       "the text on the strip"},
      {"text on the +1 pill",
       p.text,
       {p.plus_pill},
       "text",
       "panel",
       "“+1”的字",
       "the text of the +1"},
      {"chat_text on chat", p.chat_text, chat, "chat_text", "chat_scrim", "弹幕的字",
       "the chat's text"},
      {"name host on chat", a.host.name, chat, "chat_scrim", names, "弹幕里主播的名字",
       "the host's name in the chat"},
      {"name mod on chat", a.moderator.name, chat, "chat_scrim", names, "弹幕里管理的名字",
       "a moderator's name in the chat"},
      {"name fan on chat", a.fan.name, chat, "chat_scrim", names, "弹幕里粉丝的名字",
       "a fan's name in the chat"},
      {"name new on chat", a.newcomer.name, chat, "chat_scrim", names, "弹幕里新来的名字",
       "a newcomer's name in the chat"},
      {"name viewer on chat", a.viewer.name, chat, "chat_scrim", names, "弹幕里观众的名字",
       "a viewer's name in the chat"},
      {"slate text", p.text, slate, "slate", "text", "底图上的字", "the text on the slate"},
      {"slate text2", p.text2, slate, "slate", "text2", "底图上的小字",
       "the small text on the slate"},
      {"slate accent", p.accent, slate, "slate", "accent", "底图上的强调字",
       "the accent on the slate"},
      {"slate price", p.price, slate, "slate", "price", "底图上的大数字",
       "the large figures on the slate"},
      {"no photo", placeholder_ink, photo, "photo_bg", "photo_bg", "没有照片时底上的字",
       "the words where there is no photo"},
      {"dimmed text on panel", p.text.with_alpha(stale_alpha), panel, "text", "panel",
       "变暗的粉丝数", "the follower total when it is dimmed", least_of_large},
      {"badge host", a.host.badge_fg, {a.host.badge_bg}, "", "", "", ""},
      {"badge mod", a.moderator.badge_fg, {a.moderator.badge_bg}, "", "", "", ""},
      {"badge fan", a.fan.badge_fg, {a.fan.badge_bg}, "", "", "", ""},
      {"badge new", a.newcomer.badge_fg, {a.newcomer.badge_bg}, "", "", "", ""},
  };
}

const char* shown_least(const Pair& pair) {
  return pair.least == least_of_large ? "3" : "4.5";
}

Error refusal(const std::string& whose, const PoorPair& poor) {
  return Error(ErrorCode::theme_invalid,
               whose + ": " + poor.name + " " + poor.ratio + ":1 < " + poor.least + ":1");
}

PoorPair described(const Pair& pair, double ratio) {
  return {pair.name,     shown(ratio),    pair.zh,          pair.en,
          pair.text_key, pair.ground_key, shown_least(pair)};
}

}  // namespace

std::optional<PoorPair> poor_pair(const Attire& attire) {
  const auto pairs = pairs_of(attire);
  const auto poor = first_poor(pairs);
  if (!poor) return std::nullopt;
  return described(poor->first, poor->second);
}

Status check_contrast(const Attire& attire) {
  if (const auto poor = poor_pair(attire)) return refusal("theme " + attire.name, *poor);
  return ok();
}

Status check_contrast(const FixedColors& fixed) {
  const Pair pairs[] = {
      {"live", fixed.live_fg, {fixed.live_bg}, "", "", "", ""},
      {"rec", fixed.rec_fg, {fixed.rec_bg}, "", "", "", ""},
      {"cart", fixed.cart_fg, {fixed.cart_bg}, "", "", "", ""},
      {"low_stock", fixed.low_fg, {fixed.low_bg}, "", "", "", ""},
      {"qr", fixed.qr_fg, {fixed.qr_bg}, "", "", "", ""},
  };
  if (const auto poor = first_poor(pairs))
    return refusal("tokens", described(poor->first, poor->second));
  return ok();
}

}  // namespace xb::overlay
