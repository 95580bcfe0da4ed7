// The writer thread: groups Entries, waits out a locked or full disk, leaves a gap Entry for
// losses. SPDX-License-Identifier: Apache-2.0
#include "session/ledger.h"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/worker.h"
#include "session/ledger_store.h"

namespace xb::session {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view component = "ledger";
// Between the first waiting Entry and its commit: lets those of the same moment share one sync.
constexpr Duration gather = 10ms;
// From one commit to the next. A sender who waits for each answer gets 40 a second; a disk that
// takes longer than 10 ms is kept busy half of the time at the most.
constexpr Duration calm_spacing = 20ms;
constexpr Duration slow_spacing = 100ms;
constexpr Duration flood_spacing = 500ms;
constexpr std::int64_t flood_per_second = 1000;
constexpr Duration flood_window = 100ms;  // over which the rate is taken
// Bounds how long one transaction keeps others waiting.
constexpr std::size_t most_in_batch = 20'000;
constexpr Duration anchor_every = 60s;
constexpr Duration retry_after = 500ms;
// SQLite would refuse much larger ones, and with them the whole batch, for ever.
constexpr std::size_t most_json_bytes = std::size_t{1} << 20U;
// Less is the drift of an ordinary clock being steered.
constexpr std::int64_t clock_jump_ms = 2000;

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

struct Item {
  Entry entry;
  std::int64_t reserve = 0;              // > 0: a reservation, no Entry
  std::optional<std::int64_t> last_seq;  // no Entry, either: gives the rest back
  Ledger::Committed committed;
  Lost lost_before;  // what found the pipe full just before this
  bool is_entry() const { return reserve == 0 && !last_seq; }
};

}  // namespace

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
  Status close(Duration deadline);

  // ---- the ledger thread
  void run(std::stop_token stop);
  void gather_items(std::stop_token stop);
  void add_gap(const Lost& lost);
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

  std::mutex gate;  // guards is_closed and lost
  bool is_closed = false;
  Lost lost;
  Queue<std::unique_ptr<Item>> pipe;
  std::atomic<MonoTime> give_up_at{MonoTime::max()};
  std::atomic<std::uint64_t> committed{0}, commits{0}, gaps{0}, given_up{0};

  std::vector<std::unique_ptr<Item>> items;  // the batch in hand
  MonoTime last_commit{};                    // when it began
  Duration commit_time{};
  MonoTime window_began{};
  std::int64_t in_window = 0;
  MonoTime last_anchor{};
  WallTime last_anchor_wall{};
  bool is_flood = false;
  std::optional<Error> dead;  // the file is damaged: nothing can be written any more

  Worker worker;  // last: stops before what it uses goes
};

void Ledger::Writer::push(std::unique_ptr<Item> item) {
  auto refusal = ErrorCode::busy;
  {
    std::lock_guard lock(gate);
    if (is_closed) {
      refusal = ErrorCode::cancelled;
    } else {
      item->lost_before = std::exchange(lost, {});
      if (pipe.push(std::move(item)) == Pushed::taken) return;
      lost = item->lost_before;  // a refused item stays with us
      if (item->is_entry()) lost.add({1, item->entry.time, item->entry.time});
    }
  }
  if (item->committed) item->committed(Error(refusal, std::string(component)));
}

void Ledger::Writer::run(std::stop_token stop) {
  last_anchor = clock.now();
  last_commit = last_anchor - flood_spacing;
  window_began = last_commit;
  last_anchor_wall = clock.wall();
  health.set(component, Condition::running);
  while (true) {
    const auto to_anchor = last_anchor + anchor_every - clock.now();
    auto first = pipe.pop_for(std::clamp<Duration>(to_anchor, 0ns, anchor_every), stop);
    if (first) items.push_back(std::move(*first));
    if (!items.empty()) gather_items(stop);
    add_anchor_when_due();
    if (!items.empty() && !store_batch(stop)) break;
    if (stop.stop_requested() && pipe.counters().depth == 0) break;
  }
  store.reset();
  health.set(component, Condition::stopped, dead);
}

Duration Ledger::Writer::spacing() const {
  if (is_flood) return flood_spacing;
  return std::clamp<Duration>(2 * commit_time, calm_spacing, slow_spacing);
}

void Ledger::Writer::note_commit(MonoTime began) {
  const auto now = clock.now();
  last_commit = began;
  commit_time = now - began;
  in_window += static_cast<std::int64_t>(items.size());
  if (now - window_began < flood_window) return;
  is_flood = in_window * ns_per_second / (now - window_began).count() > flood_per_second;
  window_began = now;
  in_window = 0;
}

void Ledger::Writer::gather_items(std::stop_token stop) {
  const auto wait = std::max<Duration>(gather, last_commit + spacing() - clock.now());
  clock.wait_until(clock.now() + std::min<Duration>(wait, flood_spacing), stop);
  while (items.size() < most_in_batch) {
    auto more = pipe.try_pop();
    if (!more) break;
    items.push_back(std::move(*more));
  }
  Lost late;  // lost with nothing taken after it
  if (items.size() < most_in_batch) {
    std::lock_guard lock(gate);
    late = std::exchange(lost, {});
  }
  std::vector<std::unique_ptr<Item>> in_hand;
  in_hand.swap(items);
  for (auto& item : in_hand) {
    add_gap(item->lost_before);
    items.push_back(std::move(item));
  }
  add_gap(late);
}

