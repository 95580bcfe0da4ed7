// Reading a Ledger: what a restart needs, and later the review.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "session/entry.h"

namespace xb::session {

class Database;
class Statement;

struct UserKey {
  std::string platform;
  std::string user_id;
};

struct Person {
  UserKey key;
  Standing standing;
};

struct EventId {
  std::string platform;
  std::string id;
  std::string kind;  // of the event: "follow"
};
enum class Sort : std::uint8_t { said = 1, counted };  // events of kind `chat`, and all others

// One Entry where it lies in the file, read as far as it is asked for. What it shows is good until
// the next one is read. Thread: as its Reader.
class EntryRow {
 public:
  std::int64_t n() const;
  std::optional<EntryKind> kind() const;  // nothing: none that we know
  SessionTime time() const;
  WallTime wall() const;
  std::optional<std::int64_t> seq() const;
  std::string_view user_id() const;
  std::string_view json() const;  // empty when it is longer than Reader::most_at_a_glance

 private:
  friend class Reader;
  explicit EntryRow(const Statement& row) : row_(row) {}
  const Statement& row_;
};

// Is a file looked over before anything is read from it? That takes as long as reading it whole;
// who reads it whole anyway meets what is damaged on the way, and reads a file that was cut up to
// there.
enum class Look : std::uint8_t { over_first = 1, as_it_comes };

// A read-only connection to the ledger.db of one Session folder; never disturbs its writer.
// Thread: one at a time. Touches the disk. Errors: file_missing, database_failed,
// database_damaged, database_newer, database_locked.
class Reader {
 public:
  static Result<Reader> open(const std::filesystem::path& folder);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  // For a ledger that must stay as it is, with its folder: a crash may have left it, or its writer
  // is still at work. One whose writer is at work is read where it lies; what waits beside one that
  // nobody writes, from a copy.
  static Result<Reader> open_unchanged(const std::filesystem::path& folder,
                                       Look look = Look::over_first);
  bool is_running() const { return is_running_; }  // its writer is at work
  // Each Entry from number `n` on, in their order, until `seen` says false. Beside a writer in
  // steps of some milliseconds, so that its journal never waits to begin anew.
  Status visit(std::int64_t n, const std::function<bool(const EntryRow&)>& seen);
  // In their order, those with numbers above `n`; of these kinds, all when there are none.
  // Those longer than `most_at_a_glance` characters are passed over: a foreign file may hold
  // anything.
  static constexpr std::int64_t most_at_a_glance = std::int64_t{8} << 20U;
  Result<std::vector<StoredEntry>> entries_after(std::int64_t n, std::span<const EntryKind> kinds,
                                                 std::size_t most);

  // The Counter after the last Entry as JSON; empty: none. People and speakers of the same moment
  // are read apart.
  Result<std::string> counter();
  // The highest Feed number stored or reserved; 0: none.
  Result<std::int64_t> highest_sequence();
  // Oldest first.
  Result<std::vector<StoredEntry>> events_after(std::int64_t seq, std::size_t most);
  // Those numbered below `before`.
  Result<std::vector<StoredEntry>> last_events(std::size_t most, std::int64_t before = INT64_MAX);
  Result<std::vector<StoredEntry>> last_of(EntryKind kind, std::size_t most);
  Result<std::optional<StoredEntry>> last_entry();
  // Of events of one sort, newest first.
  Result<std::vector<EventId>> recent_event_ids(Sort sort, std::size_t most);
  // When something of a platform was kept last, by platform.
  Result<std::map<std::string, WallTime>> last_heard();
  Result<std::vector<Person>> people();
  // As they stood when the Session began; nothing from a Ledger of before version 3.
  Result<std::vector<Person>> people_at_begin();
  Result<std::vector<UserKey>> speakers();
  // A fact of the Session: `day`, `began_wall_ms`, `station`, `counter` (with which it began, as
  // JSON); empty: unknown.
  Result<std::string> fact(std::string_view name);

 private:
  class Copy;
  explicit Reader(std::unique_ptr<Database> database);
  Result<std::vector<StoredEntry>> entries(std::string_view sql, std::int64_t first,
                                           std::int64_t second);
  Result<std::vector<Person>> people_by(std::string_view sql);
  std::unique_ptr<Copy> copy_;  // removed last
  std::unique_ptr<Database> database_;
  bool is_running_ = false;
};

}  // namespace xb::session
