// Copying an evening to a stick, each byte read back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "review/jobs.h"

namespace xb::review {

// What lies elsewhere and goes with a copy: the file, and its place below the copy's folder.
using Besides = std::vector<std::pair<std::filesystem::path, std::filesystem::path>>;

// Copies the regular files of `session` (and of its `clips`), and `besides` where they are not
// among them, to INTO/NAME: beside it first, each file made durable, read back past the cache and
// compared, and named at the end. What was begun is removed when anything fails. Blocks for
// minutes. Errors: review_copy (both say why: it is there already, no space, a byte differs),
// file_missing (no such folder), cancelled.
Result<JobOutcome> copy_session(const std::filesystem::path& session,
                                const std::filesystem::path& into, const Besides& besides,
                                const JobProgress& progress);

// The parts of it. What of a Session is copied, below its folder, the ledger last:
std::vector<std::filesystem::path> files_to_copy(const std::filesystem::path& session);
// those, durable and compared;
Status copy_files(const std::filesystem::path& session,
                  const std::vector<std::filesystem::path>& files, const std::filesystem::path& to,
                  const JobProgress& progress);
// and the copy as `fill` fills its folder, named when that is done, removed when it fails.
Result<JobOutcome> make_copy(const std::filesystem::path& session,
                             const std::filesystem::path& into,
                             const std::function<Status(const std::filesystem::path& part)>& fill);

}  // namespace xb::review
