// The table of keys, and the reading by it.
// SPDX-License-Identifier: Apache-2.0
#include "studio/theme_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "studio/schema_value.h"
#include "studio/text_file.h"
#include "studio/toml_tree.h"

namespace xb::studio {
namespace {

using overlay::Color;
using overlay::Palette;
using overlay::Ramp;
using enum ThemeType;

constexpr std::array<std::string_view, 3> bases{"red", "harvest", "plain"};
constexpr std::array<std::pair<std::string_view, overlay::Motif>, 3> motifs{{
    {"azalea-flame", overlay::Motif::azalea_flame},
    {"grain-ear", overlay::Motif::grain_ear},
    {"bamboo", overlay::Motif::bamboo},
}};
constexpr double border_u = 2;  // as wide as in the theme that has one

// Colour and transparency are two keys: each leaves the other as it was.
void put(Color& to, Color color) {
  to = color.with_alpha(to.alpha);
}
void put(Ramp& to, const ThemeValue& value) {
  put(to.from, value.colors[0]);
  put(to.to, value.colors[1]);
}
void put_alpha(Ramp& to, double share) {
  to.from.alpha = share;
  to.to.alpha = share;
}

constexpr std::array keys{
    ThemeKey{"panel", ramp, [](Palette& p, const ThemeValue& v) { put(p.panel, v); }},
    ThemeKey{"panel_alpha", share,
             [](Palette& p, const ThemeValue& v) { put_alpha(p.panel, v.share); }},
    ThemeKey{"panel_border", color,
             [](Palette& p, const ThemeValue& v) {
               if (p.border_width <= 0) p.border.alpha = 0.14;
               p.border_width = border_u;
               put(p.border, v.colors[0]);
             }},
    ThemeKey{"strip", ramp, [](Palette& p, const ThemeValue& v) { put(p.strip, v); }},
    ThemeKey{"strip_alpha", share,
             [](Palette& p, const ThemeValue& v) { put_alpha(p.strip, v.share); }},
    ThemeKey{"strip_text", color,
             [](Palette& p, const ThemeValue& v) { p.strip_text = v.colors[0]; }},
    ThemeKey{"tile", ramp, [](Palette& p, const ThemeValue& v) { put(p.tile, v); }},
    ThemeKey{"tile_icon", color,
             [](Palette& p, const ThemeValue& v) { p.tile_icon = v.colors[0]; }},
    ThemeKey{"motif", motif,
             [](Palette& p, const ThemeValue& v) {
               for (const auto& [name, drawing] : motifs) {
                 if (name == v.word) p.motif = drawing;
               }
             }},
    ThemeKey{"watermark_alpha", share,
             [](Palette& p, const ThemeValue& v) { p.watermark_alpha = v.share; }},
    ThemeKey{"text", color, [](Palette& p, const ThemeValue& v) { p.text = v.colors[0]; }},
    ThemeKey{"text2", color, [](Palette& p, const ThemeValue& v) { p.text2 = v.colors[0]; }},
    ThemeKey{"accent", color, [](Palette& p, const ThemeValue& v) { p.accent = v.colors[0]; }},
    ThemeKey{"price", color, [](Palette& p, const ThemeValue& v) { p.price = v.colors[0]; }},
    ThemeKey{"warn", color, [](Palette& p, const ThemeValue& v) { p.warn = v.colors[0]; }},
    ThemeKey{"track", color, [](Palette& p, const ThemeValue& v) { put(p.track, v.colors[0]); }},
    ThemeKey{"track_alpha", share,
             [](Palette& p, const ThemeValue& v) { p.track.alpha = v.share; }},
    ThemeKey{"photo_bg", ramp, [](Palette& p, const ThemeValue& v) { put(p.photo, v); }},
    ThemeKey{"chat_scrim", color,
             [](Palette& p, const ThemeValue& v) { put(p.chat_scrim, v.colors[0]); }},
    ThemeKey{"chat_alpha", share,
             [](Palette& p, const ThemeValue& v) { p.chat_scrim.alpha = v.share; }},
    ThemeKey{"chat_text", color,
             [](Palette& p, const ThemeValue& v) { p.chat_text = v.colors[0]; }},
    ThemeKey{"chat_names", chat_names,
             [](Palette& p, const ThemeValue& v) { p.has_light_chat = v.word == "light"; }},
    ThemeKey{"slate", ramp, [](Palette& p, const ThemeValue& v) { put(p.slate, v); }},
    ThemeKey{"slate_hills", hills,
             [](Palette& p, const ThemeValue& v) {
               std::copy(v.colors.begin(), v.colors.end(), p.slate_art.hills.begin());
             }},
    ThemeKey{"slate_sun", color,
             [](Palette& p, const ThemeValue& v) { p.slate_art.sun = v.colors[0]; }},
    ThemeKey{"slate_wall", color,
             [](Palette& p, const ThemeValue& v) { p.slate_art.wall = v.colors[0]; }},
    ThemeKey{"slate_roof", color,
             [](Palette& p, const ThemeValue& v) { p.slate_art.roof = v.colors[0]; }},
    ThemeKey{"slate_door", color,
             [](Palette& p, const ThemeValue& v) { p.slate_art.door = v.colors[0]; }},
};

std::optional<Color> color_in(const TomlValue& value) {
  if (value.kind != TomlKind::text) return std::nullopt;
  return overlay::parse_color(value.text);
}

std::optional<ThemeValue> list_of(const TomlValue& value, std::size_t count) {
  if (value.kind != TomlKind::list || value.items.size() != count) return std::nullopt;
  ThemeValue out;
  for (const auto& item : value.items) {
    const auto color = color_in(item);
    if (!color) return std::nullopt;
    out.colors.push_back(*color);
  }
  return out;
}

std::optional<ThemeValue> word_of(const TomlValue& value,
                                  std::initializer_list<std::string_view> words) {
  const auto word = std::find(words.begin(), words.end(), value.text);
  if (value.kind != TomlKind::text || word == words.end()) return std::nullopt;
  ThemeValue out;
  out.word = *word;
  return out;
}

std::optional<ThemeValue> value_of(ThemeType type, const TomlValue& value) {
  switch (type) {
    case color: {
      const auto one = color_in(value);
      if (!one) return std::nullopt;
      ThemeValue out;
      out.colors.push_back(*one);
      return out;
    }
    case ramp: return list_of(value, 2);
    case hills: return list_of(value, 4);
    case share: {
      ThemeValue out;
      out.share = value.kind == TomlKind::whole ? static_cast<double>(value.whole) : value.decimal;
      const bool is_number = value.kind == TomlKind::whole || value.kind == TomlKind::decimal;
      if (!is_number || !(out.share >= 0 && out.share <= 1)) return std::nullopt;
      return out;
    }
    case motif: return word_of(value, {"azalea-flame", "grain-ear", "bamboo"});
    case chat_names: return word_of(value, {"dark", "light"});
  }
  return std::nullopt;
}

Sentence should_be(ThemeType type) {
  switch (type) {
    case color: return {"颜色要写成 \"#6B1216\" 这样", "A colour is written as \"#6B1216\""};
    case ramp:
      return {"要写两个颜色，从一头到另一头：[\"#6B1216\", \"#430A0D\"]",
              "Two colours, from one end to the other: [\"#6B1216\", \"#430A0D\"]"};
    case hills:
      return {"要写四个颜色，从远山到近山", "Four colours, from the far hills to the near ones"};
    case share: return {"要写 0 到 1 的数，如 0.92", "A number from 0 to 1, such as 0.92"};
    case motif:
      return {
          "图案只能是 \"azalea-flame\" \"grain-ear\" 或 \"bamboo\"；自己的村标写在 "
          "[station] mark",
          "The motif is \"azalea-flame\", \"grain-ear\" or \"bamboo\"; a mark of your own goes "
          "to [station] mark"};
    case chat_names: break;
  }
  return {"只能是 \"dark\"（深底）或 \"light\"（浅底）",
          "It is \"dark\" (for a dark ground) or \"light\""};
}

Sentence unknown(const std::string& key) {
  std::vector<std::string_view> names{"base"};
  for (const auto& one : keys) names.push_back(one.name);
  const auto shown = clean_outside_text(key, {.graphemes = 40});
  Sentence out{"主题里没有 “" + shown + "”：主题只能改颜色、图案和底图，不能改位置和大小",
               "A theme has no \"" + shown +
                   "\": it changes colours, motif and slate, never positions and sizes"};
  if (const auto near = closest(key, names); !near.empty()) {
    out.zh += "。是不是想写 " + std::string(near) + "？";
    out.en += ". Did you mean " + std::string(near) + "?";
  }
  return out;
}

class Reader {
 public:
  Reader(const TomlValue& root, Reporter report) : root_(root), report_(report) {}

