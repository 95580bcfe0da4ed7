// SPDX-License-Identifier: Apache-2.0
#include "review/notes_file.h"

#include <algorithm>
#include <string>

#include "base/files.h"
#include "review/append.h"
#include "review/library.h"

namespace xb::review {
namespace {

constexpr const char* notes_name = "notes.jsonl";
constexpr std::size_t most_notes_bytes = 32U << 20U;

}  // namespace

Result<NotesRead> read_notes(const std::filesystem::path& session) {
  const auto file = session / notes_name;
  NotesRead out;
  if (bytes_of(file) < 0) return out;
  XB_TRY_ASSIGN(const auto all, read_file(file, most_notes_bytes));
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto text = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (text.empty()) continue;
    auto line = note_line_of(text);
    if (!line)
      ++out.unread;
    else
      out.notes.add(std::move(*line));
  }
  return out;
}

Status append_notes(const std::filesystem::path& session, const std::vector<NoteLine>& lines) {
  if (lines.empty()) return ok();
  const auto file = session / notes_name;
  std::string bytes;
  for (const auto& line : lines) bytes += to_text(line) + "\n";
  if (std::max<std::int64_t>(0, bytes_of(file)) + static_cast<std::int64_t>(bytes.size()) >
      static_cast<std::int64_t>(most_notes_bytes))
    return Error(ErrorCode::review_notes_full);
  return append_lines(file, bytes);
}

Result<std::int64_t> merge_notes(const std::filesystem::path& from,
                                 const std::filesystem::path& into) {
  XB_TRY_ASSIGN(const auto theirs, read_notes(from));
  XB_TRY_ASSIGN(auto ours, read_notes(into));
  std::vector<NoteLine> added;
  for (const auto& [id, line] : theirs.notes.lines()) {
    if (ours.notes.lines().contains(id)) continue;
    if (!ours.notes.add(line)) return Error(ErrorCode::review_notes_full);
    added.push_back(line);
  }
  XB_TRY(append_notes(into, added));
  return static_cast<std::int64_t>(added.size());
}

}  // namespace xb::review
