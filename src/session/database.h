// Database and Statement: SQLite with every result checked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace xb::session {

// A prepared statement of one Database, which must outlive it. Thread: as its Database.
class Statement {
 public:
  // Values go in by place, from 1. Text is copied. The error of a failed bind comes from step().
  Statement& bind(int place, std::int64_t value);
  Statement& bind(int place, std::string_view text);
  Statement& bind_null(int place);
  Statement& bind(int place, std::optional<std::int64_t> value);
  // True: a row is there to be read. False: done.
  Result<bool> step();
  // Runs to the end and is ready to be bound again.
  Status run();
  void reset();

  std::int64_t integer(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;
  std::string text(int column) const;
  // The bytes where they lie; good until the next step. Empty for NULL.
  std::string_view view(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int failed_bind_ = 0;
};

// `unchanging`: for reading a file that nobody writes; makes no file beside it and takes no lock.
enum class OpenMode : std::uint8_t { read_write = 1, read_only, unchanging };

// One connection. Thread: one at a time.
// Errors: file_missing (not read_write), database_locked (after waiting 250 ms), disk_full,
// database_damaged, database_failed.
class Database {
 public:
  static Result<Database> open(const std::filesystem::path& file, OpenMode mode);
  // One or several statements without values and rows.
  Status run(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row; 0 without one.
  Result<std::int64_t> integer(std::string_view sql);
  // The number of the row inserted last.
  std::int64_t last_row() const;
  // Looks over the whole file. Errors: database_damaged.
  Status quick_check();
  Database() = default;  // none; only to be assigned to

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace xb::session
