// Theme: colours, type sizes, anchors and limits of the overlay as plain values, read from
// assets/themes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "overlay/artist.h"
#include "overlay/color.h"
#include "overlay/mark.h"
#include "overlay/motions.h"

namespace xb::overlay {

// All lengths are in u: 1u = min(width, height) / 1080 pixels.

enum class Motif : std::uint8_t { azalea_flame = 1, grain_ear, bamboo };

struct Ramp {
  Color from;
  Color to;
  friend bool operator==(const Ramp&, const Ramp&) = default;
};

struct SlateArt {
  std::array<Color, 4> hills;  // far to near
  Color sun, wall, roof, door;
  friend bool operator==(const SlateArt&, const SlateArt&) = default;
};

struct Palette {
  Motif motif = Motif::azalea_flame;
  Ramp panel, strip, tile, photo, slate;  // panel carries the panel alpha
  Color tile_icon, strip_text, text, text2, accent, price, warn;
  Color track;
  double watermark_alpha = 0;
  Color chat_scrim, chat_text;
  double border_width = 0;  // 0: no border
  Color border;
  Color plus_pill;  // the dark pill of "+1"
  SlateArt slate_art;
  bool has_light_chat = false;
  friend bool operator==(const Palette&, const Palette&) = default;
};

// The same in every theme, because their meaning must not change with it.
struct FixedColors {
  Color live_bg, live_fg, rec_dot, rec_bg, rec_fg, cart_bg, cart_fg, low_bg, low_fg, qr_fg, qr_bg;
};

// On the ground that stands for a missing photo, in every theme.
inline constexpr Color placeholder_ink{0x63, 0x5C, 0x50};
// A total nobody can vouch for keeps this much of the text's colour.
inline constexpr double stale_alpha = 0.6;

struct RoleColors {
  Color name;                // of the viewer in the chat
  Color badge_bg, badge_fg;  // unused for plain viewers
  std::string badge;         // "主播"; empty for plain viewers
  friend bool operator==(const RoleColors&, const RoleColors&) = default;
};

// All that a theme may change: colours, motif and slate, and the village's mark. Positions and
// sizes are the same in every theme, so the operator's habits hold, and an Artist may change its
// attire on air.
struct Attire {
  std::string name;
  Palette palette;
  RoleColors host, moderator, fan, newcomer, viewer;
  Mark mark;  // where there is one, it is drawn instead of the motif in tile and slate
  friend bool operator==(const Attire&, const Attire&) = default;
};

struct Fonts {
  std::string display, text, figure;  // family lists, the wanted family first, comma separated
  double display_embolden_em = 0;
  double display_spacing_em = 0;
  double badge_spacing_em = 0;
  double emoji_scale = 1;
  double text_line_height = 1.32;
};

struct TypeSizes {
  double name, name_sub, caption_year, caption_title, caption_text, caption_source, product_name,
      product_meta, price, price_currency, price_unit, follower_total, follower_label,
      follower_today, chat, chat_badge, ticker, badge, clock, countdown, slate_title, slate_body,
      min;
};

// x, y: the named corner of the box on a canvas of the tokens' own size.
struct Anchor {
  bool is_right = false;
  bool is_bottom = false;
  double x = 0;
  double y = 0;
  double w = 0;
  double h = 0;
};

// In u, on a canvas of the tokens' own size.
struct Zone {
  double x = 0;
  double y = 0;
  double w = 0;
  double h = 0;
};

struct Anchors {
  double canvas_w = 0;
  double canvas_h = 0;
  Anchor nameplate, follower, badges, chat, caption, ticker, product;
  double badges_gap = 0;
  bool has_stacked_badges = false;
  int chat_max_lines = 0;
  int chat_max_messages = 0;
  bool has_tall_card = false;
  double photo_h = 0;  // tall card only
  double qr = 0;       // 0: never
  double countdown_ring = 0;
  Zone safe;  // title safe, or what the platform leaves free
  Zone face;  // kept free for the face
  double tallest_card = 0;
  // 16:9 only: the wide card where the story is told, and where the chat ends above it.
  Anchor product_second;
  double chat_y_above_second = 0;
  // 9:16 only; where the story slot ends when the shop slot holds the ticker, or nothing.
  double story_y_with_ticker = 0;
  double story_y_alone = 0;
};

struct Overflow {
  std::size_t name_chars = 8;
  double name_shrink = 1;
  std::size_t price_digits = 5;  // from so many on the price shrinks
  double price_shrink = 1;
  int product_name_lines = 1;
  int caption_text_lines = 1;
  int chat_lines = 2;
  std::size_t chat_name_chars = 7;
};

struct Shadow {
  double dy = 0;
  double blur = 0;  // 2 sigma
  Color color;
};

struct Theme : Attire {
  FixedColors fixed;
  Fonts fonts;
  TypeSizes type{};
  Anchors anchors;
  Overflow overflow;
  Shadow shadow;
  std::vector<std::int64_t> milestones;  // ascending
  Motions motions;
  int qr_quiet_modules = 4;
  double qr_min_module_px = 0;
  bool is_tall() const { return !anchors.has_tall_card; }  // 9:16 uses the wide card
};

// Reads `assets`/themes/tokens.json and `assets`/themes/NAME.json for this canvas. Everything is
// checked; errors: file_missing, theme_invalid (file, path and what is wrong, or the pair of
// colours that cannot be read on each other).
Result<Theme> load_theme(const std::string& assets, const std::string& name, CanvasSize canvas);
// The same for an attire made elsewhere.
Result<Theme> load_theme(const std::string& assets, const Attire& attire, CanvasSize canvas);
// The attire of `assets`/themes/NAME.json; its contrast is checked.
Result<Attire> load_attire(const std::string& assets, const std::string& name);
// The attire of a palette made elsewhere; what follows from its colours is worked out, its contrast
// is the caller's to check.
Result<Attire> make_attire(const std::string& assets, const std::string& name, Palette palette);

// Every text colour on its ground over white, black and six saturated colours, along its gradient.
// The first pair under 4.5:1 is the error (3:1 for the total while it is dimmed, which is large).
Status check_contrast(const Attire& attire);
Status check_contrast(const FixedColors& fixed);

// The same for people: which pair, and the keys of a theme file that make it.
struct PoorPair {
  std::string name;   // "text on panel"
  std::string ratio;  // "3.21"
  const char* zh;     // "底板上的正文"
  const char* en;
  std::string text_key, ground_key;  // the same: the ink is not the theme's
  const char* least;                 // "4.5"
};
std::optional<PoorPair> poor_pair(const Attire& attire);

}  // namespace xb::overlay