  std::optional<std::string> base() {
    const auto* entry = entry_of("base");
    if (entry == nullptr) return "red";
    if (entry->value.kind == TomlKind::text &&
        std::find(bases.begin(), bases.end(), entry->value.text) != bases.end())
      return entry->value.text;
    report_.add(entry->value.place, {"base 只能是 \"red\" \"harvest\" 或 \"plain\"",
                                     "base is \"red\", \"harvest\" or \"plain\""});
    return std::nullopt;
  }

  void read(Palette& palette) {
    for (const auto& entry : root_.entries) {
      if (entry.key == "base") continue;
      const auto key = std::find_if(keys.begin(), keys.end(),
                                    [&](const auto& one) { return one.name == entry.key; });
      if (key == keys.end()) {
        report_.add(entry.place, unknown(entry.key));
      } else if (const auto value = value_of(key->type, entry.value)) {
        key->set(palette, *value);
      } else {
        report_.add(entry.value.place, should_be(key->type));
      }
    }
  }

  // Where the file says one of these, the first of them first.
  Place place_of(std::initializer_list<std::string_view> names) const {
    for (const auto name : names) {
      if (const auto* entry = entry_of(name)) return entry->value.place;
    }
    return {};
  }

 private:
  const TomlEntry* entry_of(std::string_view name) const {
    const auto at = std::find_if(root_.entries.begin(), root_.entries.end(),
                                 [&](const auto& entry) { return entry.key == name; });
    return at == root_.entries.end() ? nullptr : &*at;
  }

