// Depth and size before the parser, types after it; nlohmann's exceptions end here.
// SPDX-License-Identifier: Apache-2.0
#include "net/json.h"

#include <fmt/core.h>

#include <exception>
#include <limits>
#include <utility>

#include "base/text.h"

namespace xb::net {
namespace {

// The parser recurses nowhere, but a value nested 100 000 deep costs memory and every later walk a
// stack frame a level. Brackets inside strings do not count.
std::size_t depth_of(std::string_view text, std::size_t most) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size() && deepest <= most; ++i) {
    const char c = text[i];
    if (is_in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest) deepest = depth;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

// The library's own builder of values, which tells where a text is broken without throwing: from
// outside it is often broken, ten thousand times in one message if somebody likes, and an exception
// costs ten times as much as the reading.
class Builder : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using json_sax_dom_parser::json_sax_dom_parser;
  bool parse_error(std::size_t at, const std::string& /*token*/,
                   const nlohmann::detail::exception& why) {
    constexpr int number_out_of_range = 406;
    fault = why.id == number_out_of_range ? "a number is out of range"
                                          : fmt::format("not JSON at byte {}", at);
    return false;
  }
  std::string fault;
};

Error wrong(std::string_view path, std::string_view must) {
  return Error(ErrorCode::json_invalid, fmt::format("{}: {}", path, must));
}

// `path` is one key or several joined by dots. Null, absent and an absent parent are all "absent";
// a parent of another type is an Error.
Result<const Json*> find(const Json& object, const char* path) {
  const Json* here = &object;
  std::string_view rest = path;
  std::size_t walked = 0;
  for (;;) {
    if (here->is_null()) return static_cast<const Json*>(nullptr);
    if (!here->is_object()) {
      const auto parent = std::string_view(path).substr(0, walked > 0 ? walked - 1 : 0);
      return wrong(parent.empty() ? "(top)" : parent, "must be an object");
    }
    const auto dot = rest.find('.');
    const auto found = here->find(std::string(rest.substr(0, dot)));
    if (found == here->end()) return static_cast<const Json*>(nullptr);
    here = &*found;
    if (dot == std::string_view::npos)
      return here->is_null() ? static_cast<const Json*>(nullptr) : here;
    rest.remove_prefix(dot + 1);
    walked += dot + 1;
  }
}

Result<std::int64_t> integer(const Json& value, const char* path) {
  if (!value.is_number_integer()) return wrong(path, "must be a whole number");
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return wrong(path, "is too large");
  return value.get<std::int64_t>();
}

template <class Any>
std::string dump_any(const Any& json) {
  try {
    return json.dump(-1, ' ', false, Any::error_handler_t::replace);
  } catch (const std::exception&) {
    return "null";
  }
}

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes)
    return Error(ErrorCode::json_invalid,
                 fmt::format("{} bytes, at most {}", text.size(), limits.bytes));
  if (!is_utf8(text)) return Error(ErrorCode::text_not_utf8, "JSON");
  if (depth_of(text, limits.depth) > limits.depth)
    return Error(ErrorCode::json_invalid, fmt::format("nested more than {} deep", limits.depth));
  Json out;
  Builder builder(out, false);
  if (!Json::sax_parse(text.begin(), text.end(), &builder))
    return Error(ErrorCode::json_invalid, std::move(builder.fault));
  return out;
}

Result<std::optional<std::string>> optional_string(const Json& object, const char* key) {
  XB_TRY_ASSIGN(const Json* value, find(object, key));
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return wrong(key, "must be text");
  return std::optional<std::string>(value->get_ref<const std::string&>());
}

Result<std::string> require_string(const Json& object, const char* key) {
  XB_TRY_ASSIGN(auto value, optional_string(object, key));
  if (!value) return wrong(key, "is missing");
  return std::move(*value);
}

Result<std::optional<std::int64_t>> optional_integer(const Json& object, const char* key) {
  XB_TRY_ASSIGN(const Json* value, find(object, key));
  if (value == nullptr) return std::optional<std::int64_t>();
  XB_TRY_ASSIGN(const auto number, integer(*value, key));
  return std::optional<std::int64_t>(number);
}

Result<std::int64_t> require_integer(const Json& object, const char* key) {
  XB_TRY_ASSIGN(const auto value, optional_integer(object, key));
  if (!value) return wrong(key, "is missing");
  return *value;
}

Result<std::optional<bool>> optional_bool(const Json& object, const char* key) {
  XB_TRY_ASSIGN(const Json* value, find(object, key));
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_boolean()) return wrong(key, "must be true or false");
  return std::optional<bool>(value->get<bool>());
}

Result<const Json*> require_object(const Json& object, const char* key) {
  XB_TRY_ASSIGN(const Json* value, find(object, key));
  if (value == nullptr) return wrong(key, "is missing");
  if (!value->is_object()) return wrong(key, "must be an object");
  return value;
}

std::string dump(const Json& json) {
  return dump_any(json);
}
std::string dump(const OrderedJson& json) {
  return dump_any(json);
}

}  // namespace xb::net
