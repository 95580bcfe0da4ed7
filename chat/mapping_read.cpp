// One message through the Mapping. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "chat/look.h"
#include "chat/mapping.h"
#include "chat/markup.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_lines = 1000;

bool is_same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

// What the value of `type` is called in the table of kinds.
std::string word_of(const Json* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_boolean()) return value->get<bool>() ? "true" : "false";
  return Look(*value).id();
}

Result<Json> json_of(std::string_view text) {
  if (!is_utf8(text)) return Error(ErrorCode::text_not_utf8, "message");
  if (text.size() > net::JsonLimits{}.bytes) return Error(ErrorCode::event_too_large, "message");
  return net::parse_json(text);
}

}  // namespace

Json* Mapping::find(Json& json, const Path& path) const {
  return const_cast<Json*>(find(static_cast<const Json&>(json), path));
}

const Json* Mapping::find(const Json& json, const Path& path) const {
  const Json* here = &json;
  for (const auto& step : path) {
    if (here->is_array()) {
      std::size_t index = 0;
      const auto [at, error] = std::from_chars(step.data(), step.data() + step.size(), index);
      if (error != std::errc() || at != step.data() + step.size() || index >= here->size())
        return nullptr;
      here = &(*here)[index];
    } else if (here->is_object()) {
      auto next = here->find(step);
      if (next == here->end() && ignores_case_) {
        for (next = here->begin(); next != here->end() && !is_same(next.key(), step);) ++next;
      }
      if (next == here->end()) return nullptr;
      here = &*next;
    } else {
      return nullptr;
    }
  }
  return here;
}

Reading Mapping::read(std::string_view message) const {
  Reading out;
  if (!splits_lines_) {
    read_one(message, out);
    return out;
  }
  for (std::size_t lines = 0; !message.empty(); ++lines) {
    if (lines >= most_lines) {
      out.refuse(Error(ErrorCode::event_too_large, "more than 1000 lines"));
      break;
    }
    const auto line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(message.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) read_one(line, out);
  }
  return out;
}

void Mapping::read_one(std::string_view text, Reading& out) const {
  auto json = json_of(text);
  if (!json) return out.refuse(std::move(json).error());
  for (const auto& path : again_) {
    auto* const place = find(*json, path);
    if (place == nullptr || !place->is_string()) continue;  // some forks send the object itself
    auto inner = json_of(place->get_ref<const std::string&>());
    if (!inner) return out.refuse(std::move(inner).error());
    *place = std::move(*inner);
  }
  if (each_.empty()) return read_item(*json, out);
  const auto* const items = find(*json, each_.front());
  if (items == nullptr || !items->is_array()) {
    ++out.ignored;
    return;
  }
  for (const auto& item : *items) read_item(item, out);
}

// Puts together the JSON of one event and has it judged like any other.
struct Mapping::Reader {
  const Mapping& mapping;
  const Json& item;
  const Row& row;

  const Value* value_of(std::string_view name) const {
    if (const auto at = row.fields.find(name); at != row.fields.end()) return &at->second;
    const auto at = mapping.fields_.find(name);
    return at == mapping.fields_.end() ? nullptr : &at->second;
  }
  const Json* find(std::string_view name) const {
    const auto* const value = value_of(name);
    if (value == nullptr) return nullptr;
    const auto* const found =
        value->fixed.is_null() ? mapping.find(item, value->path) : &value->fixed;
    return found == nullptr || found->is_null() ? nullptr : found;
  }
  Json text(std::string_view name) const {
    const auto* const found = find(name);
    if (found == nullptr) return nullptr;
    const auto word = Look(*found).id();
    if (word.empty() && !found->is_string()) return *found;  // the judge says what is wrong
    return value_of(name)->is_html ? text_of_html(word) : word;
  }
  // Also written as a string of digits.
  Json number(std::string_view name) const {
    const auto* const found = find(name);
    if (found == nullptr) return nullptr;
    const auto value = Look(*found).whole();
    return value ? Json(*value) : *found;
  }
  Json event() const {
    Json out{{"kind", row.kind}, {"platform", mapping.platform_}};
    if (auto platform = text("platform");
        platform.is_string() && !platform.get_ref<const std::string&>().empty())
      out["platform"] = std::move(platform);
    if (auto id = text("id"); !id.is_null()) out["id"] = std::move(id);
    const auto user_id = text("user.id");
    const auto user_name = text("user.name");
    if (!user_id.is_null() || !user_name.is_null())
      out["user"] = {{"id", user_id}, {"name", user_name}};
    for (const auto* const name : {"text", "amount", "currency"}) out[name] = text(name);
    for (const auto* const name : {"count", "total", "time_ms"}) out[name] = number(name);
    if (const auto seconds = number("time_s"); seconds.is_number_integer()) {
      const auto value = seconds.get<std::int64_t>();
      constexpr std::int64_t most = 1'000'000'000'000;
      if (value > 0 && value < most) out["time_ms"] = value * 1000;
    }
    if (const auto* const online = find("online")) out["online"] = *online;
    if (const auto* const ids = find("ids"))
      out["ids"] = ids->is_array() ? *ids : Json::array({*ids});
    return out;
  }
};

void Mapping::read_item(const Json& item, Reading& out) const {
  const auto type = fields_.find("type");
  const auto word = type == fields_.end()           ? std::string()
                    : !type->second.fixed.is_null() ? word_of(&type->second.fixed)
                                                    : word_of(find(item, type->second.path));
  auto row = kinds_.find(word);
  if (row == kinds_.end()) row = kinds_.find("*");
  if (row == kinds_.end() || row->second.kind.empty()) {
    ++out.ignored;
    return;
  }
  auto event = event_of(Reader{*this, item, row->second}.event());
  if (event)
    out.events.push_back(std::move(*event));
  else
    out.refused.push_back(std::move(event).error());
}

}  // namespace xb::chat
