// One pass over a ledger makes an Evening of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stop_token>

#include "base/result.h"
#include "review/evening.h"
#include "session/queries.h"

namespace xb::review {

// Reads every Entry once, in their order. What a damaged file does not give is named in `missing`.
// Touches the disk, changes nothing there. Errors: session_unreadable (nothing could be read),
// cancelled.
Result<Evening> scan(session::Reader& reader, const std::filesystem::path& folder,
                     std::stop_token stop);

}  // namespace xb::review
