// Looking for Session folders without following anything.
// SPDX-License-Identifier: Apache-2.0
#include "review/library.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

#include "base/text.h"
#include "session/recording_name.h"
#include "session/schema.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_id = 255;
constexpr std::size_t most_names = 100'000;
constexpr int most_files = 10'000;
constexpr int deepest = 3;

bool is_session(const fs::path& folder) {
  std::error_code code;
  return fs::is_directory(fs::symlink_status(folder, code)) &&
         (fs::is_regular_file(fs::symlink_status(folder / session::ledger_file, code)) ||
          session::has_recording(folder, session::program_recording));
}

}  // namespace

bool is_session_id(std::string_view id) {
  if (id.empty() || id.size() > longest_id || id.front() == '.') return false;
  if (id.ends_with(unfinished_copy)) return false;
  if (id.find_first_of("/\\") != id.npos || !is_utf8(id)) return false;
  return std::none_of(id.begin(), id.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Result<Found> find_sessions(const fs::path& library) {
  std::error_code code;
  fs::directory_iterator at(library, fs::directory_options::skip_permission_denied, code);
  if (code == std::errc::no_such_file_or_directory)
    return Error(ErrorCode::file_missing, library.string());
  if (code) return Error(ErrorCode::file_unreadable, library.string() + ": " + code.message());
  Found out;
  for (std::size_t names = 0; at != fs::directory_iterator() && names < most_names; ++names) {
    auto id = at->path().filename().string();
    if (is_session_id(id) && is_session(at->path())) out.ids.push_back(std::move(id));
    at.increment(code);
    if (code) break;  // what was found so far can be shown
  }
  std::sort(out.ids.begin(), out.ids.end(), std::greater<>());
  out.has_more = out.ids.size() > most_sessions;
  if (out.has_more) out.ids.resize(most_sessions);
  return out;
}

Result<fs::path> session_folder(const fs::path& library, std::string_view id) {
  if (!is_session_id(id)) return Error(ErrorCode::review_unknown);
  auto folder = library / id;
  if (!is_session(folder)) return Error(ErrorCode::review_unknown, std::string(id));
  return folder;
}

std::int64_t bytes_of(const fs::path& file) {
  struct stat facts {};
  if (::lstat(file.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return -1;
  return facts.st_size;
}

std::int64_t folder_bytes(const fs::path& folder) {
  std::int64_t out = 0;
  std::error_code code;
  int files = 0;
  for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied,
                                           code);
       !code && at != fs::recursive_directory_iterator() && files < most_files; ++files) {
    if (const auto bytes = bytes_of(at->path()); bytes > 0) out += bytes;
    if (at.depth() >= deepest) at.disable_recursion_pending();
    at.increment(code);
  }
  return out;
}

DiskFigures disk_of(const fs::path& folder) {
  std::error_code code;
  const auto space = fs::space(folder, code);
  if (code) return {};
  return {static_cast<std::int64_t>(space.available), static_cast<std::int64_t>(space.capacity)};
}

}  // namespace xb::review
