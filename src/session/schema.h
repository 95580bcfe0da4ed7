// The tables of ledger.db and how older files are brought up to them (docs/wire.md section 4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "session/database.h"
#include "session/queries.h"

namespace xb::session {

inline constexpr const char* ledger_file = "ledger.db";

// Opens for writing: makes the file or migrates it, in WAL mode, every commit synced. Looks the
// file over first. Errors: as Database, and database_newer.
Result<Database> open_ledger(const std::filesystem::path& file);
// Opens for reading. Errors: as Database, and database_newer.
Result<Database> read_ledger(const std::filesystem::path& file);
// The same for a file that must stay as it is, and its folder, too: the writer may have been
// killed, or still write.
struct UnchangedLedger {
  Database database;
  std::filesystem::path copy;  // a folder to be removed once it is closed; empty: none was needed
  bool is_running = false;     // its writer is at work: read in short steps
};
// Does a program of this machine have it open for writing? Asks the kernel for the locks, not the
// file: SQLite's own would be gone with the first descriptor of it that we close.
bool is_running_ledger(const std::filesystem::path& file);
Result<UnchangedLedger> read_ledger_unchanged(const std::filesystem::path& file, Look look);
// Renames a damaged ledger and its journals so that a fresh one can take the place; nothing is
// deleted. Errors: file_unwritable.
Status keep_ledger_aside(const std::filesystem::path& file);

}  // namespace xb::session
