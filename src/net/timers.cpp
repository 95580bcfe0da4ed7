// One timerfd for all. SPDX-License-Identifier: Apache-2.0
#include "net/timers.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/result.h"

namespace xb::net {
namespace {

MonoTime next_multiple(Duration period, MonoTime now) {
  XB_CHECK(period > Duration::zero());
  const auto since = now.time_since_epoch();
  return MonoTime(since - since % period + period);
}

}  // namespace

Timers::Timers() : clock_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
}

Timers::~Timers() {
  if (clock_ >= 0) ::close(clock_);
}

void Timers::every(Duration period, Task task) {
  paced(period, [period, task = std::move(task)] {
    task();
    return period;
  });
}

void Timers::paced(Duration first, Paced task) {
  timers_.push_back(
      std::make_unique<Timer>(Timer{next_multiple(first, time_.now()), first, std::move(task)}));
  wind();
}

void Timers::ring(const std::function<void(const Task&)>& call) {
  std::uint64_t times = 0;
  if (::read(clock_, &times, sizeof times) < 0) times = 0;  // nothing to read: it rang before
  const auto before = time_.now();
  for (std::size_t i = 0; i < timers_.size(); ++i) {  // a task may add one
    Timer& timer = *timers_[i];
    if (timer.due > before) continue;
    call([&timer] { timer.period = timer.task(); });
    timer.due = next_multiple(timer.period, before);
  }
  wind();
}

void Timers::wind() const {
  if (timers_.empty()) return;
  auto first = MonoTime::max();
  for (const auto& timer : timers_) first = std::min(first, timer->due);
  const auto ns = std::max<std::int64_t>(1, first.time_since_epoch().count());
  constexpr std::int64_t second = 1'000'000'000;
  itimerspec at{};
  at.it_value = {ns / second, ns % second};
  ::timerfd_settime(clock_, TFD_TIMER_ABSTIME, &at, nullptr);
}

}  // namespace xb::net
