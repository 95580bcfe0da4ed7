// The contrast rule: a theme nobody can read is refused when it is loaded, not on air.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
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

}  // namespace

Status check_contrast(const Theme& theme) {
  const Palette& p = theme.palette;
  const FixedColors& f = theme.fixed;
  const Pair pairs[] = {
      {"text on panel", p.text, {p.panel.from, p.panel.to}},
      {"text2 on panel", p.text2, {p.panel.from, p.panel.to}},
      {"accent on panel", p.accent, {p.panel.from, p.panel.to}},
      {"price on panel", p.price, {p.panel.from, p.panel.to}},
      {"warn on panel", p.warn, {p.panel.from, p.panel.to}},
      {"strip_text on strip", p.strip_text, {p.strip.from, p.strip.to}},
      {"text on the +1 pill", p.text, {p.plus_pill}},
      {"chat_text on chat", p.chat_text, {p.chat_scrim}},
      {"name host on chat", theme.host.name, {p.chat_scrim}},
      {"name mod on chat", theme.moderator.name, {p.chat_scrim}},
      {"name fan on chat", theme.fan.name, {p.chat_scrim}},
      {"name new on chat", theme.newcomer.name, {p.chat_scrim}},
      {"name viewer on chat", theme.viewer.name, {p.chat_scrim}},
      {"slate text", p.text, {p.slate.from, p.slate.to}},
      {"slate text2", p.text2, {p.slate.from, p.slate.to}},
      {"badge host", theme.host.badge_fg, {theme.host.badge_bg}},
      {"badge mod", theme.moderator.badge_fg, {theme.moderator.badge_bg}},
      {"badge fan", theme.fan.badge_fg, {theme.fan.badge_bg}},
      {"badge new", theme.newcomer.badge_fg, {theme.newcomer.badge_bg}},
      {"live", f.live_fg, {f.live_bg}},
      {"rec", f.rec_fg, {f.rec_bg}},
      {"cart", f.cart_fg, {f.cart_bg}},
      {"low_stock", f.low_fg, {f.low_bg}},
  };
  for (const Pair& pair : pairs) {
    const double ratio = worst(pair.text, pair.grounds);
    if (ratio < least_ratio) {
      return Error(ErrorCode::theme_invalid, "theme " + theme.name + ": " + pair.name + " " +
                                                 std::to_string(ratio).substr(0, 4) + ":1 < 4.5:1");
    }
  }
  return ok();
}

}  // namespace xb::overlay
