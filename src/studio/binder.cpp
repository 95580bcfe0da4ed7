// Keeps one mutable set and publishes copies of it.
// SPDX-License-Identifier: Apache-2.0
#include "studio/binder.h"

#include <algorithm>
#include <utility>

#include "studio/present.h"

namespace xb::studio {
namespace {

// A picture that shows none of so many has other troubles; the oldest are the ones that matter.
constexpr std::size_t most_waiting = 4096;

bool is_same(const overlay::BadgeValues& a, const overlay::BadgeValues& b) {
  return a.is_live == b.is_live && a.is_recording_only == b.is_recording_only &&
         a.recording_since == b.recording_since && a.clock == b.clock &&
         a.minute_began == b.minute_began;
}

}  // namespace

Binder::Binder(overlay::LiveValues first, Snapshot<overlay::LiveValues>& values)
    : live_(std::move(first)), wishes_quiet_(live_.is_quiet), values_(values) {
  publish();
}

void Binder::publish() {
  values_.publish(std::make_shared<const overlay::LiveValues>(live_));
}

void Binder::counter(const chat::CounterUpdate& update, SessionTime now) {
  std::lock_guard lock(mutex_);
  auto& counter = live_.counter;
  const auto& figures = update.figures;
  const bool is_same = counter.total == figures.total && counter.gained == figures.gained;
  auto marked = counter;
  put_origins(marked, update.origins);
  if (is_same && update.followers_merged == 0 && marked.by_hand == counter.by_hand) return;
  counter.by_hand = std::move(marked.by_hand);
  if (!is_same) {
    counter.total = figures.total;
    counter.gained = figures.gained;
    counter.stamp = update.stamp;
    if (waiting_.size() < most_waiting) waiting_.push_back(update.stamp);
  }
  if (update.followers_merged > 0)
    add_followers(counter, update.last_follower, update.followers_merged, now);
  publish();
}

std::optional<MonoTime> Binder::aired(MonoTime stamp) {
  std::lock_guard lock(mutex_);
  std::optional<MonoTime> oldest;
  while (!waiting_.empty() && waiting_.front() <= stamp) {
    if (!oldest) oldest = waiting_.front();
    waiting_.pop_front();
  }
  return oldest;
}

void Binder::line(overlay::ChatLine line) {
  std::lock_guard lock(mutex_);
  auto due = lines_.due(line.arrived);
  auto at_once = lines_.offer(std::move(line));
  if (!due && !at_once) return;
  if (due) add_line(live_, std::move(*due));
  if (at_once) add_line(live_, std::move(*at_once));
  publish();
}

void Binder::turn(SessionTime now) {
  std::lock_guard lock(mutex_);
  auto due = lines_.due(now);
  if (!due) return;
  add_line(live_, std::move(*due));
  publish();
}

void Binder::take_off(const std::vector<std::uint64_t>& sequences) {
  if (sequences.empty()) return;
  std::lock_guard lock(mutex_);
  lines_.take_off(sequences);
  studio::take_off(live_, sequences);
  publish();
}

void Binder::stale(std::optional<std::string> since) {
  std::lock_guard lock(mutex_);
  if (live_.counter.stale_since == since) return;
  live_.counter.stale_since = std::move(since);
  publish();
}

void Binder::badges(const overlay::BadgeValues& badges) {
  std::lock_guard lock(mutex_);
  if (is_same(live_.badges, badges)) return;
  live_.badges = badges;
  publish();
}

void Binder::starved(bool is_starved) {
  std::lock_guard lock(mutex_);
  if (live_.is_quiet == (wishes_quiet_ || is_starved)) return;
  live_.is_quiet = !live_.is_quiet;
  publish();
}

void Binder::show(const Show& show, std::uint64_t version) {
  std::lock_guard lock(mutex_);
  put_show(live_, show, version);
  publish();
}

}  // namespace xb::studio
