// What a lane of the axis is kept in: a JSON file in the cache that says of which recordings it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

#include "net/json.h"

namespace xb::review {

// Nothing where `file` is empty, missing, longer than `most_bytes`, no JSON, of another version or
// made for another `key`. Its fields are still to be checked.
std::optional<Json> load_kept(const std::filesystem::path& file, std::string_view key,
                              std::size_t most_bytes);
// Puts `json` there for load_kept(). An empty `file`: nowhere. That it cannot be written is only
// said in the log: it is made again.
void save_kept(const std::filesystem::path& file, std::string_view key, Json json);

}  // namespace xb::review
