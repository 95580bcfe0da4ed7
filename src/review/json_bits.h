// What an Entry says, read so that whatever is missing or of another type is as if it were not
// there: the file may be foreign. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/json.h"
#include "session/entry.h"

namespace xb::review {

inline constexpr net::JsonLimits entry_limits{.bytes = std::size_t{8} << 20U, .depth = 40};
inline constexpr std::int64_t longest_ms = std::int64_t{400} * 24 * 3600 * 1000;

// An object; an empty one where there is none.
Json object_in(std::string_view text);
// The object below `key`; an empty one where there is none.
const Json& object_of(const Json& json, const char* key);
// The list below `key`; an empty one where there is none.
const Json& list_of(const Json& json, const char* key);
std::int64_t integer_of(const Json& json, const char* key, std::int64_t otherwise = 0);
// Cleaned, at most `most` characters.
std::string text_of(const Json& json, const char* key, std::size_t most = 200);
bool is_true(const Json& json, const char* key);

// Milliseconds since the Session began; what cannot be is brought back into the possible.
std::int64_t ms_of(SessionTime time);

}  // namespace xb::review
