// The only place that asks the operating system for the time.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <chrono>
#include <iterator>

namespace xb {

MonoTime SystemClock::now() const {
  return MonoTime(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

WallTime SystemClock::wall() const {
  return WallTime(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch()));
}

Waited SystemClock::wait_until(MonoTime when, std::stop_token stop) {
  const std::chrono::steady_clock::time_point until{
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(when.time_since_epoch())};
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, stop, until, [] { return false; });
  return stop.stop_requested() ? Waited::stopped : Waited::reached;
}

MonoTime ManualClock::now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

WallTime ManualClock::wall() const {
  std::lock_guard lock(mutex_);
  return wall_;
}

Waited ManualClock::wait_until(MonoTime when, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const auto mine = waiting_.insert(when);
  settled_.notify_all();
  wake_.wait(lock, stop, [&] { return now_ >= when; });
  waiting_.erase(mine);
  settled_.notify_all();
  return now_ >= when ? Waited::reached : Waited::stopped;
}

void ManualClock::await_waiting(int threads) {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [&] {
    // a thread whose time has come is still in the set, but no longer counts
    return std::distance(waiting_.upper_bound(now_), waiting_.end()) == threads;
  });
}

void ManualClock::advance(Duration by) {
  {
    std::lock_guard lock(mutex_);
    now_ += by;
    wall_ += std::chrono::duration_cast<std::chrono::milliseconds>(by);
  }
  wake_.notify_all();
}

void ManualClock::set_wall(WallTime wall) {
  std::lock_guard lock(mutex_);
  wall_ = wall;
}

std::int64_t Ticker::late_by(FrameNumber frame, MonoTime now) const {
  if (now < start_) return 0;
  const auto reached = frame_at(SessionTime(now - start_), rate_);
  return reached.value > frame.value ? reached.value - frame.value : 0;
}

}  // namespace xb
