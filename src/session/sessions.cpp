// Finding what earlier runs left behind.
// SPDX-License-Identifier: Apache-2.0
#include "session/sessions.h"

#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <system_error>

#include "base/files.h"
#include "base/local_time.h"
#include "base/log.h"
#include "base/text.h"
#include "session/ledger_store.h"
#include "session/queries.h"
#include "session/reserved.h"
#include "session/schema.h"
#include "session/session.h"

namespace xb::session {
namespace {

constexpr std::size_t most_looked_at = 50;
constexpr std::size_t longest_slug = 32;

// A clock that was set back since makes an Entry lie in the future; beyond a day it says nothing
// about when it was.
constexpr std::chrono::hours most_ahead{24};

bool is_letter(char32_t c) {
  return (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) || (c >= 0x370 && c <= 0x1fff) ||
         (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
         (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x20000 && c <= 0x323af);
}

std::string slug(std::string_view station) {
  std::string out;
  std::size_t length = 0;
  bool dash_waits = false;
  for (const auto c : code_points(clean_outside_text(station))) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (!is_plain && !is_capital && !is_letter(c)) {
      dash_waits = !out.empty();
      continue;
    }
    if (length + (dash_waits ? 2 : 1) > longest_slug) break;
    if (dash_waits) out += '-';
    length += dash_waits ? 2 : 1;
    dash_waits = false;
    append_utf8(out, is_capital ? c + ('a' - 'A') : c);
  }
  return out.empty() ? "station" : out;
}

std::filesystem::path newest_file(const DataFolder& data) {
  return data.path() / "newest";
}

struct Left {
  StoredEntry last;
  bool has_ended = false;
};

Result<Left> left_in(const std::filesystem::path& folder) {
  XB_TRY_ASSIGN(auto reader, Reader::open(folder));
  XB_TRY_ASSIGN(auto last, reader.last_entry());
  if (!last) return Error(ErrorCode::database_failed, folder.string() + ": no entries");
  XB_TRY_ASSIGN(const auto ends, reader.last_of(EntryKind::end, 1));
  return Left{std::move(*last), !ends.empty()};
}

Result<Previous> previous_in(const std::filesystem::path& folder) {
  XB_TRY_ASSIGN(auto reader, Reader::open(folder));
  Previous out;
  out.folder = folder;
  XB_TRY_ASSIGN(const auto last, reader.last_entry());
  if (!last) return Error(ErrorCode::database_failed, folder.string() + ": no entries");
  XB_TRY_ASSIGN(out.day, reader.fact("day"));
  XB_TRY_ASSIGN(out.counter, reader.counter());
  XB_TRY_ASSIGN(out.highest_seq, reader.highest_sequence());
  XB_TRY_ASSIGN(const auto ends, reader.last_of(EntryKind::end, 1));
  out.has_ended = !ends.empty();
  return out;
}

// History is not rewritten: the note stands behind the last Entry, with its time.
Status note_interruption(const std::filesystem::path& folder, const StoredEntry& last) {
  XB_TRY_ASSIGN(auto database, open_ledger(folder / ledger_file));
  Entry entry;
  entry.kind = EntryKind::end;
  entry.wall = last.wall;
  entry.json = R"({"reason":"interrupted"})";
  return LedgerStore(std::move(database)).write({{{&entry, last.time}}, 0});
}

}  // namespace

std::string folder_name(WallTime wall, std::string_view station) {
  const auto t = local_time(wall);
  return fmt::format("{}T{:02}{:02}-{}", local_day(wall), t.tm_hour, t.tm_min, slug(station));
}

std::optional<std::int64_t> began_by_name(std::string_view name) {
  std::tm t{};
  if (::strptime(std::string(name).c_str(), "%Y-%m-%dT%H%M", &t) == nullptr) return std::nullopt;
  t.tm_isdst = -1;
  const auto seconds = std::mktime(&t);
  return seconds < 0 ? std::nullopt : std::optional(std::int64_t{seconds} * 1000);
}

std::vector<std::filesystem::path> session_folders(const DataFolder& data) {
  std::vector<std::filesystem::path> out;
  std::error_code code;
  for (std::filesystem::directory_iterator at(data.sessions(), code), end; !code && at != end;
       at.increment(code)) {
    std::error_code unknown;
    // hidden: it is being deleted, or is not whole yet
    const bool is_own = at->path().filename().native().front() != '.' &&
                        !std::filesystem::exists(at->path() / imported_mark, unknown);
    if (is_own && at->is_directory(unknown)) out.push_back(at->path());
  }
  std::sort(out.begin(), out.end(), std::greater<>());
  if (const auto name = read_file(newest_file(data), 1024)) {
    const auto newest = std::find(out.begin(), out.end(), data.sessions() / *name);
    if (newest != out.end()) std::rotate(out.begin(), newest, newest + 1);
  }
  if (out.size() > most_looked_at) out.resize(most_looked_at);
  return out;
}

Result<std::filesystem::path> make_session_folder(const DataFolder& data, const std::string& name) {
  for (int i = 1; i < 1000; ++i) {
    auto folder = data.sessions() / (i == 1 ? name : fmt::format("{}-{}", name, i));
    std::error_code code;
    if (!std::filesystem::create_directory(folder, code)) {
      if (!code) continue;
      return Error(ErrorCode::session_failed, folder.string() + ": " + code.message());
    }
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, code);
    if (code) return Error(ErrorCode::session_failed, folder.string() + ": " + code.message());
    XB_TRY(sync_folder(data.sessions()));
    return folder;
  }
  return Error(ErrorCode::session_failed, name);
}

