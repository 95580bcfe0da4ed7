// Migrations: step n brings a file of version n to n + 1; steps are never changed, only added.
// SPDX-License-Identifier: Apache-2.0
#include "session/schema.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/log.h"

namespace xb::session {
namespace {

constexpr std::array steps{
    R"(CREATE TABLE entries (
         n INTEGER PRIMARY KEY,
         kind TEXT NOT NULL,
         time_ns INTEGER NOT NULL,
         wall_ms INTEGER NOT NULL,
         seq INTEGER,
         platform TEXT,
         event_id TEXT,
         user_id TEXT,
         json TEXT NOT NULL);
       CREATE INDEX entries_by_seq ON entries (seq) WHERE seq IS NOT NULL;
       CREATE INDEX entries_by_kind ON entries (kind, n) WHERE kind <> 'chat';
       CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
       CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
       CREATE TABLE people (
         platform TEXT NOT NULL,
         user_id TEXT NOT NULL,
         following INTEGER NOT NULL,
         PRIMARY KEY (platform, user_id)) WITHOUT ROWID;)",
    R"(ALTER TABLE people ADD COLUMN gained INTEGER NOT NULL DEFAULT 0;
       CREATE TABLE speakers (
         platform TEXT NOT NULL,
         user_id TEXT NOT NULL,
         PRIMARY KEY (platform, user_id)) WITHOUT ROWID;)",
    // 1: followed when the Session began, 2: counted in the gain of that day
    R"(ALTER TABLE people ADD COLUMN began INTEGER NOT NULL DEFAULT 0;)",
};
constexpr auto newest = static_cast<std::int64_t>(steps.size());

Result<std::int64_t> version_of(Database& database, const std::filesystem::path& file) {
  XB_TRY_ASSIGN(const auto version, database.integer("PRAGMA user_version"));
  if (version > newest) {
    return Error(ErrorCode::database_newer,
                 file.string() + ": " + std::to_string(version) + " > " + std::to_string(newest));
  }
  return version;
}

// Makes both files larger than an evening's commits between two checkpoints need. A synced write
// into a file that grows waits for the file system's journal and so for what every other program
// writes: on a busy disk up to 2.0 s, in place 12 ms. A disk without that room is no obstacle.
void make_room(Database& database) {
  const auto made = database.run(
      "PRAGMA wal_autocheckpoint = 400; BEGIN; CREATE TABLE room (zeros);"
      "INSERT INTO room VALUES (zeroblob(2000000)); COMMIT; DROP TABLE room;"
      "PRAGMA wal_checkpoint(RESTART);");
  if (!made) {
    log_warn("ledger", "no room made ahead: {}", made.error().log_line());
    static_cast<void>(database.run("ROLLBACK;"));
    static_cast<void>(database.run("DROP TABLE IF EXISTS room;"));
  }
}

// A view under one of our names may have rows without end, and so may a column that is worked out.
Status check_tables(Database& database, const std::filesystem::path& file) {
  constexpr std::string_view tables = "('entries', 'meta', 'state', 'people')";
  XB_TRY_ASSIGN(const auto stored,
                database.integer("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND "
                                 "rootpage > 0 AND name IN " +
                                 std::string(tables)));
  XB_TRY_ASSIGN(const auto worked_out,
                database.integer("SELECT count(*) FROM sqlite_master AS m, pragma_table_xinfo("
                                 "m.name) AS x WHERE x.hidden <> 0 AND m.name IN " +
                                 std::string(tables)));
  if (stored == 4 && worked_out == 0) return ok();
  return Error(ErrorCode::database_failed, file.string() + ": not a ledger");
}

Result<Database> open_and_check(const std::filesystem::path& file, OpenMode mode, Look look) {
  XB_TRY_ASSIGN(auto database, Database::open(file, mode));
  XB_TRY_ASSIGN(const auto version, version_of(database, file));
  if (version == 0) return Error(ErrorCode::database_failed, file.string() + ": empty");
  XB_TRY(check_tables(database, file));
  if (look == Look::over_first) XB_TRY(database.quick_check());
  return database;
}

