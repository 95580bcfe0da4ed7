// The contrast rule: a theme nobody can read is refused when it is loaded, not on air.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "overlay/theme.h"

namespace xb::overlay {
namespace {

constexpr double least_ratio = 4.5;
constexpr std::array<Color, 8> backgrounds = {
    Color{255, 255, 255}, Color{0, 0, 0},     Color{255, 255, 0}, Color{0, 0, 255},
    Color{255, 0, 0},     Color{0, 255, 255}, Color{0, 255, 0},   Color{255, 0, 255}};

double worst(Color text, const std::vector<Color>& grounds) {
  double least = 21;
  for (const Color ground : grounds) {
    for (const Color under : backgrounds) {
      least = std::min(least, contrast_ratio(text, laid_over(ground, under)));
    }
  }
  return least;
}

struct Pair {
  const char* name;
  Color text;
  std::vector<Color> grounds;
  const char* text_key;
  const char* ground_key;
  const char* zh;
  const char* en;
};

// The first under the ratio, and its ratio.
std::optional<std::pair<Pair, double>> first_poor(std::span<const Pair> pairs) {
  for (const Pair& pair : pairs) {
    const double ratio = worst(pair.text, pair.grounds);
    if (ratio < least_ratio) return std::pair{pair, ratio};
  }
  return std::nullopt;
}

std::string shown(double ratio) {
  return std::to_string(ratio).substr(0, 4);
}

std::vector<Pair> pairs_of(const Attire& a) {
  const Palette& p = a.palette;
  const std::vector<Color> panel{p.panel.from, p.panel.to};
  const std::vector<Color> chat{p.chat_scrim};
  const std::vector<Color> slate{p.slate.from, p.slate.to};
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
      {"strip_text on strip",
       p.strip_text,
       {p.strip.from, p.strip.to},
       "strip_text",
       "strip",
       "条带上的字",
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
      {"badge host", a.host.badge_fg, {a.host.badge_bg}, "", "", "", ""},
      {"badge mod", a.moderator.badge_fg, {a.moderator.badge_bg}, "", "", "", ""},
      {"badge fan", a.fan.badge_fg, {a.fan.badge_bg}, "", "", "", ""},
      {"badge new", a.newcomer.badge_fg, {a.newcomer.badge_bg}, "", "", "", ""},
  };
}

Error refusal(const std::string& whose, const std::string& pair, const std::string& ratio) {
  return Error(ErrorCode::theme_invalid, whose + ": " + pair + " " + ratio + ":1 < 4.5:1");
}

}  // namespace

std::optional<PoorPair> poor_pair(const Attire& attire) {
  const auto pairs = pairs_of(attire);
  const auto poor = first_poor(pairs);
  if (!poor) return std::nullopt;
  const auto& [pair, ratio] = *poor;
  return PoorPair{pair.name, shown(ratio), pair.zh, pair.en, pair.text_key, pair.ground_key};
}

Status check_contrast(const Attire& attire) {
  if (const auto poor = poor_pair(attire))
    return refusal("theme " + attire.name, poor->name, poor->ratio);
  return ok();
}

Status check_contrast(const FixedColors& fixed) {
  const Pair pairs[] = {
      {"live", fixed.live_fg, {fixed.live_bg}, "", "", "", ""},
      {"rec", fixed.rec_fg, {fixed.rec_bg}, "", "", "", ""},
      {"cart", fixed.cart_fg, {fixed.cart_bg}, "", "", "", ""},
      {"low_stock", fixed.low_fg, {fixed.low_bg}, "", "", "", ""},
  };
  if (const auto poor = first_poor(pairs))
    return refusal("tokens", poor->first.name, shown(poor->second));
  return ok();
}

}  // namespace xb::overlay