void remember_newest(const DataFolder& data, const std::filesystem::path& folder) {
  const auto kept = write_file_atomically(newest_file(data), folder.filename().string(), 0600);
  if (!kept) log_warn("session", "{}", kept.error().log_line());
}

std::optional<Interrupted> find_interrupted(const DataFolder& data, WallTime now) {
  for (const auto& folder : session_folders(data)) {
    const auto left = left_in(folder);
    if (!left) {
      log_warn("session", "passed over: {}", left.error().log_line());
      continue;
    }
    const auto age = now - left->last.wall;
    if (left->has_ended || age > resumable_for || age < -most_ahead) return std::nullopt;
    return Interrupted{folder, left->last.time, left->last.wall};
  }
  return std::nullopt;
}

std::optional<Previous> previous_session(const DataFolder& data, std::optional<Unreadable>* newer) {
  for (const auto& folder : session_folders(data)) {
    auto previous = previous_in(folder);
    if (previous) return std::move(*previous);
    log_warn("session", "passed over: {}", previous.error().log_line());
    if (newer == nullptr || *newer) continue;
    // one that kept nothing has no ledger; one that was set aside was told of when it was
    std::error_code unknown;
    if (std::filesystem::exists(folder / ledger_file, unknown))
      newer->emplace(Unreadable{folder / ledger_file, std::move(previous).error()});
  }
  return std::nullopt;
}

std::int64_t highest_sequence(const DataFolder& data) {
  const auto previous = previous_session(data);
  return std::max(previous ? previous->highest_seq : 0, read_reserved(data.reserved_file()));
}

void close_interrupted(const DataFolder& data, const std::filesystem::path& except) {
  for (const auto& folder : session_folders(data)) {
    const auto file = folder / ledger_file;
    std::error_code code;
    if (folder == except || !std::filesystem::exists(file, code)) continue;
    const auto left = left_in(folder);
    if (left && left->has_ended) continue;
    const auto noted = left ? note_interruption(folder, left->last) : Status(left.error());
    if (noted) continue;
    log_warn("session", "{}", noted.error().log_line());
    if (noted.error().code() != ErrorCode::database_damaged) continue;
    if (const auto kept = keep_ledger_aside(file); !kept)
      log_warn("session", "{}", kept.error().log_line());
  }
}

}  // namespace xb::session
