// The highest Feed number set aside, kept beside the Sessions as well: a damaged ledger cannot make
// numbers go back. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace xb::session {

// 0 when there is no such file, or none that we wrote.
std::int64_t read_reserved(const std::filesystem::path& file);
// Durable when it returns. Errors: file_unwritable, disk_full.
Status write_reserved(const std::filesystem::path& file, std::int64_t up_to);

}  // namespace xb::session
