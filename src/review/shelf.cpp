// Memory, cache, ledger: in this order. SPDX-License-Identifier: Apache-2.0
#include "review/shelf.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "review/library.h"
#include "review/scan_files.h"
#include "session/schema.h"

namespace xb::review {
namespace {

constexpr std::size_t most_in_memory = 12;
constexpr Duration tried_again_after = std::chrono::seconds(60);  // a disk may be full for a moment
constexpr Duration written_again_after = std::chrono::seconds(5);

// Without the place on this machine: others read it, too.
Error said_as_ours(const Error& error, const std::filesystem::path& folder) {
  switch (error.code()) {
    case ErrorCode::cancelled:
    case ErrorCode::review_unknown: return error;
    default: break;
  }
  auto detail = error.detail();
  const auto place = folder.string() + "/";
  for (auto at = detail.find(place); at != detail.npos; at = detail.find(place))
    detail.erase(at, place.size());
  const bool is_newer = error.code() == ErrorCode::database_newer;
  return Error(is_newer ? ErrorCode::database_newer : ErrorCode::session_unreadable, detail);
}

}  // namespace

// Who waits for it goes on even when the reading threw.
class Shelf::BeingRead {
 public:
  BeingRead(Shelf& shelf, const std::string& id) : shelf_(shelf), id_(id) {}
  ~BeingRead() {
    std::lock_guard lock(shelf_.mutex_);
    shelf_.being_read_.erase(id_);
    shelf_.read_.notify_all();
  }
  BeingRead(const BeingRead&) = delete;
  BeingRead& operator=(const BeingRead&) = delete;

