// Recordings as they lie in a Session folder: what there is to show where no ledger tells of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "review/evening.h"

namespace xb::review {

// Those of `recording` ("program", "clean") that `known` does not name, by number, one behind the
// other from `from` on. A file whose length cannot be told is left out; all that follow when
// stopped.
std::vector<Segment> unmentioned_files(const std::filesystem::path& folder,
                                       std::string_view recording,
                                       const std::vector<Segment>& known, std::int64_t from,
                                       const std::stop_token& stop);

// An Evening without a ledger, of its recordings alone; why the ledger cannot be read is named in
// `missing`. Touches the disk, changes nothing there. Errors: `why`, when there is nothing to show;
// cancelled.
Result<Evening> evening_of_files(const std::filesystem::path& folder, const Error& why,
                                 const std::stop_token& stop);

}  // namespace xb::review