  const TomlValue& root_;
  Reporter report_;
};

}  // namespace

std::span<const ThemeKey> theme_keys() {
  return keys;
}

std::optional<overlay::Attire> read_theme_text(std::string_view text, const std::string& file,
                                               const std::string& name, const std::string& assets,
                                               std::vector<Problem>& problems) {
  const Reporter report{file, problems};
  const auto before = problems.size();
  text = without_bom(text);
  if (const auto bad = first_bad_byte(text)) {
    report.add(place_of(text, *bad), {"文字编码不是 UTF-8：用记事本“另存为”，编码选 UTF-8",
                                      "The text is not UTF-8: save it again with the encoding "
                                      "UTF-8"});
    return std::nullopt;
  }
  const auto toml = parse_toml(text);
  if (!toml.root) {
    report.add(toml.place, {"这一行写得不对：应当是 名字 = 值，如 price = \"#FFD868\"",
                            "This line is not TOML: it should be NAME = VALUE, such as price = "
                            "\"#FFD868\""});
    return std::nullopt;
  }
  Reader reader(*toml.root, report);
  const auto base = reader.base();
  auto attire = overlay::load_attire(assets, base.value_or("red"));
  if (!attire) {
    report.add({}, {attire.error().zh(), attire.error().en()});
    return std::nullopt;
  }
  reader.read(attire->palette);
  if (problems.size() != before) return std::nullopt;
  auto dressed = overlay::make_attire(assets, name, attire->palette);
  if (!dressed) {
    report.add({}, {dressed.error().zh(), dressed.error().en()});
    return std::nullopt;
  }
  if (const auto poor = overlay::poor_pair(*dressed)) {
    const bool is_ground_alone = poor->text_key == poor->ground_key;
    const auto cure_zh = is_ground_alone
                             ? "把 " + poor->ground_key + " 调浅"
                             : "把 " + poor->text_key + " 和 " + poor->ground_key + " 调得一深一浅";
    const auto cure_en = is_ground_alone ? "make " + poor->ground_key + " lighter"
                                         : "make one of " + poor->text_key + " and " +
                                               poor->ground_key + " darker and the other lighter";
    report.add(reader.place_of({poor->text_key, poor->ground_key}),
               {std::string(poor->zh) + "看不清，对比度只有 " + poor->ratio + ":1，至少要 " +
                    poor->least + ":1：" + cure_zh,
                std::string(poor->en) + " cannot be read, the contrast is " + poor->ratio +
                    ":1 and must be " + poor->least + ":1: " + cure_en});
    return std::nullopt;
  }
  return std::move(*dressed);
}

}  // namespace xb::studio
