// ThemeFile: a village's own theme, SHOW/themes/NAME.toml. Says what differs from one of ours.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "overlay/theme.h"
#include "studio/problem.h"

namespace xb::studio {

// What a value of a theme file must be.
enum class ThemeType : std::uint8_t { color = 1, ramp, share, motif, chat_names, hills };

struct ThemeValue {
  std::vector<overlay::Color> colors;  // 1, 2 of a ramp, 4 hills
  double share = 0;
  std::string_view word;
};

// To add a key: a row here and what it paints. docs/themes.md lists them by hand; a test compares.
struct ThemeKey {
  std::string_view name;
  ThemeType type;
  void (*set)(overlay::Palette&, const ThemeValue&);
};
std::span<const ThemeKey> theme_keys();

// The attire `name` as the text says it, or nothing after it was said what is wrong with it: a key
// that no theme has (positions and sizes above all), a value that is none, a pair of colours that
// cannot be read on each other, at its key. `assets` has the themes it may begin with.
std::optional<overlay::Attire> read_theme_text(std::string_view text, const std::string& file,
                                               const std::string& name, const std::string& assets,
                                               std::vector<Problem>& problems);

}  // namespace xb::studio
