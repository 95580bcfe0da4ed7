// Plain structs to JSON and back; what comes back is held to the limits of what was written.
// SPDX-License-Identifier: Apache-2.0
#include "studio/paint_json.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "base/text.h"
#include "net/json.h"
#include "net/json_patch.h"
#include "overlay/theme.h"
#include "studio/attire_json.h"
#include "studio/director.h"
#include "studio/show_json.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_lines = 64;  // of the chat; the binder keeps 32
constexpr std::size_t most_rows = 20'000;
constexpr std::size_t longest_text = 1024;  // graphemes; no cell of a table has more than 512
// Nothing on a picture began or ends further away; so no sum of times runs over.
constexpr Duration longest_time = std::chrono::hours(24 * 400);

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

bool is_near(SessionTime time) {
  return time.time_since_epoch() >= -longest_time && time.time_since_epoch() <= longest_time;
}

// Reads fields; the first that is wrong is kept, by its path.
class Fields {
 public:
  Fields(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

  std::string text(const char* key) {
    auto found = net::optional_string(json_, key);
    if (!found) return fail(key), std::string();
    return clean_outside_text(found->value_or(""), {.graphemes = longest_text});
  }
  std::optional<std::string> maybe_text(const char* key) {
    return has(key) ? std::optional(text(key)) : std::nullopt;
  }
  std::int64_t number(const char* key, std::int64_t least, std::int64_t most) {
    const auto found = net::require_integer(json_, key);
    if (!found || *found < least || *found > most) return fail(key), least;
    return *found;
  }
  std::optional<std::int64_t> maybe_number(const char* key, std::int64_t least, std::int64_t most) {
    return has(key) ? std::optional(number(key, least, most)) : std::nullopt;
  }
  SessionTime time(const char* key) {
    return SessionTime(Duration(number(key, -longest_time.count(), longest_time.count())));
  }
  std::optional<SessionTime> maybe_time(const char* key) {
    return has(key) ? std::optional(time(key)) : std::nullopt;
  }
  bool flag(const char* key) {
    const auto found = net::optional_bool(json_, key);
    if (!found) fail(key);
    return found && found->value_or(false);
  }
  // An object or a list below; an empty one where there is none.
  const Json& below(const char* key, bool is_list = false) {
    static const Json object = Json::object();
    static const Json list = Json::array();
    const auto found = json_.is_object() ? json_.find(key) : json_.end();
    const bool is_there = json_.is_object() && found != json_.end();
    if (is_there && (is_list ? found->is_array() : found->is_object())) return *found;
    return fail(key), is_list ? list : object;
  }
  void fail(const char* key) {
    if (wrong_.empty()) wrong_ = path_ + key;
  }
  Status status() const {
    if (wrong_.empty()) return ok();
    return Error(ErrorCode::json_invalid, wrong_);
  }

 private:
  bool has(const char* key) const {
    return json_.is_object() && json_.contains(key) && !json_[key].is_null();
  }

  const Json& json_;
  const std::string path_;
  std::string wrong_;
};

Status check_scene(const overlay::Scene& scene) {
  const auto is_id = [](const std::optional<std::string>& id) { return !id || id->size() <= 256; };
  const bool stays = scene.caption_until == SessionTime::max();
  bool is_right = is_id(scene.product) && is_id(scene.countdown) && is_id(scene.caption) &&
                  (stays || is_near(scene.caption_until)) &&
                  is_near(scene.emphasis_since.value_or(SessionTime{}));
  for (const auto time : {scene.product_since, scene.card_place_since, scene.countdown_since,
                          scene.caption_since, scene.slate_since})
    is_right = is_right && is_near(time);
  if (!is_right) return Error(ErrorCode::json_invalid, "scene");
  return ok();
}

Status clean(overlay::ChatLine& line) {
  if (!is_near(line.arrived)) return Error(ErrorCode::json_invalid, "chat.since_ns");
  line.name = clean_outside_text(line.name, {.graphemes = 64});
  line.text = clean_outside_text(line.text, {.graphemes = 400});
  return ok();
}

// Oldest first: their numbers rise as they come.
Result<std::vector<overlay::ChatLine>> lines_of(const Json& chat) {
  if (chat.size() > most_lines) return Error(ErrorCode::json_invalid, "chat: too many");
  std::vector<overlay::ChatLine> lines;
  for (const auto& one : chat) {
    auto line = chat_line_of(one);
    if (!line) return Error(ErrorCode::json_invalid, "chat");
    XB_TRY(clean(*line));
    lines.push_back(std::move(*line));
  }
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  return lines;
}

Status read_counter(const Json& json, overlay::CounterValues& counter) {
  Fields from(json, "counter.");
  counter.total = from.number("total", 0, INT64_MAX);
  counter.gained = from.number("gained", INT64_MIN, INT64_MAX);
  counter.stale_since = from.maybe_text("stale_since");
  counter.by_hand = from.maybe_text("by_hand");
  counter.last_follower = from.text("last");
  counter.followers_merged = static_cast<int>(from.number("merged", 0, 1'000'000'000));
  counter.first_follow = from.time("first_ns");
  counter.last_follow = from.time("last_ns");
  return from.status();
}

Status read_badges(const Json& json, overlay::BadgeValues& badges) {
  Fields from(json, "badges.");
  badges.is_live = from.flag("live");
  badges.is_recording_only = from.flag("recording");
  badges.recording_since = from.maybe_time("since_ns");
  badges.clock = from.text("clock");
  badges.minute_began = from.maybe_time("minute_ns");
  return from.status();
}

Result<overlay::Product> product_of(const Json& json) {
  Fields from(json, "products.");
  overlay::Product out;
  out.id = from.text("id");
  out.number = static_cast<int>(from.number("number", 0, 999));
  out.name = from.text("name");
  out.origin = from.text("origin");
  out.price = from.text("price");
  out.unit = from.text("unit");
  out.stock = from.maybe_number("stock", 0, INT64_MAX);
  out.link = from.text("link");
  out.picture = net::optional_string(json, "picture").value_or(std::nullopt).value_or("");
  XB_TRY(from.status());
  return out;
}

Result<overlay::Caption> caption_of(const Json& json) {
  Fields from(json, "captions.");
  overlay::Caption out;
  out.id = from.text("id");
  out.year = from.text("year");
  out.title = from.text("title");
  out.text = from.text("text");
  out.source = from.text("source");
  if (from.text("kind") == "plain") out.kind = overlay::CaptionKind::plain;
  if (from.text("style") == "vertical") out.style = overlay::CaptionStyle::vertical;
  XB_TRY(from.status());
  return out;
}

// All but the Scene and the messages: `chat` is there, and empty.
Json figures_of(const overlay::LiveValues& values) {
  const auto& counter = values.counter;
  const auto& badges = values.badges;
  // whoever adds a field to one of these finds it missing here: it belongs into the Ledger
  [[maybe_unused]] const auto& [c1, c2, c3, c4, c5, c6, c7, c8, stamp] = counter;
  [[maybe_unused]] const auto& [b1, b2, b3, b4, b5] = badges;
  [[maybe_unused]] const auto& [station, tables, v1, v2, v3, slate, shows_chat, v4, attire, v5] =
      values;
  return {{"counter",
           {{"total", counter.total},
            {"gained", counter.gained},
            {"stale_since", or_null(counter.stale_since)},
            {"by_hand", or_null(counter.by_hand)},
            {"last", counter.last_follower},
            {"merged", counter.followers_merged},
            {"first_ns", to_ns(counter.first_follow)},
            {"last_ns", to_ns(counter.last_follow)}}},
          {"badges",
           {{"live", badges.is_live},
            {"recording", badges.is_recording_only},
            {"since_ns", badges.recording_since ? Json(to_ns(*badges.recording_since)) : Json()},
            {"clock", badges.clock},
            {"minute_ns", badges.minute_began ? Json(to_ns(*badges.minute_began)) : Json()}}},
          {"quiet", values.is_quiet},
          {"show", values.show_version},
          {"chat", Json::object()}};
}

Json json_of(const overlay::Scene& scene) {
  auto out = Json(to_json(scene));
  out["version"] = scene.version;
  return out;
}

void put_line(Json& state, const overlay::ChatLine& line) {
  state["chat"][std::to_string(line.sequence)] = Json(to_json(line));
}

}  // namespace

Json paint_state(const overlay::Scene& scene, const overlay::LiveValues& values) {
  Json out = figures_of(values);
  out["scene"] = json_of(scene);
  for (const auto& line : values.chat) put_line(out, line);
  return out;
}

Json paint_change(const overlay::Scene& from_scene, const overlay::LiveValues& from,
                  const overlay::Scene& to_scene, const overlay::LiveValues& to) {
  Json before = figures_of(from);
  Json after = figures_of(to);
  if (from_scene != to_scene) {
    before["scene"] = json_of(from_scene);
    after["scene"] = json_of(to_scene);
  }
  const auto put_lines = [](const auto& lines, const auto& others, Json& into) {
    for (const auto& line : lines)
      if (std::find(others.begin(), others.end(), line) == others.end()) put_line(into, line);
  };
  put_lines(from.chat, to.chat, before);
  put_lines(to.chat, from.chat, after);
  return net::patch_between(before, after);
}

Result<PaintState> paint_state_of(const Json& json) {
  PaintState out;
  Fields from(json, "");
  const auto& scene = from.below("scene");
  out.scene = scene_of(scene);
  if (const auto version = net::optional_integer(scene, "version"); version && *version)
    out.scene.version = static_cast<std::uint64_t>(**version);
  XB_TRY(check_scene(out.scene));
  if (out.scene.pinned) XB_TRY(clean(*out.scene.pinned));
  XB_TRY(read_counter(from.below("counter"), out.values.counter));
  XB_TRY(read_badges(from.below("badges"), out.values.badges));
  XB_TRY_ASSIGN(out.values.chat, lines_of(from.below("chat")));
  out.values.is_quiet = from.flag("quiet");
  out.values.show_version = static_cast<std::uint64_t>(from.number("show", 0, INT64_MAX));
  XB_TRY(from.status());
  return out;
}

OrderedJson painted_show(const overlay::LiveValues& values) {
  OrderedJson products = OrderedJson::array();
  for (const auto& one : values.tables->products) products.push_back(row_of(one));
  OrderedJson captions = OrderedJson::array();
  for (const auto& one : values.tables->captions) captions.push_back(row_of(one));
  const auto& station = values.station;
  return {
      {"version", values.show_version},
      {"station",
       {{"name", station.name}, {"county", station.county}, {"township", station.township}}},
      {"screen", row_of(ScreenShow{values.shows_chat, values.tables->notices, values.slate.opens_at,
                                   values.slate.away_title, values.slate.away_minutes})},
      {"products", std::move(products)},
      {"captions", std::move(captions)},
      {"attire", values.attire ? to_json(*values.attire) : OrderedJson(nullptr)}};
}

Status put_painted_show(const Json& json, overlay::LiveValues& values) {
  Fields from(json, "");
  values.show_version = static_cast<std::uint64_t>(from.number("version", 0, INT64_MAX));
  Fields station(from.below("station"), "station.");
  values.station = {station.text("name"), station.text("county"), station.text("township")};
  const auto& screen_json = from.below("screen");
  Fields screen(screen_json, "screen.");
  values.shows_chat = screen.flag("chat");
  values.slate.opens_at = screen.text("opens_at");
  values.slate.away_title = screen.text("away_title");
  const auto away = screen.maybe_number("away_minutes", 0, 100'000);
  values.slate.away_minutes = away ? std::optional(static_cast<int>(*away)) : std::nullopt;
  auto tables = std::make_shared<overlay::Tables>();
  for (const auto& one : screen.below("notices", true)) {
    if (!one.is_string() || tables->notices.size() >= most_rows) screen.fail("notices");
    if (one.is_string())
      tables->notices.push_back(
          clean_outside_text(one.get_ref<const std::string&>(), {.graphemes = longest_text}));
  }
  XB_TRY(station.status());
  XB_TRY(screen.status());
  const auto& products = from.below("products", true);
  const auto& captions = from.below("captions", true);
  if (products.size() > most_rows || captions.size() > most_rows) from.fail("products");
  XB_TRY(from.status());
  for (const auto& one : products) {
    XB_TRY_ASSIGN(auto row, product_of(one));
    tables->products.push_back(std::move(row));
  }
  for (const auto& one : captions) {
    XB_TRY_ASSIGN(auto row, caption_of(one));
    tables->captions.push_back(std::move(row));
  }
  values.tables = std::move(tables);
  values.attire.reset();
  if (const auto attire = json.find("attire"); attire != json.end() && !attire->is_null()) {
    XB_TRY_ASSIGN(auto worn, attire_of(*attire));
    values.attire = std::make_shared<const overlay::Attire>(std::move(worn));
  }
  return ok();
}

}  // namespace xb::studio
