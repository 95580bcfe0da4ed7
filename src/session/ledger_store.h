// LedgerStore: one batch of Entries and what follows from them, in one transaction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "session/database.h"
#include "session/entry.h"

namespace xb::session {

// What is written together; all or nothing.
struct Batch {
  struct Row {
    const Entry* entry;
    SessionTime time;  // since the Session began
  };
  std::vector<Row> rows;
  std::int64_t reserved_seq = 0;                        // 0: no reservation
  std::optional<std::int64_t> last_seq = std::nullopt;  // given back: nothing above was used
};

// Thread: one at a time.
class LedgerStore {
 public:
  // Numbers given back go to `reserved_file` as well, if it is not empty.
  explicit LedgerStore(Database database, std::filesystem::path reserved_file = {})
      : database_(std::move(database)), reserved_file_(std::move(reserved_file)) {}
  // Puts what waits beside the file into it, though somebody may be reading; else it stays beside.
  void fold();
  // Errors: as Database; nothing of the batch is stored then.
  Status write(const Batch& batch);
  // Numbers set aside without the database: durable in `reserved_file` when it returns ok().
  // Errors: file_unwritable, also when there is none.
  Status reserve_in_file(std::int64_t up_to) const;
  Database& database() { return database_; }

 private:
  struct Statements {
    Statement insert;
    Statement person;
    Statement speaker;
    Statement state;
    Statement reserve;
  };
  Status prepare();
  Status write_rows(const Batch& batch);
  Status write_row(const Batch::Row& row);
  Status write_user(const Entry& entry);
  Status set_state(std::string_view name, std::string_view value);

  Database database_;
  const std::filesystem::path reserved_file_;
  std::optional<Statements> statements_;
};

}  // namespace xb::session