void Ledger::Writer::add_gap(const Lost& span) {
  if (span.count == 0) return;
  auto item = std::make_unique<Item>();
  item->entry.kind = EntryKind::gap;
  item->entry.time = span.last;
  item->entry.wall = clock.wall();
  item->entry.json = fmt::format(R"({{"lost":{},"from_ns":{},"to_ns":{}}})", span.count,
                                 timeline.stored(span.first).time_since_epoch().count(),
                                 timeline.stored(span.last).time_since_epoch().count());
  items.push_back(std::move(item));
  ++gaps;
  health.set(component, Condition::degraded,
             Error(ErrorCode::busy, fmt::format("{} entries lost, the pipe was full", span.count)));
}

void Ledger::Writer::add_anchor_when_due() {
  const auto mono = clock.now();
  if (mono - last_anchor < anchor_every) return;
  const auto wall = clock.wall();
  const auto jump = (wall - last_anchor_wall).count() - to_ms(mono - last_anchor);
  auto item = std::make_unique<Item>();
  item->entry.kind = EntryKind::anchor;
  item->entry.time = now();
  item->entry.wall = wall;
  if (jump > clock_jump_ms || jump < -clock_jump_ms) {
    item->entry.json = fmt::format(R"({{"clock_changed_ms":{}}})", jump);
    log_warn(component, "the wall clock changed by {} ms", jump);
  }
  items.push_back(std::move(item));
  last_anchor = mono;
  last_anchor_wall = wall;
}

bool Ledger::Writer::store_batch(std::stop_token stop) {
  Batch batch;
  for (const auto& item : items) {
    batch.reserved_seq = std::max(batch.reserved_seq, item->reserve);
    if (item->last_seq) batch.last_seq = item->last_seq;
    if (item->is_entry()) batch.rows.push_back({&item->entry, timeline.stored(item->entry.time)});
  }
  while (!dead) {
    const auto began = clock.now();
    const auto written = store->write(batch);
    if (written) {
      note_commit(began);
      committed += batch.rows.size();
      ++commits;
      const bool has_gap = std::any_of(items.begin(), items.end(), [](const auto& item) {
        return item->entry.kind == EntryKind::gap;
      });
      if (!has_gap) health.set(component, Condition::running);
      tell_all(ok());
      return true;
    }
    const auto& error = written.error();
    if (error.code() == ErrorCode::database_damaged) {
      dead = error;
      health.set(component, Condition::failed, error);
      break;
    }
    health.set(component, Condition::degraded, error);
    if (stop.stop_requested() && clock.now() >= give_up_at.load()) {
      given_up += items.size();
      tell_all(error);
      return false;
    }
    // a locked database has already made us wait
    if (error.code() == ErrorCode::database_locked) continue;
    const auto again = clock.now() + retry_after;
    if (!stop.stop_requested()) {
      clock.wait_until(again, stop);
    } else {  // the token would end the pause, and none goes beyond the deadline
      clock.wait_until(std::min(again, give_up_at.load()), {});
    }
  }
  given_up += items.size();
  tell_all(*dead);
  return true;
}

void Ledger::Writer::tell_all(const Status& status) {
  for (const auto& item : items) {
    if (item->committed) item->committed(status);
  }
  items.clear();
}

Status Ledger::Writer::close(Duration deadline) {
  {
    std::lock_guard lock(gate);
    if (is_closed) return ok();
  }
  give_up_at = clock.now() + deadline;
  worker.request_stop();
  worker.join();
  {
    std::lock_guard lock(gate);
    is_closed = true;
  }
  // what came while the thread was ending, or was left when it gave up
  const Status cancelled = Error(ErrorCode::cancelled, std::string(component));
  while (auto item = pipe.try_pop()) {
    ++given_up;
    if ((*item)->committed) (*item)->committed(cancelled);
  }
  if (given_up == 0) return ok();
  return Error(ErrorCode::database_failed, fmt::format("{} entries not stored", given_up.load()));
}

Ledger::Ledger(Database database, Timeline timeline, Clock& clock, Health& health,
               std::size_t capacity, std::filesystem::path reserved_file)
    : writer_(std::make_unique<Writer>(LedgerStore(std::move(database), std::move(reserved_file)),
                                       timeline, clock, health, capacity)) {
  writer_->worker = Worker(std::string(component), health,
                           [writer = writer_.get()](std::stop_token stop) { writer->run(stop); });
}

Ledger::~Ledger() {
  if (const auto closed = close(2s); !closed) log_error(component, "{}", closed.error().log_line());
}

void Ledger::append(Entry entry, Committed committed) {
  if (entry.json.size() > most_json_bytes || entry.counter.size() > most_json_bytes) {
    if (committed) committed(Error(ErrorCode::event_too_large, std::string(component)));
    return;
  }
  auto item = std::make_unique<Item>();
  item->entry = std::move(entry);
  item->committed = std::move(committed);
  writer_->push(std::move(item));
}

void Ledger::reserve_sequence(std::int64_t up_to, Committed committed) {
  auto item = std::make_unique<Item>();
  item->reserve = std::max<std::int64_t>(up_to, 1);
  item->committed = std::move(committed);
  writer_->push(std::move(item));
}

void Ledger::release_sequence(std::int64_t last) {
  auto item = std::make_unique<Item>();
  item->last_seq = std::max<std::int64_t>(last, 0);
  writer_->push(std::move(item));
}

Status Ledger::close(Duration deadline) {
  return writer_->close(deadline);
}

LedgerCounters Ledger::counters() const {
  return {writer_->pipe.counters(), writer_->committed, writer_->commits, writer_->gaps};
}

}  // namespace xb::session
