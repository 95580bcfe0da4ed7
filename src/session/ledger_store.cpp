// The statements that write: entries are only ever added.
// SPDX-License-Identifier: Apache-2.0
#include "session/ledger_store.h"

#include "base/log.h"
#include "session/reserved.h"

namespace xb::session {
namespace {

Statement& bind_or_null(Statement& statement, int place, const std::string& text) {
  return text.empty() ? statement.bind_null(place) : statement.bind(place, text);
}

}  // namespace

Status LedgerStore::prepare() {
  if (statements_) return ok();
  XB_TRY_ASSIGN(auto insert,
                database_.prepare("INSERT INTO entries (kind, time_ns, wall_ms, seq, platform, "
                                  "event_id, user_id, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  XB_TRY_ASSIGN(auto person,
                database_.prepare("INSERT INTO people (platform, user_id, following, gained) "
                                  "VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                                  "SET following = excluded.following, gained = excluded.gained"));
  XB_TRY_ASSIGN(auto speaker, database_.prepare("INSERT OR IGNORE INTO speakers VALUES (?, ?)"));
  XB_TRY_ASSIGN(auto state, database_.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)"));
  XB_TRY_ASSIGN(auto reserve,
                database_.prepare(
                    "INSERT INTO state VALUES ('reserved_seq', ?) ON CONFLICT DO UPDATE SET value "
                    "= max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))"));
  statements_.emplace(Statements{std::move(insert), std::move(person), std::move(speaker),
                                 std::move(state), std::move(reserve)});
  return ok();
}

Status LedgerStore::write(const Batch& batch) {
  XB_TRY(prepare());
  XB_TRY(database_.run("BEGIN IMMEDIATE"));
  auto written = write_rows(batch);
  if (written) written = database_.run("COMMIT");
  // A crash between the two leaves the higher number in the file: numbers are passed over then,
  // never used twice.
  if (written && batch.last_seq) static_cast<void>(reserve_in_file(*batch.last_seq));
  if (written) return ok();
  // on some errors SQLite has rolled back itself and says so here
  if (const auto undone = database_.run("ROLLBACK"); !undone)
    log_debug("ledger", "{}", undone.error().log_line());
  return written;
}

void LedgerStore::fold() {
  if (const auto folded = database_.run("PRAGMA wal_checkpoint(TRUNCATE)"); !folded)
    log_debug("ledger", "{}", folded.error().log_line());
}

Status LedgerStore::reserve_in_file(std::int64_t up_to) const {
  if (reserved_file_.empty()) return Error(ErrorCode::file_unwritable, "no file for numbers");
  auto kept = write_reserved(reserved_file_, up_to);
  if (!kept) log_warn("ledger", "{}", kept.error().log_line());
  return kept;
}

Status LedgerStore::write_row(const Batch::Row& row) {
  auto& insert = statements_->insert;
  const auto& entry = *row.entry;
  insert.bind(1, name_of(entry.kind))
      .bind(2, row.time.time_since_epoch().count())
      .bind(3, entry.wall.time_since_epoch().count())
      .bind(4, entry.seq);
  bind_or_null(insert, 5, entry.platform);
  bind_or_null(insert, 6, entry.event_id);
  bind_or_null(insert, 7, entry.user_id);
  XB_TRY(insert.bind(8, entry.json).run());
  return write_user(entry);
}

Status LedgerStore::write_user(const Entry& entry) {
  if (entry.has_spoken)
    XB_TRY(statements_->speaker.bind(1, entry.platform).bind(2, entry.user_id).run());
  if (!entry.standing) return ok();
  return statements_->person.bind(1, entry.platform)
      .bind(2, entry.user_id)
      .bind(3, entry.standing->is_following ? 1 : 0)
      .bind(4, entry.standing->is_gained ? 1 : 0)
      .run();
}

Status LedgerStore::set_state(std::string_view name, std::string_view value) {
  return statements_->state.bind(1, name).bind(2, value).run();
}

Status LedgerStore::write_rows(const Batch& batch) {
  const std::string* counter = nullptr;
  for (const auto& row : batch.rows) {
    XB_TRY(write_row(row));
    if (!row.entry->counter.empty()) counter = &row.entry->counter;
  }
  if (counter != nullptr) XB_TRY(set_state("counter", *counter));
  if (batch.reserved_seq > 0)
    XB_TRY(statements_->reserve.bind(1, std::to_string(batch.reserved_seq)).run());
  if (batch.last_seq) XB_TRY(set_state("reserved_seq", std::to_string(*batch.last_seq)));
  return ok();
}

}  // namespace xb::session
