// Copying an evening to a stick, each byte read back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "review/jobs.h"

namespace xb::review {

// Copies the regular files of `session` (and of its `clips`) to INTO/NAME: beside it first, each
// file made durable, read back past the cache and compared, and named at the end. What was begun is
// removed when anything fails. Blocks for minutes. Errors: review_copy (both say why: it is there
// already, no space, a byte differs), file_missing (no such folder), cancelled.
Result<JobOutcome> copy_session(const std::filesystem::path& session,
                                const std::filesystem::path& into, const JobProgress& progress);

}  // namespace xb::review
