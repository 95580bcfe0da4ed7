// The loop of the thread `review-work`.
// SPDX-License-Identifier: Apache-2.0
#include "review/backroom.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/thrown.h"
#include "net/json.h"
#include "review/evening_json.h"
#include "review/importing.h"
#include "review/keeping.h"
#include "review/library.h"
#include "session/schema.h"

namespace xb::review {
namespace {

constexpr std::size_t tasks_waiting = 64;
constexpr Duration looks_apart = std::chrono::milliseconds(500);
constexpr std::size_t most_sounds = 16;

template <class Task>
void run_guarded(const Task& task, const std::stop_token& stop) {
  try {
    task(stop);
  } catch (const std::exception& thrown) {
    log_thrown("review", "work on an evening", thrown);
  }
}

std::int64_t length_of(const std::vector<Span>& spans) {
  std::int64_t out = 0;
  for (const auto& span : spans) out += span.to - span.from;
  return out;
}

}  // namespace

Backroom::Backroom(Shelf& shelf, Clock& clock, Health& health, BesideLive beside)
    : shelf_(shelf),
      clock_(clock),
      index_(shelf.cache().folder()),
      tasks_("review to work", tasks_waiting, Overflow::refuse) {
  const bool reads_ahead = beside == BesideLive::no;
  worker_ = Worker("review-work", health, [this, reads_ahead](std::stop_token stop) {
    lower_this_thread();
    sweep_imports(shelf_.library(), clock_);
    sweep_deleted(shelf_.library());
    if (reads_ahead) run_guarded([this](std::stop_token until) { read_ahead(until); }, stop);
    while (!stop.stop_requested()) {
      if (const auto task = tasks_.pop_for(looks_apart, stop)) {
        if (!stop.stop_requested()) run_guarded(*task, stop);
      } else if (is_news_.exchange(false)) {
        run_guarded([this](std::stop_token until) { read_what_is_new(std::move(until)); }, stop);
      }
    }
  });
}

void Backroom::forget(const std::string& id) {
  forget_now(id);
  // who is at work on it just now keeps what was found when that is done
  tasks_.push([this, id](std::stop_token) { forget_now(id); });
}

void Backroom::forget_now(const std::string& id) {
  if (session_folder(shelf_.library(), id)) return;  // it came again
  shelf_.forget(id);
  {
    std::lock_guard lock(mutex_);
    sounds_.erase(id);
    pictures_.erase(id);
    unsearchable_.erase(id);
  }
  std::error_code ignored;
  for (const auto* const what : {"evening", "sound", wall_name, cover_name, lane_name})
    if (const auto file = shelf_.cache().file_for(shelf_.library() / id, what); !file.empty())
      std::filesystem::remove(file, ignored);
  if (const auto removed = index_.remove(id); !removed)
    log_warn("review", "{}", removed.error().log_line());
}

void Backroom::look_again() {
  is_news_.store(true);
}

// Before anybody has asked: nothing but ledgers, the newest first, and none that is being written:
// it would seem to be in use for as long as it is read.
void Backroom::read_ahead(const std::stop_token& stop) {
  const auto found = find_sessions(shelf_.library());
  if (!found) return;
  for (const auto& id : found->ids) {
    while (const auto task = tasks_.try_pop()) run_guarded(*task, stop);
    if (stop.stop_requested() || is_news_.load()) return;
    const auto known = shelf_.known(id);
    const bool is_known = (known.row || known.why_not) && !known.is_old;
    if (is_known || session::is_running_ledger(shelf_.library() / id / session::ledger_file))
      continue;
    if (const auto read = shelf_.evening(id, stop, Wanted::some_time); !read)
      log_debug("review", "{}: {}", id, read.error().log_line());
  }
}

// All are read before the first is indexed, the newest first. What somebody waits for goes before
// the next one.
void Backroom::read_what_is_new(std::stop_token stop) {
  const auto found = find_sessions(shelf_.library());
  if (!found) return;
  if (!std::exchange(has_swept_, true)) {
    // a crash may have come before they were forgotten
    if (const auto gone = deleted_sessions(shelf_.library()))
      for (const auto& id : *gone) forget_now(id);
  }
  const auto do_tasks = [&] {
    while (const auto task = tasks_.try_pop()) run_guarded(*task, stop);
    return !stop.stop_requested();
  };
  for (const auto& id : found->ids) {
    if (!do_tasks()) return;
    const auto known = shelf_.known(id);
    if ((known.row || known.why_not) && !known.is_old) continue;
    if (const auto read = shelf_.evening(id, stop, Wanted::some_time); !read)
      log_debug("review", "{}: {}", id, read.error().log_line());
  }
  for (const auto& id : found->ids) {
    if (!do_tasks()) return;
    index_one(id, stop);
  }
  for (const auto& id : found->ids) {
    if (!do_tasks()) return;
    cover_one(id, stop);
  }
}

// One that is still being written is indexed when it is over.
void Backroom::index_one(const std::string& id, std::stop_token stop) {
  const auto key = ledger_key(shelf_.library() / id);
  if (index_.knows(id, key)) return;
  const auto indexed = [&]() -> Status {
    if (const auto why_not = shelf_.known(id).why_not) return *why_not;
    XB_TRY_ASSIGN(const auto evening, shelf_.evening(id, stop, Wanted::some_time));
    if (shelf_.state_of(id, evening->ending) == "live") return ok();
    XB_TRY_ASSIGN(auto reader, shelf_.reader(id));
    return index_.add(id, key, *evening, reader, stop);
  }();
  if (!indexed) log_debug("review", "not indexed: {}: {}", id, indexed.error().log_line());
  std::lock_guard lock(mutex_);
  if (indexed)
    unsearchable_.erase(id);
  else if (indexed.error().code() != ErrorCode::cancelled)
    unsearchable_.insert(id);
}

std::size_t Backroom::searched(const std::vector<std::string>& ids) {
  const auto indexed = index_.sessions();
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(ids.begin(), ids.end(), [&](const auto& id) {
    return unsearchable_.contains(id) || indexed.contains(id);
  }));
}

