// Lenient reading. SPDX-License-Identifier: Apache-2.0
#include "review/json_bits.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace xb::review {

Json object_in(std::string_view text) {
  auto json = net::parse_json(text, entry_limits);
  return json && json->is_object() ? std::move(*json) : Json::object();
}

const Json& object_of(const Json& json, const char* key) {
  static const Json none = Json::object();
  const auto found = json.find(key);
  return found != json.end() && found->is_object() ? *found : none;
}

const Json& list_of(const Json& json, const char* key) {
  static const Json none = Json::array();
  const auto found = json.find(key);
  return found != json.end() && found->is_array() ? *found : none;
}

std::int64_t integer_of(const Json& json, const char* key, std::int64_t otherwise) {
  if (!json.is_object()) return otherwise;
  const auto found = net::optional_integer(json, key);
  return found ? found->value_or(otherwise) : otherwise;
}

std::string text_of(const Json& json, const char* key, std::size_t most) {
  if (!json.is_object()) return {};
  const auto found = net::optional_string(json, key);
  if (!found || !*found) return {};
  return clean_outside_text(**found, {.graphemes = most});
}

bool is_true(const Json& json, const char* key) {
  if (!json.is_object()) return false;
  const auto found = net::optional_bool(json, key);
  return found && found->value_or(false);
}

std::int64_t ms_of(SessionTime time) {
  return std::clamp<std::int64_t>(to_ns(time) / 1'000'000, 0, longest_ms);
}

}  // namespace xb::review
