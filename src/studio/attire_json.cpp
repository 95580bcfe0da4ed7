// Attire to JSON and back, by one list of its fields.
// SPDX-License-Identifier: Apache-2.0
#include "studio/attire_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "net/json.h"
#include "overlay/theme.h"

namespace xb::studio {
namespace {

using overlay::Color;
using overlay::Palette;
using overlay::Ramp;

constexpr int largest_mark = 1024;  // pixels; ours have 512
constexpr std::string_view digits = "0123456789abcdef";

// `visit(name, field)` for each colour and pair of colours of a palette.
template <class AnyPalette, class Visit>
void each_colour(AnyPalette& p, const Visit& visit) {
  visit("panel", p.panel), visit("strip", p.strip), visit("tile", p.tile);
  visit("photo", p.photo), visit("slate", p.slate), visit("tile_icon", p.tile_icon);
  visit("strip_text", p.strip_text), visit("text", p.text), visit("text2", p.text2);
  visit("accent", p.accent), visit("price", p.price), visit("warn", p.warn);
  visit("track", p.track), visit("chat_scrim", p.chat_scrim), visit("chat_text", p.chat_text);
  visit("border", p.border), visit("plus_pill", p.plus_pill);
  visit("sun", p.slate_art.sun), visit("wall", p.slate_art.wall);
  visit("roof", p.slate_art.roof), visit("door", p.slate_art.door);
  visit("hill_1", p.slate_art.hills[0]), visit("hill_2", p.slate_art.hills[1]);
  visit("hill_3", p.slate_art.hills[2]), visit("hill_4", p.slate_art.hills[3]);
}

template <class AnyAttire, class Visit>
void each_role(AnyAttire& a, const Visit& visit) {
  visit("host", a.host), visit("moderator", a.moderator), visit("fan", a.fan);
  visit("newcomer", a.newcomer), visit("viewer", a.viewer);
}

// [red, green, blue, alpha]: alpha as it was computed, to the last bit.
OrderedJson json_of(const Color& c) {
  return OrderedJson::array({c.r, c.g, c.b, c.alpha});
}
OrderedJson json_of(const Ramp& ramp) {
  return OrderedJson::array({json_of(ramp.from), json_of(ramp.to)});
}

std::string hex(const std::vector<std::uint8_t>& bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const auto byte : bytes) out.append({digits[byte >> 4U], digits[byte & 15U]});
  return out;
}

// Reads; the first thing that is wrong is kept.
class From {
 public:
  const Json& at(const Json& json, const char* key) {
    static const Json nothing;
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (json.is_object() && found != json.end()) return *found;
    return fail(key), nothing;
  }
  double share(const Json& json, const char* key, double most = 1) {
    const double value = json.is_number() ? json.get<double>() : -1;
    if (!(value >= 0 && value <= most)) return fail(key), 0;
    return value;
  }
  void read(const char* key, const Json& json, Color& out) {
    if (!json.is_array() || json.size() != 4) return fail(key);
    std::array<std::uint8_t, 3> parts{};
    for (std::size_t i = 0; i < 3; ++i)
      parts[i] = static_cast<std::uint8_t>(share(json[i], key, 255));
    out = {parts[0], parts[1], parts[2], share(json[3], key)};
  }
  void read(const char* key, const Json& json, Ramp& out) {
    if (!json.is_array() || json.size() != 2) return fail(key);
    read(key, json[0], out.from);
    read(key, json[1], out.to);
  }
  void read(const Json& json, overlay::RoleColors& out) {
    read("name", at(json, "name"), out.name);
    read("ground", at(json, "ground"), out.badge_bg);
    read("ink", at(json, "ink"), out.badge_fg);
    const auto word = net::require_string(json.is_object() ? json : Json::object(), "badge");
    if (!word || word->size() > 64) return fail("badge");
    out.badge = *word;
  }
  void read(const Json& json, overlay::Mark& out) {
    if (json.is_null()) return;
    const auto side = net::optional_integer(json, "side");
    const auto cover = net::optional_string(json, "cover");
    if (!side || !*side || **side < 1 || **side > largest_mark || !cover || !*cover)
      return fail("mark");
    const auto count = static_cast<std::size_t>(**side * **side);
    const std::string& text = **cover;
    if (text.size() != 2 * count) return fail("mark.cover");
    out.cover.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      const char* const begin = text.data() + 2 * i;
      const auto [end, error] = std::from_chars(begin, begin + 2, out.cover[i], 16);
      if (error != std::errc() || end != begin + 2) return fail("mark.cover");
    }
    out.side = static_cast<int>(**side);
  }
  void fail(std::string_view key) {
    if (wrong_.empty()) wrong_ = key;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  std::string wrong_;
};

}  // namespace

OrderedJson to_json(const overlay::Attire& attire) {
  const Palette& p = attire.palette;
  OrderedJson colours;
  each_colour(p, [&](const char* name, const auto& field) { colours[name] = json_of(field); });
  OrderedJson roles;
  each_role(attire, [&](const char* name, const overlay::RoleColors& role) {
    roles[name] = {{"name", json_of(role.name)},
                   {"ground", json_of(role.badge_bg)},
                   {"ink", json_of(role.badge_fg)},
                   {"badge", role.badge}};
  });
  OrderedJson mark;
  if (attire.mark.side > 0) mark = {{"side", attire.mark.side}, {"cover", hex(attire.mark.cover)}};
  return {{"name", attire.name},
          {"motif", static_cast<int>(p.motif)},
          {"watermark", p.watermark_alpha},
          {"border_width", p.border_width},
          {"light_chat", p.has_light_chat},
          {"colours", std::move(colours)},
          {"roles", std::move(roles)},
          {"mark", std::move(mark)}};
}

Result<overlay::Attire> attire_of(const Json& json) {
  overlay::Attire attire;
  From from;
  Palette& p = attire.palette;
  const auto name = net::require_string(json, "name");
  if (!name || name->size() > 256) from.fail("name");
  if (name) attire.name = *name;
  const auto motif = static_cast<int>(from.share(from.at(json, "motif"), "motif", 3));
  if (motif < 1) from.fail("motif");
  p.motif = static_cast<overlay::Motif>(std::max(1, motif));
  p.watermark_alpha = from.share(from.at(json, "watermark"), "watermark");
  p.border_width = from.share(from.at(json, "border_width"), "border_width", 64);
  const auto& light = from.at(json, "light_chat");
  p.has_light_chat = light.is_boolean() && light.get<bool>();
  const auto& colours = from.at(json, "colours");
  each_colour(p,
              [&](const char* key, auto& field) { from.read(key, from.at(colours, key), field); });
  const auto& roles = from.at(json, "roles");
  each_role(attire, [&](const char* key, overlay::RoleColors& role) {
    from.read(from.at(roles, key), role);
  });
  from.read(from.at(json, "mark"), attire.mark);
  if (from.wrong().empty()) return attire;
  return Error(ErrorCode::json_invalid, "attire." + from.wrong());
}

}  // namespace xb::studio
