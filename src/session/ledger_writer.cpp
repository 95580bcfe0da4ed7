// The ledger thread: groups Entries, waits out a locked or full disk, leaves a gap Entry for
// losses. SPDX-License-Identifier: Apache-2.0
#include "session/ledger_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/thrown.h"

namespace xb::session {
namespace {

using namespace std::chrono_literals;

// Between the first waiting Entry and its commit: lets those of the same moment share one sync.
constexpr Duration gather = 10ms;
// What nobody waits for: a commit costs the processor and the disk the same, however little is in
// it.
constexpr Duration unasked_wait = 250ms;
// From one commit to the next. A sender who waits for each answer gets 40 a second; a disk that
// takes longer than 10 ms is kept busy half of the time at the most.
constexpr Duration calm_spacing = 20ms;
constexpr Duration slow_spacing = 100ms;
// A little over half a second: at most two commits a second, the quick ones before a flood is seen
// included.
constexpr Duration flood_spacing = 550ms;
// What an Entry costs: 250 a second are above what people who wait for an answer can bring about.
constexpr Duration entry_cost = 4ms;
// Not paid for by the time that passed: a burst of 25 is none yet.
constexpr Duration flood_debt = 100ms;
// A flood that chat has thinned out comes in pushes, some seconds of thousands and then as many of
// some dozens: it stays a flood over the calmer ones, but a burst is not held against its senders
// for longer than it took.
constexpr Duration most_debt = 10s;
// Bounds how long one transaction keeps others waiting.
constexpr std::size_t most_in_batch = 20'000;
constexpr Duration anchor_every = 60s;
constexpr Duration retry_after = 500ms;
// Less is the drift of an ordinary clock being steered.
constexpr std::int64_t clock_jump_ms = 2000;

constexpr auto component = ledger_component;

// For one more, while what is to be put there is still where it can stay.
void make_room(std::vector<std::unique_ptr<Item>>& items, std::size_t more = 1) {
  if (items.size() + more > items.capacity()) items.reserve(2 * items.size() + more + 16);
}

void tell(Item& item, const Status& status) {
  const auto told = std::exchange(item.committed, {});
  if (!told) return;
  try {
    told(status);
  } catch (const std::exception& thrown) {  // what is written stays so, and the others are told
    log_thrown(component, "an answer", thrown);
  }
}

}  // namespace

void Ledger::Writer::run(std::stop_token stop) {
  last_anchor = clock.now();
  last_commit = last_anchor - flood_spacing;
  paid_until = last_anchor;
  last_anchor_wall = clock.wall();
  health.set(component, Condition::running);
  for (bool goes_on = true; goes_on;) {
    try {
      goes_on = turn(stop);
    } catch (const std::exception& thrown) {  // what is in hand stays there
      log_thrown(component, "a turn", thrown);
      if (stop.stop_requested() && clock.now() >= give_up_at.load()) {
        given_up += items.size();
        tell_all(Error(ErrorCode::internal));
        break;
      }
      clock.wait_until(clock.now() + gather, {});
    }
  }
  store->fold();
  store.reset();
  health.set(component, Condition::stopped, dead);
}

bool Ledger::Writer::turn(const std::stop_token& stop) {
  make_room(items);
  const auto to_anchor = last_anchor + anchor_every - clock.now();
  const auto wait = items.empty() ? std::clamp<Duration>(to_anchor, 0ns, anchor_every) : 0ns;
  if (auto first = pipe.pop_for(wait, stop)) items.push_back(std::move(*first));
  if (!items.empty()) {
    await_one_asked_for(stop);
    gather_items(stop);
  }
  add_anchor_when_due();
  if (!items.empty() && !store_batch(stop)) return false;
  return !stop.stop_requested() || pipe.counters().depth > 0;
}

Duration Ledger::Writer::spacing() const {
  if (debt > flood_debt) return flood_spacing;
  return std::clamp<Duration>(2 * commit_time, calm_spacing, slow_spacing);
}

void Ledger::Writer::note_commit(MonoTime began) {
  const auto now = clock.now();
  last_commit = began;
  commit_time = now - began;
  const auto entries = static_cast<std::int64_t>(items.size());
  debt = std::max<Duration>(debt - (now - std::exchange(paid_until, now)), 0ns);
  debt = std::min<Duration>(debt + entries * entry_cost, most_debt);
}

// What nobody waits for goes with what somebody does, or when it has waited long enough.
void Ledger::Writer::await_one_asked_for(const std::stop_token& stop) {
  const auto until = clock.now() + unasked_wait;
  const auto may_wait = [](const Item& item) { return item.entry && !item.committed; };
  while (may_wait(*items.back()) && items.size() < most_in_batch && clock.now() < until) {
    make_room(items);
    auto more = pipe.pop_for(until - clock.now(), stop);
    if (!more) return;
    items.push_back(std::move(*more));
  }
}

void Ledger::Writer::gather_items(std::stop_token stop) {
  const auto wait = std::max<Duration>(gather, last_commit + spacing() - clock.now());
  clock.wait_until(clock.now() + std::min<Duration>(wait, flood_spacing), stop);
  while (items.size() < most_in_batch) {
    make_room(items);
    auto more = pipe.try_pop();
    if (!more) break;
    items.push_back(std::move(*more));
  }
  Lost late;  // lost with nothing taken after it
  if (items.size() < most_in_batch) {
    std::lock_guard lock(gate);
    late = std::exchange(lost, {});
  }
  // first what may fail, then what moves them
  std::vector<std::unique_ptr<Item>> gaps_before;
  for (const auto& item : items) gaps_before.push_back(gap_of(item->lost_before));
  std::vector<std::unique_ptr<Item>> ordered;
  ordered.reserve(2 * items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i]->lost_before = {};
    if (gaps_before[i]) ordered.push_back(std::move(gaps_before[i]));
    ordered.push_back(std::move(items[i]));
  }
  items.swap(ordered);
  if (auto gap = gap_of(late)) {
    make_room(items);
    items.push_back(std::move(gap));
  }
  set_numbers_aside();
}

