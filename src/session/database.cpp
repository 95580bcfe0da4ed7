// The one place that calls SQLite.
// SPDX-License-Identifier: Apache-2.0
#include "session/database.h"

#include <sqlite3.h>

#include <cctype>
#include <limits>
#include <utility>

namespace xb::session {
namespace {

// Long enough for a reader's checkpoint, short enough that the ledger still sees its stop.
constexpr int busy_timeout_ms = 250;

// What was being done goes to the log alone, by during(): nobody who is told of a full disk reads
// SQL.
Error error_of(sqlite3* handle, int code) {
  auto kind = ErrorCode::database_failed;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: kind = ErrorCode::database_locked; break;
    case SQLITE_FULL: kind = ErrorCode::disk_full; break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: kind = ErrorCode::database_damaged; break;
    default: break;
  }
  return Error(kind, handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
}

int length_of(std::string_view text) {
  constexpr std::size_t most = std::numeric_limits<int>::max();
  return static_cast<int>(text.size() < most ? text.size() : most);
}

// Everything but letters, digits and what separates folders is escaped.
std::string unchanging_uri(const std::filesystem::path& file) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte < 0x80 && (std::isalnum(byte) != 0 || c == '/' || c == '.');
    if (is_plain) {
      uri += c;
    } else {
      uri.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement& Statement::bind(int place, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_.get(), place, value); code != SQLITE_OK)
    failed_bind_ = code;
  return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
  const char* bytes = text.data() != nullptr ? text.data() : "";
  if (const int code = sqlite3_bind_text(statement_.get(), place, bytes, length_of(text),
                                         SQLITE_TRANSIENT);  // NOLINT: SQLite's own cast
      code != SQLITE_OK)
    failed_bind_ = code;
  return *this;
}

Statement& Statement::bind_null(int place) {
  if (const int code = sqlite3_bind_null(statement_.get(), place); code != SQLITE_OK)
    failed_bind_ = code;
  return *this;
}

Statement& Statement::bind(int place, std::optional<std::int64_t> value) {
  return value ? bind(place, *value) : bind_null(place);
}

Result<bool> Statement::step() {
  auto* handle = sqlite3_db_handle(statement_.get());
  if (failed_bind_ != 0) return error_of(nullptr, std::exchange(failed_bind_, 0)).during("bind");
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(handle, code).during("step");
}

Status Statement::run() {
  auto stepped = step();
  while (stepped && *stepped) stepped = step();
  reset();
  if (!stepped) return std::move(stepped).error();
  return ok();
}

void Statement::reset() {
  // its code repeats the error of the last step
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::maybe_integer(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string Statement::text(int column) const {
  return std::string(view(column));
}

std::string_view Statement::view(int column) const {
  const auto* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Result<Database> Database::open(const std::filesystem::path& file, OpenMode mode) {
  std::error_code code;
  if (mode != OpenMode::read_write && !std::filesystem::is_regular_file(file, code))
    return Error(ErrorCode::file_missing, file.string());
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == OpenMode::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                        : SQLITE_OPEN_READONLY;
  if (mode == OpenMode::unchanging) flags |= SQLITE_OPEN_URI;
  const auto name = mode == OpenMode::unchanging ? unchanging_uri(file) : file.string();
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  Database database(handle);  // a failed open leaves a handle to be closed, too
  if (opened != SQLITE_OK) {
    const auto error = error_of(handle, opened);
    return Error(error.code(), file.string() + ": " + error.detail());
  }
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  // a hostile or damaged file must not run code of its choosing
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

Status Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(handle_.get(), code).during(sql);
  return ok();
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(handle_.get(), sql.data(), length_of(sql), &statement, nullptr);
  if (code != SQLITE_OK) return error_of(handle_.get(), code).during(std::string(sql));
  return Statement(statement);
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  XB_TRY_ASSIGN(auto statement, prepare(sql));
  XB_TRY_ASSIGN(const bool has_row, statement.step());
  return has_row ? statement.integer(0) : 0;
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

Status Database::quick_check() {
  XB_TRY_ASSIGN(auto statement, prepare("PRAGMA quick_check(1)"));
  XB_TRY_ASSIGN(const bool has_row, statement.step());
  if (has_row && statement.text(0) == "ok") return ok();
  return Error(ErrorCode::database_damaged, has_row ? statement.text(0) : "quick_check");
}

}  // namespace xb::session
