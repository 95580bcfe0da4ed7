// Small files: bounded reading, atomic and durable writing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xb {

// Errors: file_missing, file_unreadable (also: not a regular file), file_too_large.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most_bytes);

// Another number whenever the file at `path` was written, replaced or taken away; 0: none is there.
std::int64_t file_version(const std::filesystem::path& path);

// Writes beside, syncs, renames over: readers see the old or the new file, whole. `mode` is set
// whatever the umask is.
Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                             int mode = 0644);

// Returns when what the file at `path` holds is on the disk; a link is not followed. Errors:
// file_unwritable.
Status sync_file(const std::filesystem::path& path);

// Returns when the names in the folder are on the disk: what was made in it is still there after a
// power cut. Errors: file_unwritable.
Status sync_folder(const std::filesystem::path& folder);

// Makes the folder and its parents, names synced; gets `mode`, unless it was there before.
Status make_folder(const std::filesystem::path& path, int mode = 0700);

}  // namespace xb
