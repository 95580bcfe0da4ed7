// Scenes and messages as the Ledger holds them. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "net/json.h"
#include "studio/director.h"

namespace xb::studio {
namespace {

OrderedJson or_null(const std::optional<std::string>& id) {
  return id ? OrderedJson(*id) : OrderedJson(nullptr);
}

constexpr std::array roles{
    std::pair{overlay::ChatRole::viewer, std::string_view("viewer")},
    std::pair{overlay::ChatRole::host, std::string_view("host")},
    std::pair{overlay::ChatRole::moderator, std::string_view("moderator")},
    std::pair{overlay::ChatRole::fan, std::string_view("fan")},
    std::pair{overlay::ChatRole::newcomer, std::string_view("newcomer")},
};

}  // namespace

OrderedJson to_json(const overlay::ChatLine& line) {
  const auto role =
      std::find_if(roles.begin(), roles.end(), [&](const auto& r) { return r.first == line.role; });
  return {{"seq", line.sequence},
          {"role", role->second},
          {"name", line.name},
          {"text", line.text},
          {"since_ns", line.arrived.time_since_epoch().count()}};
}

std::optional<overlay::ChatLine> chat_line_of(const Json& json) {
  const auto seq = net::require_integer(json, "seq");
  const auto since = net::require_integer(json, "since_ns");
  auto text = net::require_string(json, "text");
  if (!seq || !since || !text) return std::nullopt;
  overlay::ChatLine line;
  line.sequence = static_cast<std::uint64_t>(*seq);
  line.text = std::move(*text);
  line.arrived = SessionTime(Duration(*since));
  if (auto name = net::optional_string(json, "name"); name) line.name = name->value_or("");
  const auto role = net::optional_string(json, "role");
  for (const auto& [value, word] : roles) {
    if (role && role->value_or("") == word) line.role = value;
  }
  return line;
}

OrderedJson to_json(const overlay::Scene& scene) {
  OrderedJson out{
      {"product", or_null(scene.product)},
      {"countdown", or_null(scene.countdown)},
      {"caption", or_null(scene.caption)},
      {"slate", overlay::name_of(scene.slate)},
      {"card", overlay::name_of(scene.card_place)},
      {"qr", scene.is_qr_hidden ? "hidden" : "shown"},
      {"pinned", scene.pinned ? to_json(*scene.pinned) : OrderedJson(nullptr)},
      {"pinned_waits", scene.does_pinned_wait},
      {"since_ns",
       {{"product", scene.product_since.time_since_epoch().count()},
        {"card", scene.card_place_since.time_since_epoch().count()},
        {"countdown", scene.countdown_since.time_since_epoch().count()},
        {"caption", scene.caption_since.time_since_epoch().count()},
        {"slate", scene.slate_since.time_since_epoch().count()},
        {"emphasis", scene.emphasis_since
                         ? OrderedJson(scene.emphasis_since->time_since_epoch().count())
                         : OrderedJson(nullptr)}}},
      {"caption_until_ns", scene.caption_until == SessionTime::max()
                               ? OrderedJson(nullptr)
                               : OrderedJson(scene.caption_until.time_since_epoch().count())}};
  if (scene.is_covered) out["covered"] = true;
  return out;
}

overlay::Scene scene_of(const Json& json) {
  overlay::Scene scene;
  if (!json.is_object()) return scene;
  if (auto id = net::optional_string(json, "product"); id) scene.product = *id;
  if (auto id = net::optional_string(json, "countdown"); id) scene.countdown = *id;
  if (auto id = net::optional_string(json, "caption"); id) scene.caption = *id;
  const auto says = [&](const char* key, std::string_view word) {
    const auto text = net::optional_string(json, key);
    return text && *text && **text == word;
  };
  if (says("card", overlay::name_of(overlay::CardPlace::second)))
    scene.card_place = overlay::CardPlace::second;
  scene.is_qr_hidden = says("qr", "hidden");
  const auto slate = net::optional_string(json, "slate");
  for (const auto kind : {overlay::SlateKind::opening, overlay::SlateKind::away}) {
    if (slate && *slate && **slate == overlay::name_of(kind)) scene.slate = kind;
  }
  if (const auto since = json.find("since_ns"); since != json.end() && since->is_object()) {
    const auto read = [&](const char* key, SessionTime& time) {
      if (const auto ns = net::optional_integer(*since, key); ns && *ns)
        time = SessionTime(Duration(**ns));
    };
    read("product", scene.product_since);
    read("card", scene.card_place_since);
    read("countdown", scene.countdown_since);
    read("caption", scene.caption_since);
    read("slate", scene.slate_since);
    if (const auto ns = net::optional_integer(*since, "emphasis"); ns && *ns)
      scene.emphasis_since = SessionTime(Duration(**ns));
  }
  if (const auto ns = net::optional_integer(json, "caption_until_ns"); ns && *ns)
    scene.caption_until = SessionTime(Duration(**ns));
  if (const auto pinned = json.find("pinned"); pinned != json.end() && pinned->is_object())
    scene.pinned = chat_line_of(*pinned);
  if (const auto covered = net::optional_bool(json, "covered"); covered)
    scene.is_covered = covered->value_or(false);
  if (const auto waits = net::optional_bool(json, "pinned_waits"); waits && scene.pinned)
    scene.does_pinned_wait = waits->value_or(false);
  return scene;
}

}  // namespace xb::studio
