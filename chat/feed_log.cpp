// One lock around the last events and the newest state. SPDX-License-Identifier: Apache-2.0
#include "chat/feed_log.h"

#include <utility>

namespace xb::chat {

bool FeedLog::add(const Numbered& event, std::string json, const CounterFigures& after) {
  std::lock_guard lock(mutex_);
  backlog_.add(event, std::move(json));
  return note(after);
}

void FeedLog::skip_to(std::uint64_t next) {
  std::lock_guard lock(mutex_);
  backlog_.skip_to(next);
}

void FeedLog::take_away(std::uint64_t sequence) {
  std::lock_guard lock(mutex_);
  backlog_.take_away(sequence);
}

bool FeedLog::set_figures(const CounterFigures& figures) {
  std::lock_guard lock(mutex_);
  return note(figures);
}

bool FeedLog::note(const CounterFigures& figures) {
  if (figures.total == figures_.total && figures.gained == figures_.gained) return false;
  figures_ = figures;
  ++states_;
  return true;
}

void FeedLog::tell() const {
  std::lock_guard lock(listening_);
  for (const auto& changed : listeners_) changed();
}

void FeedLog::listen(std::function<void()> changed) {
  std::lock_guard lock(listening_);
  listeners_.push_back(std::move(changed));
}

FeedLog::End FeedLog::end() const {
  std::lock_guard lock(mutex_);
  return {backlog_.next(), states_};
}

std::string FeedLog::state() const {
  std::lock_guard lock(mutex_);
  return state_item();
}

std::string FeedLog::state_item() const {
  return "{\"followers\":{\"total\":" + std::to_string(figures_.total) +
         ",\"gained\":" + std::to_string(figures_.gained) +
         "},\"v\":" + std::to_string(backlog_.next() - 1) + "}";
}

FeedLog::News FeedLog::news(std::uint64_t from, std::size_t most_bytes) const {
  std::lock_guard lock(mutex_);
  auto stretch = backlog_.from(from, most_bytes);
  const bool is_end = stretch.next >= backlog_.next();
  return {std::move(stretch), is_end, state_item(), states_};
}

Stretch FeedLog::replay(std::uint64_t from, std::size_t most_bytes, std::uint64_t until) const {
  std::lock_guard lock(mutex_);
  return backlog_.from(from, most_bytes, until);
}

FeedLog::Lag FeedLog::lag(std::uint64_t from) const {
  std::lock_guard lock(mutex_);
  return {backlog_.bytes_from(from), backlog_.received_from(from)};
}

std::uint64_t FeedLog::first_of_last(std::uint64_t most) const {
  std::lock_guard lock(mutex_);
  return backlog_.first_of_last(most);
}

}  // namespace xb::chat