std::shared_ptr<const SoundLane> Backroom::kept_sound(const std::string& id) {
  const auto folder = shelf_.library() / id;
  const auto evening = shelf_.evening(id);
  if (!evening) return nullptr;
  const auto key = files_key(**evening, folder);
  {
    std::lock_guard lock(mutex_);
    if (const auto at = sounds_.find(id); at != sounds_.end() && is_good(at->second, key))
      return at->second.lane;
  }
  auto lane = load_sound(shelf_.cache().file_for(folder, "sound"), key);
  if (!lane) return nullptr;
  auto shared = std::make_shared<const SoundLane>(std::move(*lane));
  std::lock_guard lock(mutex_);
  make_room(sounds_, most_sounds);
  sounds_[id] = {key, clock_.now(), 1.0, shared};
  return shared;
}

Faults Backroom::faults(const std::string& id) {
  Faults out;
  if (const auto heard = kept_sound(id)) {
    out.problems = problems_in(*heard);
    if (!heard->error_name) out.silence_ms = length_of(heard->silences);
  }
  if (const auto seen = kept_pictures(id)) {
    for (auto& one : problems_in(*seen)) out.problems.push_back(std::move(one));
    out.missing = missing_in(*seen);
    if (!seen->error_name) out.dark_ms = length_of(seen->dark);
  }
  return out;
}

Result<OrderedJson> Backroom::sound(const std::string& id) {
  XB_TRY(session_folder(shelf_.library(), id));
  if (const auto lane = kept_sound(id)) return sound_json(*lane);
  {
    std::lock_guard lock(mutex_);
    const auto at = sounds_.find(id);
    if (at != sounds_.end() && at->second.lane == nullptr)
      return OrderedJson{{"ready", false}, {"progress", at->second.progress}};
    sounds_[id] = {};
  }
  const bool is_taken =
      tasks_.push([this, id](std::stop_token stop) { listen(id, stop); }) != Pushed::refused;
  if (is_taken) return OrderedJson{{"ready", false}, {"progress", 0.0}};
  std::lock_guard lock(mutex_);
  sounds_.erase(id);
  return Error(ErrorCode::busy, "review");
}

void Backroom::listen(const std::string& id, std::stop_token stop) {
  const auto folder = shelf_.library() / id;
  const auto evening = shelf_.evening(id, stop, Wanted::some_time);
  if (!evening) {
    std::lock_guard lock(mutex_);
    sounds_.erase(id);
    return;
  }
  const auto key = files_key(**evening, folder);
  auto lane = hear(**evening, folder, clock_, stop, [&](double progress) {
    std::lock_guard lock(mutex_);
    sounds_[id].progress = progress;
  });
  if (!lane) {  // stopped
    std::lock_guard lock(mutex_);
    sounds_.erase(id);
    return;
  }
  save_sound(shelf_.cache().file_for(folder, "sound"), key, *lane);
  std::lock_guard lock(mutex_);
  make_room(sounds_, most_sounds);
  sounds_[id] = {key, clock_.now(), 1.0, std::make_shared<const SoundLane>(std::move(*lane))};
}

}  // namespace xb::review