 private:
  Shelf& shelf_;
  const std::string& id_;
};

Row row_of(const Evening& e) {
  std::int64_t recorded_ms = 0;
  for (const auto& one : e.segments) recorded_ms += one.on.to - one.on.from;
  return {e.title,   e.station,           e.began_wall_ms, e.duration_ms, e.ending,
          e.figures, !e.segments.empty(), e.has_ledger,    recorded_ms};
}

Shelf::Shelf(std::filesystem::path library, const std::filesystem::path& cache, Clock& clock)
    : library_(std::move(library)), cache_(cache_for(cache, library_)), clock_(clock) {
}

Result<session::Reader> Shelf::reader(const std::string& id) const {
  XB_TRY_ASSIGN(const auto folder, session_folder(library_, id));
  auto opened = session::Reader::open_unchanged(folder, session::Look::as_it_comes);
  if (!opened) return said_as_ours(opened.error(), folder);
  return opened;
}

// What is in memory and still right, with the lock held.
std::optional<Result<std::shared_ptr<const Evening>>> Shelf::fresh(const std::string& id,
                                                                   const std::string& key) {
  const auto at = places_.find(id);
  if (at == places_.end()) return std::nullopt;
  const auto& place = at->second;
  const auto age = clock_.now() - place.read;
  const bool is_right = place.key == key && (!place.why_not || age < tried_again_after);
  if (is_right && place.why_not && !place.row) return *place.why_not;
  const bool is_fresh = is_right || (place.evening != nullptr && age < written_again_after);
  if (!is_fresh || place.evening == nullptr) return std::nullopt;
  recent_.remove(id);
  recent_.push_front(id);
  return place.evening;
}

std::optional<Result<std::shared_ptr<const Evening>>> Shelf::wait_for_turn(
    const std::string& id, const std::string& key, const std::stop_token& stop, Wanted wanted,
    const std::stop_source& turn) {
  const bool is_now = wanted == Wanted::now;
  std::unique_lock lock(mutex_);
  if (auto known = fresh(id, key)) return known;
  const auto is_free = [&] {
    return !being_read_.contains(id) && (is_now || !wanted_now_.contains(id));
  };
  while (!is_free()) {
    const auto at = being_read_.find(id);
    if (is_now && at->second.wanted == Wanted::some_time) at->second.stop.request_stop();
    const auto waits = is_now ? wanted_now_.insert(id) : wanted_now_.end();
    const bool is_done = read_.wait(lock, stop, is_free);
    if (is_now) {
      wanted_now_.erase(waits);
      read_.notify_all();
    }
    if (!is_done) return Error(ErrorCode::cancelled);
    if (auto known = fresh(id, key)) return known;
  }
  being_read_.emplace(id, Turn{wanted, turn});
  return std::nullopt;
}

Result<std::shared_ptr<const Evening>> Shelf::evening(const std::string& id, std::stop_token stop,
                                                      Wanted wanted) {
  XB_TRY_ASSIGN(const auto folder, session_folder(library_, id));
  const auto key = ledger_key(folder);
  while (true) {
    std::stop_source turn;
    const std::stop_callback both(stop, [&turn] { turn.request_stop(); });
    if (auto known = wait_for_turn(id, key, stop, wanted, turn)) return std::move(*known);
    const BeingRead reading(*this, id);
    auto read = load_or_read(id, folder, key, turn.get_token());
    const bool gave_way = !read && read.error().code() == ErrorCode::cancelled &&
                          turn.stop_requested() && !stop.stop_requested();
    if (!gave_way) return read;
  }
}

void Shelf::forget(const std::string& id) {
  std::lock_guard lock(mutex_);
  places_.erase(id);
  recent_.remove(id);
  if (half_ && half_->id == id) half_.reset();
}

Result<std::shared_ptr<const Evening>> Shelf::load_or_read(const std::string& id,
                                                           const std::filesystem::path& folder,
                                                           const std::string& key,
                                                           std::stop_token stop) {
  if (auto kept = cache_.load(folder, key)) return keep(id, key, std::move(*kept));
  return read(id, folder, key, std::move(stop));
}

Result<std::shared_ptr<const Evening>> Shelf::read(const std::string& id,
                                                   const std::filesystem::path& folder,
                                                   const std::string& key, std::stop_token stop) {
  auto opened = reader(id);
  auto evening = !opened                ? Result<Evening>(opened.error())
                 : opened->is_running() ? read_on(id, folder, *opened, stop)
                                        : read_whole(id, folder, key, *opened, stop);
  if (!evening) {
    const auto error = said_as_ours(evening.error(), folder);
    if (error.code() == ErrorCode::cancelled) return error;
    // what lies beside a ledger that cannot be read can be shown
    evening = evening_of_files(folder, error, stop);
    if (evening) return keep(id, key, std::move(*evening), error);
    if (evening.error().code() != ErrorCode::cancelled) keep_error(id, key, error);
    return evening.error();
  }
  if (evening->ending == Ending::ended) cache_.save(folder, key, *evening);
  return keep(id, key, std::move(*evening));
}

Result<Evening> Shelf::read_whole(const std::string& id, const std::filesystem::path& folder,
                                  const std::string& key, session::Reader& reader,
                                  std::stop_token stop) {
  Pass pass(folder);
  {
    std::lock_guard lock(mutex_);
    if (half_ && half_->id == id && half_->key == key) pass = std::move(half_->pass);
    if (half_ && half_->id == id) half_.reset();
  }
  const auto read = pass.read_on(reader, stop);
  auto evening = read ? pass.evening(reader, stop) : Result<Evening>(read.error());
  if (!evening && evening.error().code() == ErrorCode::cancelled) {
    std::lock_guard lock(mutex_);
    half_.emplace(Half{id, key, std::move(pass)});
  }
  return evening;
}

Result<Evening> Shelf::read_on(const std::string& id, const std::filesystem::path& folder,
                               session::Reader& reader, std::stop_token stop) {
  struct stat facts {};
  if (::lstat((folder / session::ledger_file).c_str(), &facts) != 0)
    return Error(ErrorCode::review_unknown, id);
  std::lock_guard lock(running_mutex_);
  const auto file = static_cast<std::uint64_t>(facts.st_ino);
  if (running_.id != id || running_.file != file || !running_.pass)
    running_ = {id, file, Pass(folder)};
  XB_TRY(running_.pass->read_on(reader, stop));
  return running_.pass->evening(reader, stop);
}

std::shared_ptr<const Evening> Shelf::keep(const std::string& id, const std::string& key,
                                           Evening&& evening, std::optional<Error> why_not) {
  auto shared = std::make_shared<const Evening>(std::move(evening));
  std::lock_guard lock(mutex_);
  places_[id] = {key, clock_.now(), shared, row_of(*shared), std::move(why_not)};
  recent_.remove(id);
  recent_.push_front(id);
  while (recent_.size() > most_in_memory) {
    places_[recent_.back()].evening = nullptr;
    recent_.pop_back();
  }
  return shared;
}

void Shelf::keep_error(const std::string& id, const std::string& key, const Error& error) {
  log_info("review", "{}: {}", id, error.log_line());
  std::lock_guard lock(mutex_);
  recent_.remove(id);
  places_[id] = {key, clock_.now(), nullptr, std::nullopt, error};
}

Shelf::Known Shelf::known(const std::string& id, From from) {
  const auto folder = library_ / id;
  const auto key = ledger_key(folder);
  {
    std::lock_guard lock(mutex_);
    if (const auto at = places_.find(id); at != places_.end()) {
      const auto& place = at->second;
      const bool is_worth_a_try = place.why_not && clock_.now() - place.read >= tried_again_after;
      return {place.row, place.why_not, place.key != key || is_worth_a_try};
    }
  }
  if (from == From::memory) return {};
  auto kept = cache_.load(folder, key);
  if (!kept) return {};
  std::lock_guard lock(mutex_);
  auto row = row_of(*kept);
  places_[id] = {key, clock_.now(), nullptr, row, std::nullopt};
  return {std::move(row), std::nullopt, false};
}

std::string_view Shelf::state_of(const std::string& id, Ending ending) const {
  if (ending == Ending::ended) return "ended";
  return session::is_running_ledger(library_ / id / session::ledger_file) ? "live" : "interrupted";
}

}  // namespace xb::review
