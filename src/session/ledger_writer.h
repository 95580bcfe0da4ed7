// The inside of the Ledger: what waits, and the thread that writes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/worker.h"
#include "session/ledger.h"
#include "session/ledger_store.h"

namespace xb::session {

inline constexpr std::string_view ledger_component = "ledger";

struct Lost {
  std::uint64_t count = 0;
  SessionTime first{};
  SessionTime last{};
  void add(const Lost& later) {
    if (later.count == 0) return;
    if (count == 0) first = later.first;
    last = later.last;
    count += later.count;
  }
};

// An Entry, a reservation, numbers given back, or none of them: that wakes the thread.
struct Item {
  std::optional<Entry> entry;
  std::int64_t reserve = 0;              // > 0: a reservation
  std::optional<std::int64_t> last_seq;  // gives the rest back
  Ledger::Committed committed;
  Lost lost_before;  // what found the pipe full just before this
};

struct Ledger::Writer {
  Writer(LedgerStore opened, Timeline line, Clock& its_clock, Health& its_health,
         std::size_t capacity)
      : timeline(line),
        clock(its_clock),
        health(its_health),
        store(std::in_place, std::move(opened)),
        pipe("any -> ledger", capacity, Overflow::refuse) {}

  // ---- any thread
  void push(std::unique_ptr<Item> item);
  void reserve(std::unique_ptr<Item> item);
  void refuse(SessionTime time);  // an Entry that will never be stored: a gap has its place
  void nudge();
  Status close(Duration deadline);

  // ---- the ledger thread
  void run(std::stop_token stop);
  bool turn(const std::stop_token& stop);  // false: it was the last one
  void await_one_asked_for(const std::stop_token& stop);
  void gather_items(std::stop_token stop);
  void set_numbers_aside();
  Batch batch_in_hand() const;
  std::unique_ptr<Item> gap_of(const Lost& lost);  // null: nothing was
  void add_anchor_when_due();
  bool store_batch(std::stop_token stop);  // false: given up
  void tell_all(const Status& status);
  Duration spacing() const;
  void note_commit(MonoTime began);
  SessionTime now() const { return SessionTime(clock.now() - timeline.program_start); }

  const Timeline timeline;
  Clock& clock;
  Health& health;
  std::optional<LedgerStore> store;

  std::mutex gate;  // guards is_closed, lost and reservations
  bool is_closed = false;
  Lost lost;
  std::vector<std::unique_ptr<Item>>
      reservations;  // not behind the Entries: those may have to wait
  Queue<std::unique_ptr<Item>> pipe;
  std::atomic<MonoTime> give_up_at{MonoTime::max()};
  std::atomic<std::uint64_t> committed{0}, commits{0}, gaps{0}, given_up{0};

  std::vector<std::unique_ptr<Item>> items;  // the batch in hand
  MonoTime last_commit{};                    // when it began
  Duration commit_time{};
  Duration debt{};        // of time, for the Entries stored
  MonoTime paid_until{};  // what passed before this has been set against it
  MonoTime last_anchor{};
  WallTime last_anchor_wall{};
  std::optional<Error> dead;  // the file is damaged: nothing can be written any more

  Worker worker;  // last: stops before what it uses goes
};

}  // namespace xb::session
