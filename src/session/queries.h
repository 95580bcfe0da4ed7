// Reading a Ledger: what a restart needs, and later the review.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "session/entry.h"

namespace xb::session {

class Database;

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

// A read-only connection to the ledger.db of one Session folder; never disturbs its writer.
// Thread: one at a time. Touches the disk. Errors: file_missing, database_failed,
// database_damaged, database_newer, database_locked.
class Reader {
 public:
  static Result<Reader> open(const std::filesystem::path& folder);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

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
  Result<std::vector<UserKey>> speakers();
  // A fact of the Session: `day`, `began_wall_ms`, `station`; empty: unknown.
  Result<std::string> fact(std::string_view name);

 private:
  explicit Reader(std::unique_ptr<Database> database);
  Result<std::vector<StoredEntry>> entries(std::string_view sql, std::int64_t first,
                                           std::int64_t second);
  std::unique_ptr<Database> database_;
};

}  // namespace xb::session
