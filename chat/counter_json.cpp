// CounterState out of and into JSON, for the ledger's checkpoints.
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "chat/counter.h"
#include "net/json.h"

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
  // Ledgers of before there was a desk have none of these.
  XB_TRY_ASSIGN(const auto by_hand, net::optional_integer(json, "by_hand"));
  out.by_hand = by_hand.value_or(0);
  if (out.by_hand < 0) return wrong("by_hand is negative");
  XB_TRY_ASSIGN(const auto typed, net::optional_bool(json, "typed"));
  out.is_typed = typed.value_or(false);
  XB_TRY_ASSIGN(out.by_hand_ms, net::optional_integer(json, "by_hand_ms"));
  XB_TRY_ASSIGN(const auto left_out, net::optional_bool(json, "left_out"));
  out.is_left_out = left_out.value_or(false);
  return out;
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
    if (platform.by_hand != 0) one["by_hand"] = platform.by_hand;
    if (platform.is_typed) one["typed"] = true;
    if (platform.is_left_out) one["left_out"] = true;
    if (platform.by_hand_ms) one["by_hand_ms"] = *platform.by_hand_ms;
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
  return out;
}

}  // namespace xb::chat
