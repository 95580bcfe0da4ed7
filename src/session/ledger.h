// Ledger: the append-only journal of a Session and the thread that writes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/result.h"
#include "session/entry.h"

namespace xb::session {

class Database;

// Where the zero of the program's SessionTime lies, and how far from it the Session began.
struct Timeline {
  MonoTime program_start{};
  Duration offset{0};  // stored time = program time + offset
  SessionTime stored(SessionTime program) const { return program + offset; }
};

struct LedgerCounters {
  PipeCounters pipe;            // pipe.lost: Entries that found the pipe full
  std::uint64_t committed = 0;  // Entries on disk
  std::uint64_t commits = 0;
  std::uint64_t gaps = 0;  // gap Entries written
};

// Thread: append and reserve_sequence from any, they never wait; the thread `ledger` alone touches
// the database. Entries are committed in the order of their appending, in groups: soon when calm
// (on a quick disk within 20 ms where somebody waits for it, within 270 where nobody does), and not
// quite twice a second in a flood and for as long after it as it lasted, at most 10 s. While the
// database is locked or its disk refuses, Entries wait in the pipe and Health says `ledger` is
// degraded; what finds the pipe full or is too large is counted and becomes one gap Entry.
class Ledger {
 public:
  // Runs once: on the ledger thread after the commit, or, with an Error, when the Entry will never
  // be stored (then perhaps on the caller's thread, before append returns). Must not block.
  using Committed = std::function<void(const Status&)>;

  // Entries that may wait.
  static constexpr std::size_t pipe_size = 65'536;

  // Numbers set aside go to `reserved_file` as well, if it is not empty.
  Ledger(Database database, Timeline timeline, Clock& clock, Health& health,
         std::size_t capacity = pipe_size, std::filesystem::path reserved_file = {});
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  ~Ledger();  // close(2 s)

  // Errors to `committed`: busy (pipe full), event_too_large (over 64 MiB),
  // database_damaged, cancelled (closed).
  void append(Entry entry, Committed committed = {});
  // Feed numbers up to and with `up_to` may be given away once `committed` was told so. Reserve a
  // block ahead of need; after a crash numbers go on above it. Waits for no Entry and, where there
  // is a `reserved_file`, not for a locked database.
  void reserve_sequence(std::int64_t up_to, Committed committed = {});

  // After the last Entry of a Session that ends well: no number above `last` was given away, the
  // rest of the reservation is given back.
  void release_sequence(std::int64_t last);

  // Writes what waits, for at most `deadline`; then the database is closed. What could not be
  // written is lost and its callbacks told; the Error says how many. Later calls do nothing.
  Status close(Duration deadline);
  LedgerCounters counters() const;

 private:
  struct Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace xb::session
