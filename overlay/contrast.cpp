// The contrast rule: a theme nobody can read is refused when it is loaded, not on air.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <span>
#include <string>
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
};

Status check(const std::string& whose, std::span<const Pair> pairs) {
  for (const Pair& pair : pairs) {
    const double ratio = worst(pair.text, pair.grounds);
    if (ratio < least_ratio) {
      return Error(ErrorCode::theme_invalid, whose + ": " + pair.name + " " +
                                                 std::to_string(ratio).substr(0, 4) + ":1 < 4.5:1");
    }
  }
  return ok();
}

}  // namespace

Status check_contrast(const Attire& attire) {
  const Palette& p = attire.palette;
  const Pair pairs[] = {
      {"text on panel", p.text, {p.panel.from, p.panel.to}},
      {"text2 on panel", p.text2, {p.panel.from, p.panel.to}},
      {"accent on panel", p.accent, {p.panel.from, p.panel.to}},
      {"price on panel", p.price, {p.panel.from, p.panel.to}},
      {"warn on panel", p.warn, {p.panel.from, p.panel.to}},
      {"strip_text on strip", p.strip_text, {p.strip.from, p.strip.to}},
      {"text on the +1 pill", p.text, {p.plus_pill}},
      {"chat_text on chat", p.chat_text, {p.chat_scrim}},
      {"name host on chat", attire.host.name, {p.chat_scrim}},
      {"name mod on chat", attire.moderator.name, {p.chat_scrim}},
      {"name fan on chat", attire.fan.name, {p.chat_scrim}},
      {"name new on chat", attire.newcomer.name, {p.chat_scrim}},
      {"name viewer on chat", attire.viewer.name, {p.chat_scrim}},
      {"slate text", p.text, {p.slate.from, p.slate.to}},
      {"slate text2", p.text2, {p.slate.from, p.slate.to}},
      {"badge host", attire.host.badge_fg, {attire.host.badge_bg}},
      {"badge mod", attire.moderator.badge_fg, {attire.moderator.badge_bg}},
      {"badge fan", attire.fan.badge_fg, {attire.fan.badge_bg}},
      {"badge new", attire.newcomer.badge_fg, {attire.newcomer.badge_bg}},
  };
  return check("theme " + attire.name, pairs);
}

Status check_contrast(const FixedColors& fixed) {
  const Pair pairs[] = {
      {"live", fixed.live_fg, {fixed.live_bg}},
      {"rec", fixed.rec_fg, {fixed.rec_bg}},
      {"cart", fixed.cart_fg, {fixed.cart_bg}},
      {"low_stock", fixed.low_fg, {fixed.low_bg}},
  };
  return check("tokens", pairs);
}

}  // namespace xb::overlay
