// Migrations: step n brings a file of version n to n + 1; steps are never changed, only added.
// SPDX-License-Identifier: Apache-2.0
#include "session/schema.h"

#include <array>
#include <string>
#include <system_error>

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

}  // namespace

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