// Both files as they were at one moment: a writer that is at work changes the one or the other
// within a second.
enum class Journals : std::uint8_t { none = 1, too };
Result<std::filesystem::path> copy_ledger(const std::filesystem::path& file, Journals journals) {
  constexpr int most_tries = 20;
  const auto wal = file.string() + "-wal";
  auto name = (std::filesystem::temp_directory_path() / "xiangbo-ledger-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return Error(ErrorCode::file_unwritable, name);
  const std::filesystem::path folder = name;
  std::error_code code;
  for (int i = 0; i < most_tries; ++i) {
    const auto before = std::pair(file_version(file), file_version(wal));
    const auto over = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(file, folder / ledger_file, over, code);
    if (code) break;
    if (journals == Journals::too)
      std::filesystem::copy_file(wal, (folder / ledger_file).string() + "-wal", over, code);
    if (before == std::pair(file_version(file), file_version(wal)) && !code) return folder;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (code) return Error(ErrorCode::file_unreadable, file.string() + ": " + code.message());
  return Error(ErrorCode::database_locked, file.string());
}

// A file that was cut says that it is longer, and SQLite then reads none of it: in a copy that says
// how long it is, all can be read up to the cut.
Status mend_length(const std::filesystem::path& file) {
  constexpr std::size_t page_size_at = 16;
  constexpr std::size_t pages_at = 28;
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  std::array<unsigned char, 32> head{};
  bytes.read(reinterpret_cast<char*>(head.data()), head.size());
  std::error_code code;
  const auto size = std::filesystem::file_size(file, code);
  const auto page = std::uintmax_t{head[page_size_at]} * 256 + head[page_size_at + 1];
  if (!bytes || code || page < 512 || size < page)
    return Error(ErrorCode::database_damaged, file.string());
  const auto pages = size / page;
  for (unsigned i = 0; i < 4; ++i)
    head.at(pages_at + i) = static_cast<unsigned char>(pages >> (24 - 8 * i));
  bytes.seekp(pages_at);
  bytes.write(reinterpret_cast<const char*>(head.data() + pages_at), 4);
  bytes.close();
  std::filesystem::resize_file(file, pages * page, code);
  if (!bytes || code) return Error(ErrorCode::file_unwritable, file.string());
  return ok();
}

Result<UnchangedLedger> read_cut_ledger(const std::filesystem::path& file) {
  UnchangedLedger out{Database{}, {}};
  XB_TRY_ASSIGN(out.copy, copy_ledger(file, Journals::none));
  const auto copy = out.copy / ledger_file;
  auto opened = mend_length(copy)
                    ? open_and_check(copy, OpenMode::unchanging, Look::as_it_comes)
                    : Result<Database>(Error(ErrorCode::database_damaged, file.string()));
  if (!opened) {
    std::error_code ignored;
    std::filesystem::remove_all(out.copy, ignored);
    return std::move(opened).error();
  }
  out.database = std::move(*opened);
  return out;
}

// Beside a writer that is at work, through the memory the two share: nothing is copied, and what is
// read is a moment of its own. Only where that memory is there and may be written, since who reads
// marks in it how far: elsewhere, or where the writer is gone, it fails and a copy is read.
Result<Database> read_running_ledger(const std::filesystem::path& file, Look look) {
  if (!is_running_ledger(file) || ::access((file.string() + "-shm").c_str(), R_OK | W_OK) != 0)
    return Error(ErrorCode::database_locked, file.string());
  return open_and_check(file, OpenMode::read_only, look);
}

}  // namespace

// "2: POSIX  ADVISORY  READ 4711 fd:00:1234567 128 128": SQLite's lock of who has the memory open.
bool is_running_ledger(const std::filesystem::path& file) {
  constexpr std::string_view open_here = " 128 128";
  struct stat shared {};
  if (::lstat((file.string() + "-shm").c_str(), &shared) != 0 || !S_ISREG(shared.st_mode))
    return false;
  const auto wanted = ":" + std::to_string(shared.st_ino) + std::string(open_here);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);)
    if (line.find("POSIX") != line.npos && line.ends_with(wanted)) return true;
  return false;
}

Result<Database> open_ledger(const std::filesystem::path& file) {
  XB_TRY_ASSIGN(auto database, Database::open(file, OpenMode::read_write));
  XB_TRY_ASSIGN(const auto version, version_of(database, file));
  XB_TRY(database.quick_check());
  // FULL: a commit that was acknowledged survives a power cut, too
  XB_TRY(database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"));
  for (auto step = version; step < newest; ++step) {
    XB_TRY(database.run("BEGIN IMMEDIATE; " +
                        std::string(steps.at(static_cast<std::size_t>(step))) +
                        "PRAGMA user_version = " + std::to_string(step + 1) + "; COMMIT;"));
  }
  make_room(database);
  return database;
}

Result<Database> read_ledger(const std::filesystem::path& file) {
  XB_TRY_ASSIGN(auto database, Database::open(file, OpenMode::read_only));
  XB_TRY_ASSIGN(const auto version, version_of(database, file));
  if (version == 0) return Error(ErrorCode::database_failed, file.string() + ": empty");
  return database;
}

Result<UnchangedLedger> read_ledger_unchanged(const std::filesystem::path& file, Look look) {
  std::error_code code;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file, code)))
    return Error(ErrorCode::file_missing, file.string());
  // what is not in the main file yet can only be read by a connection that writes beside it
  const auto wal = file.string() + "-wal";
  const auto waiting = std::filesystem::file_size(wal, code);
  UnchangedLedger out{Database{}, {}};
  if (!code && waiting > 0) {
    if (auto running = read_running_ledger(file, look)) {
      out.database = std::move(*running);
      out.is_running = true;
      return out;
    }
    XB_TRY_ASSIGN(out.copy, copy_ledger(file, Journals::too));
    auto opened = open_and_check(out.copy / ledger_file, OpenMode::read_only, look);
    if (!opened) {
      std::filesystem::remove_all(out.copy, code);
      return std::move(opened).error();
    }
    out.database = std::move(*opened);
    return out;
  }
  auto opened = open_and_check(file, OpenMode::unchanging, look);
  const bool is_damaged = !opened && opened.error().code() == ErrorCode::database_damaged;
  if (is_damaged && look == Look::as_it_comes) return read_cut_ledger(file);
  if (!opened) return std::move(opened).error();
  out.database = std::move(*opened);
  return out;
}

Status keep_ledger_aside(const std::filesystem::path& file) {
  std::error_code code;
  std::string suffix = ".damaged";
  for (int i = 2; std::filesystem::exists(file.string() + suffix, code) && i < 1000; ++i)
    suffix = ".damaged-" + std::to_string(i);
  for (const std::string journal : {"", "-wal", "-shm"}) {
    const std::string from = file.string() + journal;
    if (!std::filesystem::exists(from, code)) continue;
    std::filesystem::rename(from, file.string() + suffix + journal, code);
    if (code) return Error(ErrorCode::file_unwritable, from + ": " + code.message());
  }
  return ok();
}

}  // namespace xb::session
