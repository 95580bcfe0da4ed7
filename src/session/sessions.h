// The folders below DATA/sessions: names, order, those without an end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "session/data_folder.h"

namespace xb::session {

// A file of this name in a folder says that its evening was streamed with another program: nothing
// of it goes on in a live.
inline constexpr const char* imported_mark = "imported";

// The newest first: the one remembered, then by name; no hidden ones; at most the newest 50, which
// bounds the time of a start.
std::vector<std::filesystem::path> session_folders(const DataFolder& data);

// "2026-05-01T1930-red-village": letters and digits of the station's name, the rest is dashes.
std::string folder_name(WallTime wall, std::string_view station);

// When a folder of such a name was made, Unix milliseconds, as the clock on this wall counts.
std::optional<std::int64_t> began_by_name(std::string_view name);

// Makes it, with "-2", "-3" ... behind the name when it is there already.
Result<std::filesystem::path> make_session_folder(const DataFolder& data, const std::string& name);

// After the wall clock was set back, names alone would not tell which Session is the newest.
void remember_newest(const DataFolder& data, const std::filesystem::path& folder);

// Gives every Session but `except` that has no end an end Entry saying `interrupted`, and keeps
// damaged ledgers aside. What cannot be done is logged.
void close_interrupted(const DataFolder& data, const std::filesystem::path& except);

}  // namespace xb::session
