// The file notes.jsonl of a Session folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "review/notes.h"

namespace xb::review {

struct NotesRead {
  Notes notes;
  std::int64_t unread = 0;  // lines that are none of ours; they stay where they are
};
// No file: no notes. Errors: file_unreadable, file_too_large.
Result<NotesRead> read_notes(const std::filesystem::path& session);

// Adds the lines behind those there, made durable before it returns; a line that a crash cut stays
// by itself. Errors: file_unwritable, disk_full, review_notes_full.
Status append_notes(const std::filesystem::path& session, const std::vector<NoteLine>& lines);

// Takes over the lines of a copy of the same Session; returns how many were new.
Result<std::int64_t> merge_notes(const std::filesystem::path& from,
                                 const std::filesystem::path& into);

}  // namespace xb::review
