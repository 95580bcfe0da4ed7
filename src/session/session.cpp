// Beginning, going on and ending.
// SPDX-License-Identifier: Apache-2.0
#include "session/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "base/local_time.h"
#include "base/log.h"
#include "session/ledger_store.h"
#include "session/queries.h"
#include "session/recording_name.h"
#include "session/schema.h"
#include "session/sessions.h"

namespace xb::session {
namespace {

Status write_facts(Database& database, const SessionStart& start, WallTime wall) {
  XB_TRY_ASSIGN(auto fact, database.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"));
  XB_TRY(fact.bind(1, "day").bind(2, local_day(wall)).run());
  XB_TRY(fact.bind(1, "station").bind(2, start.station).run());
  if (!start.counter.empty()) XB_TRY(fact.bind(1, "counter").bind(2, start.counter).run());
  return fact.bind(1, "began_wall_ms")
      .bind(2, std::to_string(wall.time_since_epoch().count()))
      .run();
}

Status write_people(Database& database, const std::vector<Person>& people) {
  XB_TRY_ASSIGN(
      auto insert,
      database.prepare("INSERT OR REPLACE INTO people VALUES (?1, ?2, ?3, ?4, ?3 + 2 * ?4)"));
  for (const auto& person : people)
    XB_TRY(insert.bind(1, person.key.platform)
               .bind(2, person.key.user_id)
               .bind(3, person.standing.is_following ? 1 : 0)
               .bind(4, person.standing.is_gained ? 1 : 0)
               .run());
  return ok();
}

// The ledger of a new Session, with its facts and its first Entry.
Result<Database> begin_ledger(const std::filesystem::path& folder, const SessionStart& start,
                              WallTime wall, std::int64_t highest_seq) {
  XB_TRY_ASSIGN(auto database, open_ledger(folder / ledger_file));
  XB_TRY(database.run("BEGIN IMMEDIATE"));
  XB_TRY(write_facts(database, start, wall));
  XB_TRY(write_people(database, start.people));
  XB_TRY(database.run("COMMIT"));
  Entry entry;
  entry.kind = EntryKind::begin;
  entry.wall = wall;
  entry.json = start.json;
  entry.counter = start.counter;
  LedgerStore store(std::move(database));
  XB_TRY(store.write({{{&entry, SessionTime{}}}, highest_seq}));
  return std::move(store.database());
}

struct Begun {
  std::filesystem::path folder;
  Database database;
};

Result<Begun> begin_new(const DataFolder& data, const SessionStart& start, WallTime wall) {
  const auto highest_seq = highest_sequence(data);
  XB_TRY_ASSIGN(auto folder, make_session_folder(data, folder_name(wall, start.station)));
  auto database = begin_ledger(folder, start, wall, highest_seq);
  if (!database) {
    std::error_code code;  // an empty Session would be taken for one that was interrupted
    std::filesystem::remove_all(folder, code);
    return std::move(database).error();
  }
  remember_newest(data, folder);
  return Begun{std::move(folder), std::move(*database)};
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(const DataFolder& data, Clock& clock, Health& health,
                                               SessionStart start) {
  const auto wall = clock.wall();
  const auto program_now = clock.now() - start.program_start;
  std::unique_ptr<Session> session;
  std::optional<Database> database;
  if (const auto interrupted = find_interrupted(data, wall)) {
    if (auto opened = open_ledger(interrupted->folder / ledger_file); opened) {
      database = std::move(*opened);
      // at least a little later than all before, even when the wall clock was set back
      const auto away = std::max<Duration>(wall - interrupted->last_wall, from_ms(1));
      const auto offset = interrupted->last_time.time_since_epoch() + away - program_now;
      session = std::make_unique<Session>(Private{}, interrupted->folder,
                                          Timeline{start.program_start, offset}, true, clock);
    } else {
      log_warn("session", "cannot go on: {}", opened.error().log_line());
    }
  }
  close_interrupted(data, session ? session->folder_ : std::filesystem::path());
  if (!session) {
    XB_TRY_ASSIGN(auto begun, begin_new(data, start, wall));
    database = std::move(begun.database);
    session = std::make_unique<Session>(Private{}, begun.folder,
                                        Timeline{start.program_start, -program_now}, false, clock);
  }
  session->ledger_ = std::make_shared<Ledger>(std::move(*database), session->timeline_, clock,
                                              health, Ledger::pipe_size, data.reserved_file());
  if (session->is_resumed_) {
    Entry entry;
    entry.kind = EntryKind::resume;
    entry.time = SessionTime(program_now);
    entry.wall = wall;
    entry.json = std::move(start.json);
    session->ledger_->append(std::move(entry));
  }
  return session;
}

Session::~Session() {
  if (!ledger_) return;
  if (const auto closed = ledger_->close(std::chrono::seconds(2)); !closed)
    log_error("session", "{}", closed.error().log_line());
}

std::filesystem::path Session::next_file(std::string_view name) const {
  int highest = -1;
  std::error_code code;
  for (std::filesystem::directory_iterator at(folder_, code), end; !code && at != end;
       at.increment(code))
    highest =
        std::max(highest, recording_number(at->path().filename().string(), name).value_or(-1));
  return folder_ / recording_name(name, highest + 1);
}

std::uint64_t Session::bytes_of(std::string_view name) const {
  std::uint64_t bytes = 0;
  std::error_code code;
  for (std::filesystem::directory_iterator at(folder_, code), end; !code && at != end;
       at.increment(code)) {
    if (!recording_number(at->path().filename().string(), name)) continue;
    std::error_code unreadable;
    const auto size = at->file_size(unreadable);
    if (!unreadable) bytes += size;
  }
  return bytes;
}

Status Session::end(std::string_view reason, Duration deadline, std::string counter,
                    std::optional<std::int64_t> last_seq) {
  Entry entry;
  entry.kind = EntryKind::end;
  entry.time = SessionTime(clock_.now() - timeline_.program_start);
  entry.wall = clock_.wall();
  entry.json = fmt::format(R"({{"reason":"{}"}})", reason);
  entry.counter = std::move(counter);
  ledger_->append(std::move(entry));
  if (last_seq) ledger_->release_sequence(*last_seq);
  return ledger_->close(deadline);
}

}  // namespace xb::session
