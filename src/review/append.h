// Files of lines that are only ever added: what is answered stays.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace xb::review {

// Adds `lines`, each with its end, in one piece: another process may add some, too. A line that a
// crash cut short is ended first, a link in place of the file is not followed. Durable when it
// returns ok(). Blocks. Errors: file_unwritable, disk_full.
Status append_lines(const std::filesystem::path& file, std::string_view lines);

}  // namespace xb::review
