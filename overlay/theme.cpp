// Reads the theme files through OpenCV's JSON reader, which throws on bad syntax: caught here.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/theme.h"

#include <algorithm>
#include <optional>

#include "base/files.h"
#include "overlay/theme_field.h"

namespace xb::overlay {
namespace {

constexpr std::size_t most_theme_bytes = 256 * 1024;
constexpr const char* tokens_file = "/themes/tokens.json";

Palette read_palette(const Field& f) {
  Palette p;
  const auto motif = f["motif"].text();
  if (motif == "azalea-flame") {
    p.motif = Motif::azalea_flame;
  } else if (motif == "grain-ear") {
    p.motif = Motif::grain_ear;
  } else if (motif == "bamboo") {
    p.motif = Motif::bamboo;
  } else {
    f["motif"].fail("is none of azalea-flame, grain-ear, bamboo");
  }
  p.panel = f["panel"].ramp(f["panel_alpha"].number(0, 1));
  p.strip = f["strip"].ramp(f["strip_alpha"].number(0, 1));
  p.tile = f["tile"].ramp();
  p.photo = f["photo_bg"].ramp();
  p.slate = f["slate"].ramp();
  p.tile_icon = f["tile_icon"].color();
  p.strip_text = f["strip_text"].color();
  p.text = f["text"].color();
  p.text2 = f["text2"].color();
  p.accent = f["accent"].color();
  p.price = f["price"].color();
  p.warn = f["warn"].color();
  p.track = f["track"].color().with_alpha(f["track_alpha"].number(0, 1));
  p.watermark_alpha = f["watermark_alpha"].number(0, 1);
  p.chat_scrim = f["chat_scrim"].color().with_alpha(f["chat_alpha"].number(0, 1));
  p.chat_text = f["chat_text"].color();
  if (f.exists("panel_border")) {
    const auto border = f["panel_border"];
    p.border = border["color"].color().with_alpha(border["alpha"].number(0, 1));
    p.border_width = border["w"].number(0, 12);
  }
  const auto names = f["chat_names"].text();
  if (names != "light" && names != "dark") f["chat_names"].fail("is neither light nor dark");
  p.has_light_chat = names == "light";
  const auto art = f["slate_art"];
  for (int i = 0; i < 4; ++i)
    p.slate_art.hills[static_cast<std::size_t>(i)] = art["hills"][i].color();
  p.slate_art.sun = art["sun"].color();
  p.slate_art.wall = art["wall"].color();
  p.slate_art.roof = art["roof"].color();
  p.slate_art.door = art["door"].color();
  return p;
}

FixedColors read_fixed(const Field& f) {
  FixedColors c;
  c.live_bg = f["live"]["bg"].color();
  c.live_fg = f["live"]["fg"].color();
  c.rec_dot = f["rec"]["dot"].color();
  c.rec_bg = f["rec"]["bg"].color().with_alpha(f["rec"]["alpha"].number(0, 1));
  c.rec_fg = f["rec"]["fg"].color();
  c.cart_bg = f["cart"]["bg"].color();
  c.cart_fg = f["cart"]["fg"].color();
  c.low_bg = f["low_stock"]["bg"].color();
  c.low_fg = f["low_stock"]["fg"].color();
  c.qr_fg = f["qr"]["fg"].color();
  c.qr_bg = f["qr"]["bg"].color();
  return c;
}

RoleColors read_role(const Field& roles, const char* key, bool is_light) {
  RoleColors r;
  r.name = roles[is_light ? "light" : "dark"][key].color();
  if (std::string_view(key) == "viewer") return r;
  const auto badge = roles["badge"][key];
  r.badge_bg = badge["bg"].color();
  r.badge_fg = badge["fg"].color();
  r.badge = badge["zh"].text();
  return r;
}

std::string family_list(const Field& f, const std::string& emoji) {
  std::string list = f["family"].text();
  const auto others = f["fallback"];
  for (int i = 0; i < others.size(); ++i) {
    // Pango finds the emoji font for emoji by itself; named in a list it also takes the digits,
    // which it has for keycaps.
    if (others[i].text() != emoji) list += "," + others[i].text();
  }
  return list;
}

Fonts read_fonts(const Field& f) {
  Fonts fonts;
  const std::string emoji = f["emoji"]["family"].text();
  fonts.display = family_list(f["display"], emoji);
  fonts.text = family_list(f["text"], emoji);
  fonts.figure = family_list(f["figure"], emoji);
  fonts.display_embolden_em = f["display_embolden_em"].number(0, 0.2);
  fonts.display_spacing_em = f["letter_spacing_em"]["display"].number(0, 1);
  fonts.badge_spacing_em = f["letter_spacing_em"]["badge"].number(0, 1);
  fonts.emoji_scale = f["emoji"]["scale"].number(0.5, 1.5);
  fonts.text_line_height = f["line_height"]["text"].number(0.8, 3);
  return fonts;
}

TypeSizes read_type(const Field& f) {
  const auto size = [&](const char* key) { return f[key].number(8, 400); };
  TypeSizes t{};
  t.name = size("name");
  t.name_sub = size("name_sub");
  t.caption_year = size("caption_year");
  t.caption_title = size("caption_title");
  t.caption_text = size("caption_text");
  t.caption_source = size("caption_source");
  t.product_name = size("product_name");
  t.product_meta = size("product_meta");
  t.price = size("price");
  t.price_currency = size("price_currency");
  t.price_unit = size("price_unit");
  t.follower_total = size("follower_total");
  t.follower_label = size("follower_label");
  t.follower_today = size("follower_today");
  t.chat = size("chat");
  t.chat_badge = size("chat_badge");
  t.ticker = size("ticker");
  t.badge = size("badge");
  t.clock = size("clock");
  t.countdown = size("countdown");
  t.slate_title = size("slate_title");
  t.slate_body = size("slate_body");
  t.min = size("min");
  return t;
}

Anchor read_anchor(const Field& f) {
  Anchor a;
  const auto corner = f["anchor"].text();
  const bool is_known = corner == "tl" || corner == "tr" || corner == "bl" || corner == "br";
  if (!is_known) f["anchor"].fail("is none of tl tr bl br");
  a.is_bottom = is_known && corner[0] == 'b';
  a.is_right = is_known && corner[1] == 'r';
  a.x = f["x"].length();
  a.y = f["y"].length();
  a.w = f.exists("w") ? f["w"].length() : f.exists("max_w") ? f["max_w"].length() : 0;
  a.h = f["h"].length();
  return a;
}

Anchors read_anchors(const Field& canvas) {
  const auto f = canvas["anchors"];
  Anchors a;
  a.canvas_w = canvas["w"].number(1, 4096);
  a.canvas_h = canvas["h"].number(1, 4096);
  a.nameplate = read_anchor(f["nameplate"]);
  a.follower = read_anchor(f["follower"]);
  a.badges = read_anchor(f["badges"]);
  a.badges_gap = f["badges"]["gap"].length();
  a.has_stacked_badges = f["badges"].exists("stack");
  a.chat = read_anchor(f["chat"]);
  a.chat_max_lines = f["chat"]["max_lines"].count(1, 20);
  a.chat_max_messages = f["chat"]["max_msgs"].count(1, 20);
  a.caption = read_anchor(f["caption"]);
  a.ticker = read_anchor(f["ticker"]);
  const auto face = f["face_keepout"];
  a.face = {face["x"].length(), face["y"].length(), face["w"].length(), face["h"].length()};
  const auto safe = canvas["safe"];
  a.safe = {safe["l"].length(), safe["t"].length(), 0, 0};
  a.safe.w = a.canvas_w - safe["r"].length() - a.safe.x;
  a.safe.h = a.canvas_h - safe["b"].length() - a.safe.y;
  const auto product = f["product"];
  a.product = read_anchor(product);
  a.countdown_ring = f["countdown"]["ring_d"].length();
  a.has_tall_card = product["layout"].text() == "tall";
  if (a.has_tall_card) {
    a.photo_h = product["photo_h"].length();
    a.qr = product["qr"].length();
    a.tallest_card = product["h_two_line_name"].length();
    a.product_second = read_anchor(f["product_second"]);
    a.chat_y_above_second = f["product_second"]["chat_y"].length();
  } else {
    a.story_y_with_ticker = f["slots"]["story_y_when_ticker"].length();
    a.story_y_alone = f["slots"]["story_y_when_empty"].length();
  }
  return a;
}

Overflow read_overflow(const Field& f, const char* format) {
  Overflow o;
  o.name_chars = static_cast<std::size_t>(f["name"]["max_cjk"].count(1, 40));
  o.name_shrink = f["name"]["shrink_to"].number(0.3, 1);
  o.price_shrink = f["price"]["shrink_to"].number(0.3, 1);
  o.product_name_lines = f["product_name"]["lines"][format].count(1, 4);
  o.caption_text_lines = f["caption_text"]["lines"][format].count(1, 4);
  o.chat_lines = f["chat_msg"]["lines"].count(1, 4);
  o.chat_name_chars = static_cast<std::size_t>(f["chat_name"]["max_cjk"].count(1, 40));
  return o;
}

void read_roles(const Field& roles, Attire& attire) {
  const bool is_light = attire.palette.has_light_chat;
  attire.host = read_role(roles, "host", is_light);
  attire.moderator = read_role(roles, "mod", is_light);
  attire.fan = read_role(roles, "fan", is_light);
  attire.newcomer = read_role(roles, "new", is_light);
  attire.viewer = read_role(roles, "viewer", is_light);
}

void read_tokens(const Field& f, CanvasSize canvas, Theme& theme) {
  const char* format = canvas.width >= canvas.height ? "16x9" : "9x16";
  theme.fixed = read_fixed(f["fixed"]);
  theme.fonts = read_fonts(f["fonts"]);
  theme.type = read_type(f["type"][format]);
  theme.anchors = read_anchors(f["canvas"][format]);
  theme.overflow = read_overflow(f["overflow"], format);
  const auto shadow = f["shadow"]["panel"];
  theme.shadow = {shadow["dy"].number(0, 64), shadow["blur"].number(0, 128),
                  shadow["color"].color().with_alpha(shadow["alpha"].number(0, 1))};
  const auto milestones = f["milestones"];
  for (int i = 0; i < std::min(milestones.size(), 64); ++i) {
    theme.milestones.push_back(milestones[i].count(1, 1'000'000'000));
  }
  if (theme.milestones.empty() ||
      !std::is_sorted(theme.milestones.begin(), theme.milestones.end())) {
    milestones.fail("is not an ascending list");
  }
  theme.motions = read_motions(f["motion"], format);
  theme.qr_quiet_modules = f["fixed"]["qr"]["quiet_modules"].count(0, 16);
  theme.qr_min_module_px = f["fixed"]["qr"]["min_module_px"].number(0, 64);
}

template <class Read>
Status read_theme_file(const std::string& path, Read read) {
  XB_TRY_ASSIGN(const std::string bytes, read_file(path, most_theme_bytes));
  std::optional<std::string> problem;
  try {
    const cv::FileStorage storage(
        bytes, cv::FileStorage::READ | cv::FileStorage::MEMORY | cv::FileStorage::FORMAT_JSON);
    if (!storage.isOpened()) return Error(ErrorCode::theme_invalid, path + ": not JSON");
    read(Field(storage.root(), "", problem));
  } catch (const cv::Exception& e) {
    return Error(ErrorCode::theme_invalid, path + ": " + e.err);
  }
  if (problem) return Error(ErrorCode::theme_invalid, path + ": " + *problem);
  return ok();
}

}  // namespace

Result<Attire> load_attire(const std::string& assets, const std::string& name) {
  const bool is_plain_word =
      !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (!is_plain_word) return Error(ErrorCode::theme_invalid, "theme name \"" + name + "\"");
  Palette palette;
  XB_TRY(read_theme_file(assets + "/themes/" + name + ".json",
                         [&](const Field& f) { palette = read_palette(f); }));
  XB_TRY_ASSIGN(auto attire, make_attire(assets, name, palette));
  XB_TRY(check_contrast(attire));
  return attire;
}

Result<Attire> make_attire(const std::string& assets, const std::string& name, Palette palette) {
  Attire attire;
  attire.name = name;
  // "+1" stands in the theme's text colour, so its pill is the end of the panel that is further
  // from that colour.
  const Ramp& panel = palette.panel;
  const bool first_is_further = contrast_ratio(palette.text, panel.from.with_alpha(1)) >=
                                contrast_ratio(palette.text, panel.to.with_alpha(1));
  palette.plus_pill = (first_is_further ? panel.from : panel.to).with_alpha(1);
  attire.palette = palette;
  XB_TRY(read_theme_file(assets + tokens_file,
                         [&](const Field& f) { read_roles(f["chat_roles"], attire); }));
  return attire;
}

Result<Theme> load_theme(const std::string& assets, const Attire& attire, CanvasSize canvas) {
  Theme theme;
  static_cast<Attire&>(theme) = attire;
  XB_TRY(read_theme_file(assets + tokens_file,
                         [&](const Field& f) { read_tokens(f, canvas, theme); }));
  XB_TRY(check_contrast(theme.fixed));
  return theme;
}

Result<Theme> load_theme(const std::string& assets, const std::string& name, CanvasSize canvas) {
  XB_TRY_ASSIGN(const auto attire, load_attire(assets, name));
  return load_theme(assets, attire, canvas);
}

}  // namespace xb::overlay