// The file has them while the database is locked; the database gets them, too, when it can.
void Ledger::Writer::set_numbers_aside() {
  const auto first = items.size();
  {
    std::lock_guard lock(gate);
    make_room(items, reservations.size());
    for (auto& item : reservations) items.push_back(std::move(item));
    reservations.clear();
  }
  for (auto i = first; i < items.size(); ++i) {
    if (store->reserve_in_file(items[i]->reserve)) tell(*items[i], ok());
  }
}

Batch Ledger::Writer::batch_in_hand() const {
  Batch batch;
  for (const auto& item : items) {
    batch.reserved_seq = std::max(batch.reserved_seq, item->reserve);
    if (item->last_seq) batch.last_seq = item->last_seq;
    if (item->entry) batch.rows.push_back({&*item->entry, timeline.stored(item->entry->time)});
  }
  return batch;
}

std::unique_ptr<Item> Ledger::Writer::gap_of(const Lost& span) {
  if (span.count == 0) return nullptr;
  auto item = std::make_unique<Item>();
  auto& entry = item->entry.emplace();
  entry.kind = EntryKind::gap;
  entry.time = span.last;
  entry.wall = clock.wall();
  entry.json = fmt::format(R"({{"lost":{},"from_ns":{},"to_ns":{}}})", span.count,
                           timeline.stored(span.first).time_since_epoch().count(),
                           timeline.stored(span.last).time_since_epoch().count());
  health.set(
      component, Condition::degraded,
      Error(ErrorCode::busy, fmt::format("{} entries lost: too many or too large", span.count)));
  ++gaps;
  return item;
}

void Ledger::Writer::add_anchor_when_due() {
  const auto mono = clock.now();
  const auto wall = clock.wall();
  const auto jump = (wall - last_anchor_wall).count() - to_ms(mono - last_anchor);
  const bool has_jumped = jump > clock_jump_ms || jump < -clock_jump_ms;
  if (mono - last_anchor < anchor_every && !has_jumped) return;
  auto item = std::make_unique<Item>();
  auto& entry = item->entry.emplace();
  entry.kind = EntryKind::anchor;
  entry.time = now();
  entry.wall = wall;
  if (has_jumped) {
    entry.json = fmt::format(R"({{"clock_changed_ms":{}}})", jump);
    log_warn(component, "the wall clock changed by {} ms", jump);
  }
  items.push_back(std::move(item));
  last_anchor = mono;
  last_anchor_wall = wall;
}

bool Ledger::Writer::store_batch(std::stop_token stop) {
  while (!dead) {
    const auto batch = batch_in_hand();
    if (batch.rows.empty() && batch.reserved_seq == 0 && !batch.last_seq) break;
    const auto began = clock.now();
    const auto written = store->write(batch);
    if (written) {
      note_commit(began);
      committed += batch.rows.size();
      ++commits;
      const bool has_gap = std::any_of(items.begin(), items.end(), [](const auto& item) {
        return item->entry && item->entry->kind == EntryKind::gap;
      });
      tell_all(ok());  // before anything that may fail: they are not written twice
      if (!has_gap) health.set(component, Condition::running);
      return true;
    }
    const auto& error = written.error();
    if (error.code() == ErrorCode::database_damaged) {
      dead = error;
      health.set(component, Condition::failed, error);
      break;
    }
    health.set(component, Condition::degraded, error);
    set_numbers_aside();
    if (stop.stop_requested() && clock.now() >= give_up_at.load()) {
      given_up += batch_in_hand().rows.size();
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
  if (!dead) {  // there was nothing to write
    items.clear();
    return true;
  }
  given_up += batch_in_hand().rows.size();
  tell_all(*dead);
  return true;
}

void Ledger::Writer::tell_all(const Status& status) {
  for (const auto& item : items) tell(*item, status);
  items.clear();
}

}  // namespace xb::session
