// An evening that was streamed with another program, as a Session of the library.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "review/jobs.h"

namespace xb::review {

struct ImportWishes {
  std::filesystem::path video;
  std::filesystem::path chat;  // empty: none
  std::int64_t offset_ms = 0;  // where in the video the chat's own 0 is
  std::string title;           // cleaned; empty: the name of the video
};

// Makes a Session folder of its own, complete before it has its name; nothing else is changed.
// Blocks for as long as the video takes to be copied. Errors: review_import, with the file and why;
// file_missing, disk_full, cancelled.
Result<JobOutcome> import_session(const std::filesystem::path& library, const ImportWishes& wishes,
                                  Clock& clock, const JobProgress& progress);

// Removes what imports that were killed have left in the library: hidden folders in which nothing
// was written for an hour. Touches the disk.
void sweep_imports(const std::filesystem::path& library, Clock& clock);

}  // namespace xb::review
