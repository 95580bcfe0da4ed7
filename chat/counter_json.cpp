// CounterState out of and into JSON, for the ledger's checkpoints.
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "chat/counter.h"

namespace xb::chat {
namespace {

Error wrong(std::string what) {
  return Error(ErrorCode::json_invalid, "counter: " + std::move(what));
}

Result<std::int64_t> natural(const Json& object, const char* key) {
  XB_TRY_ASSIGN(const auto value, net::require_integer(object, key));
  if (value < 0) return wrong(std::string(key) + " is negative");
  return value;
}

Result<PlatformCount> platform_of(const Json& json) {
  PlatformCount out;
  XB_TRY_ASSIGN(out.reported, net::optional_integer(json, "reported"));
  if (out.reported.value_or(0) < 0) return wrong("reported is negative");
  XB_TRY_ASSIGN(out.net, net::require_integer(json, "net"));
  XB_TRY_ASSIGN(out.viewers, natural(json, "viewers"));
  XB_TRY_ASSIGN(out.likes, natural(json, "likes"));
  XB_TRY_ASSIGN(const auto low, natural(json, "low_reports"));
  if (low > 2) return wrong("low_reports is too large");
  out.low_reports = static_cast<int>(low);
  return out;
}

// People are grouped by platform and by what is known of them, so that a hundred thousand of them
// are little more than their ids.
constexpr std::pair<const char*, Person> groups[] = {
    {"gained", {true, true}},
    {"following", {true, false}},
    {"gained_left", {false, true}},
    {"left", {false, false}},
};

Status read_people(CounterState& out, const std::string& platform, const Json& json) {
  for (const auto& [group, person] : groups) {
    const auto at = json.find(group);
    if (at == json.end()) continue;
    if (!at->is_array()) return wrong(std::string(group) + ": expected an array");
    for (const auto& id : *at) {
      if (!id.is_string()) return wrong(std::string(group) + ": expected strings");
      if (out.people.size() >= most_people) return wrong("too many people");
      out.people[platform + '\n' + id.get_ref<const std::string&>()] = person;
    }
  }
  return ok();
}

Status read_speakers(CounterState& out, const std::string& platform, const Json& json) {
  if (!json.is_array()) return wrong("speakers." + platform + ": expected an array");
  for (const auto& id : json) {
    if (!id.is_string()) return wrong("speakers." + platform + ": expected strings");
    if (out.speakers.size() >= most_speakers) return wrong("too many speakers");
    out.speakers.insert(platform + '\n' + id.get_ref<const std::string&>());
  }
  return ok();
}

}  // namespace

OrderedJson to_json(const CounterState& state) {
  OrderedJson out = OrderedJson::object();
  out["baseline"] = state.baseline;
  out["gained"] = state.gained;
  out["day"] = state.day;
  out["forgotten"] = state.forgotten;
  auto& platforms = out["platforms"] = OrderedJson::object();
  for (const auto& [name, platform] : state.platforms) {
    auto& one = platforms[name] = OrderedJson::object();
    if (platform.reported) one["reported"] = *platform.reported;
    one["net"] = platform.net;
    one["viewers"] = platform.viewers;
    one["likes"] = platform.likes;
    one["low_reports"] = platform.low_reports;
  }
  auto& people = out["people"] = OrderedJson::object();
  for (const auto& [key, person] : state.people) {
    const auto cut = key.find('\n');
    for (const auto& [group, known] : groups) {
      if (known == person) people[key.substr(0, cut)][group].push_back(key.substr(cut + 1));
    }
  }
  auto& speakers = out["speakers"] = OrderedJson::object();
  for (const auto& key : state.speakers) {
    const auto cut = key.find('\n');
    speakers[key.substr(0, cut)].push_back(key.substr(cut + 1));
  }
  return out;
}

Result<CounterState> counter_state_of(const Json& json) {
  if (!json.is_object()) return wrong("expected an object");
  CounterState out;
  XB_TRY_ASSIGN(out.baseline, natural(json, "baseline"));
  XB_TRY_ASSIGN(out.gained, natural(json, "gained"));
  XB_TRY_ASSIGN(out.day, net::require_string(json, "day"));
  XB_TRY_ASSIGN(const auto forgotten, natural(json, "forgotten"));
  out.forgotten = static_cast<std::uint64_t>(forgotten);
  XB_TRY_ASSIGN(const auto* platforms, net::require_object(json, "platforms"));
  for (const auto& [name, one] : platforms->items()) {
    if (!one.is_object()) return wrong("platforms." + name + ": expected an object");
    XB_TRY_ASSIGN(out.platforms[name], platform_of(one));
  }
  XB_TRY_ASSIGN(const auto* people, net::require_object(json, "people"));
  for (const auto& [platform, one] : people->items()) {
    if (!one.is_object()) return wrong("people." + platform + ": expected an object");
    XB_TRY(read_people(out, platform, one));
  }
  if (!json.contains("speakers")) return out;  // written before they were remembered
  XB_TRY_ASSIGN(const auto* speakers, net::require_object(json, "speakers"));
  for (const auto& [platform, one] : speakers->items()) {
    XB_TRY(read_speakers(out, platform, one));
  }
  return out;
}

}  // namespace xb::chat
