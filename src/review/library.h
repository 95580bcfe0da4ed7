// A library: a folder of Session folders, whatever else lies there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xb::review {

inline constexpr std::size_t most_sessions = 2000;

// A copy that is not whole yet ends so.
inline constexpr std::string_view unfinished_copy = ".part";

// May this be the name of a Session folder: one part of a path, plain UTF-8, nothing hidden,
// no copy that is not whole yet.
bool is_session_id(std::string_view id);

struct Found {
  std::vector<std::string>
      ids;  // of folders with a ledger.db or a recording, the newest name first
  bool has_more = false;
};
// Links are not followed. Touches the disk. Errors: file_missing, file_unreadable.
Result<Found> find_sessions(const std::filesystem::path& library);

// The folder of `id`; Errors: review_unknown.
Result<std::filesystem::path> session_folder(const std::filesystem::path& library,
                                             std::string_view id);

// A regular file below a Session folder that nothing links elsewhere; -1 where there is none.
std::int64_t bytes_of(const std::filesystem::path& file);
// What the regular files of a Session folder take.
std::int64_t folder_bytes(const std::filesystem::path& folder);

struct DiskFigures {
  std::int64_t free_bytes = 0;
  std::int64_t all_bytes = 0;
};
DiskFigures disk_of(const std::filesystem::path& folder);

}  // namespace xb::review
