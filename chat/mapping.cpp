// Reading the mapping file. SPDX-License-Identifier: Apache-2.0
#include "chat/mapping.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace xb::chat {
namespace {

constexpr std::size_t most_kinds = 200;
constexpr std::size_t most_path_steps = 16;
constexpr std::array field_names{"type",   "id",    "platform", "user.id", "user.name",
                                 "text",   "count", "total",    "amount",  "currency",
                                 "online", "ids",   "time_ms",  "time_s"};

Error wrong(const std::string& place, const std::string& zh, const std::string& en) {
  return Error(ErrorCode::chat_map_invalid, place + "：" + zh, place + ": " + en);
}

// RFC 6901; nothing when it is none.
std::optional<std::vector<std::string>> path_of(std::string_view pointer) {
  std::vector<std::string> out;
  if (pointer.empty()) return out;
  if (pointer.front() != '/') return std::nullopt;
  for (const char c : pointer) {
    if (c == '/')
      out.emplace_back();
    else
      out.back() += c;
  }
  if (out.size() > most_path_steps) return std::nullopt;
  for (auto& step : out) {
    std::string plain;
    for (std::size_t i = 0; i < step.size(); ++i) {
      if (step[i] != '~') {
        plain += step[i];
      } else if (i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1')) {
        plain += step[++i] == '0' ? '~' : '/';
      } else {
        return std::nullopt;
      }
    }
    step = std::move(plain);
  }
  return out;
}

Result<std::vector<std::string>> pointer_at(const Json& json, const std::string& place) {
  if (json.is_string()) {
    if (auto path = path_of(json.get_ref<const std::string&>())) return std::move(*path);
  }
  return wrong(place, "应当是 JSON 指针，以 / 开头，如 \"/Data/Content\"",
               "expected a JSON Pointer beginning with /, such as \"/Data/Content\"");
}

Result<bool> yes_no_at(const Json& json, const std::string& place) {
  if (json.is_boolean()) return json.get<bool>();
  return wrong(place, "应当是 true 或 false", "expected true or false");
}

}  // namespace

Result<std::shared_ptr<const Mapping>> Mapping::parse(std::string_view text) {
  const auto json = net::parse_json(text);
  if (!json) return Error(ErrorCode::chat_map_invalid, json.error().detail());
  if (!json->is_object()) return wrong("$", "应当是一个 {} 对象", "expected an object");
  auto out = std::make_shared<Mapping>();

  const auto value_of = [](const Json& from, const std::string& place) -> Result<Value> {
    Value value;
    if (from.is_object()) {
      for (const auto& [key, part] : from.items()) {
        const auto where = place + "." + key;
        if (key == "value") {
          value.fixed = part;
        } else if (key == "at") {
          XB_TRY_ASSIGN(value.path, pointer_at(part, where));
        } else if (key == "html") {
          XB_TRY_ASSIGN(value.is_html, yes_no_at(part, where));
        } else {
          return wrong(where, "只能写 at、html、value", "knows at, html and value only");
        }
      }
      return value;
    }
    XB_TRY_ASSIGN(value.path, pointer_at(from, place));
    return value;
  };
  const auto is_field = [](const std::string& name) {
    return std::find(field_names.begin(), field_names.end(), name) != field_names.end();
  };
  const auto no_field = [](const std::string& place) {
    return wrong(place, "没有这个栏目", "there is no such field");
  };

  for (const auto& [key, value] : json->items()) {
    if (key == "platform") {
      if (!value.is_string()) return wrong(key, "应当是文字", "expected a string");
      out->platform_ = value.get<std::string>();
    } else if (key == "hello") {
      out->hello_ = value.is_string() ? value.get<std::string>() : net::dump(value);
    } else if (key == "split_lines") {
      XB_TRY_ASSIGN(out->splits_lines_, yes_no_at(value, key));
    } else if (key == "ignore_case") {
      XB_TRY_ASSIGN(out->ignores_case_, yes_no_at(value, key));
    } else if (key == "each") {
      XB_TRY_ASSIGN(auto path, pointer_at(value, key));
      out->each_.push_back(std::move(path));
    } else if (key == "parse_again") {
      if (!value.is_array()) return wrong(key, "应当是一个 [] 列表", "expected an array");
      for (std::size_t i = 0; i < value.size() && i < most_path_steps; ++i) {
        XB_TRY_ASSIGN(auto path, pointer_at(value[i], key + "[" + std::to_string(i) + "]"));
        out->again_.push_back(std::move(path));
      }
    } else if (key == "fields") {
      if (!value.is_object()) return wrong(key, "应当是一个 {} 对象", "expected an object");
      for (const auto& [name, part] : value.items()) {
        if (!is_field(name)) return no_field("fields." + name);
        XB_TRY_ASSIGN(out->fields_[name], value_of(part, "fields." + name));
      }
    } else if (key == "kinds") {
      if (!value.is_object() || value.size() > most_kinds)
        return wrong(key, "应当是一个 {} 对象，最多 200 行",
                     "expected an object of at most 200 rows");
      for (const auto& [name, part] : value.items()) {
        const auto place = "kinds." + name;
        const auto kind = part.is_string() ? part.get<std::string>()
                          : part.is_object() && part.contains("kind") && part["kind"].is_string()
                              ? part["kind"].get<std::string>()
                              : std::string("?");
        if (!kind.empty() && !kind_of(kind))
          return wrong(place, "没有这种事件：看 docs/wire.md 第 1 节",
                       "there is no such kind of event: see docs/wire.md 1");
        auto& row = out->kinds_[name];
        row.kind = kind;
        if (part.is_string()) continue;
        for (const auto& [field, from] : part.items()) {
          if (field == "kind") continue;
          if (!is_field(field) || field == "type") return no_field(place + "." + field);
          XB_TRY_ASSIGN(row.fields[field], value_of(from, place + "." + field));
        }
      }
    } else {
      return wrong(key, "没有这一项", "there is no such key");
    }
  }
  if (out->platform_.empty())
    return wrong("platform", "要写平台的名字", "the name of the platform is needed");
  if (out->kinds_.empty()) return wrong("kinds", "至少要写一行", "needs at least one row");
  return std::shared_ptr<const Mapping>(std::move(out));
}

}  // namespace xb::chat
