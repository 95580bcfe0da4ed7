// What any thread may ask of the Ledger: everything is handed to its thread.
// SPDX-License-Identifier: Apache-2.0
#include "session/ledger.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "session/ledger_writer.h"

namespace xb::session {
namespace {

using namespace std::chrono_literals;

// SQLite would refuse much larger ones, and with them the whole batch, for ever. The largest of
// ours tells of every row of a products.csv and a captions.csv of 2 MiB each, before and after,
// escaped.
constexpr std::size_t most_json_bytes = std::size_t{64} << 20U;

}  // namespace

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
      if (item->entry) lost.add({1, item->entry->time, item->entry->time});
    }
  }
  if (item->committed) item->committed(Error(refusal, std::string(ledger_component)));
}

void Ledger::Writer::reserve(std::unique_ptr<Item> item) {
  {
    std::lock_guard lock(gate);
    if (!is_closed) reservations.push_back(std::move(item));
  }
  if (!item) return nudge();
  if (item->committed) item->committed(Error(ErrorCode::cancelled, std::string(ledger_component)));
}

void Ledger::Writer::refuse(SessionTime time) {
  {
    std::lock_guard lock(gate);
    if (!is_closed) lost.add({1, time, time});
  }
  nudge();
}

// A thread that has a full pipe to empty needs none.
void Ledger::Writer::nudge() {
  const auto counters = pipe.counters();
  if (counters.depth < counters.capacity) pipe.push(std::make_unique<Item>());
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
  const Status cancelled = Error(ErrorCode::cancelled, std::string(ledger_component));
  for (const auto& item : reservations) {  // nobody adds to them any more
    if (item->committed) item->committed(cancelled);
  }
  reservations.clear();
  while (auto item = pipe.try_pop()) {
    if ((*item)->entry) ++given_up;
    if ((*item)->committed) (*item)->committed(cancelled);
  }
  if (given_up == 0) return ok();
  return Error(ErrorCode::database_failed, fmt::format("{} entries not stored", given_up.load()));
}

Ledger::Ledger(Database database, Timeline timeline, Clock& clock, Health& health,
               std::size_t capacity, std::filesystem::path reserved_file)
    : writer_(std::make_unique<Writer>(LedgerStore(std::move(database), std::move(reserved_file)),
                                       timeline, clock, health, capacity)) {
  writer_->worker = Worker(std::string(ledger_component), health,
                           [writer = writer_.get()](std::stop_token stop) { writer->run(stop); });
}

Ledger::~Ledger() {
  if (const auto closed = close(2s); !closed)
    log_error(ledger_component, "{}", closed.error().log_line());
}

void Ledger::append(Entry entry, Committed committed) {
  if (entry.json.size() > most_json_bytes || entry.counter.size() > most_json_bytes) {
    log_warn(ledger_component, "an Entry of {} bytes is not kept: {}",
             std::max(entry.json.size(), entry.counter.size()), name_of(entry.kind));
    if (committed) committed(Error(ErrorCode::event_too_large, std::string(ledger_component)));
    return writer_->refuse(entry.time);
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
  writer_->reserve(std::move(item));
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
