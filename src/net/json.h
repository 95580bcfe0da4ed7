// Checked reading of JSON: depth and size first, then types; a wrong field is an Error with its
// JSON path. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/json_fwd.h"

namespace xb::net {

struct JsonLimits {
  std::size_t bytes = 65'536;
  std::size_t depth = 32;
};
// Never throws. Refuses before parsing what is too long, nested too deep or not UTF-8; duplicate
// keys: the last wins.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

// Field access on an object; `path` of the Error is "user.name". null counts as absent for the
// optional ones.
Result<std::string> require_string(const Json& object, const char* key);
Result<std::optional<std::string>> optional_string(const Json& object, const char* key);
// Integers only (no fractions), within int64.
Result<std::int64_t> require_integer(const Json& object, const char* key);
Result<std::optional<std::int64_t>> optional_integer(const Json& object, const char* key);
Result<std::optional<bool>> optional_bool(const Json& object, const char* key);
Result<const Json*> require_object(const Json& object, const char* key);

// Dumps with invalid UTF-8 replaced, never throws.
std::string dump(const Json& json);
std::string dump(const OrderedJson& json);

}  // namespace xb::net
