// Timers: what a Loop does again and again. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/time.h"

namespace xb::net {

// A descriptor that becomes readable when a task is due. The library's own timers are told to
// poll(2) in whole milliseconds, rounded down: of each it spun through the last one, which cost a
// loop at rest two hundredths of a core.
//
// Thread: the loop's.
class Timers {
 public:
  using Task = std::function<void()>;
  using Paced = std::function<Duration()>;
  Timers();
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  int descriptor() const { return clock_; }  // -1: there is none
  // When the clock comes to a multiple of its period, so that a loop with many of them wakes once
  // for all that are due.
  void every(Duration period, Task task);
  // The same, and each time it says what its period is from then on.
  void paced(Duration first, Paced task);
  // What is due, once each, through `call`. It may ask for more.
  void ring(const std::function<void(const Task&)>& call);

 private:
  struct Timer {
    MonoTime due{};
    Duration period{};
    Paced task;
  };
  void wind() const;  // for the one that is due first

  SystemClock time_;  // the descriptor's, whatever else the Loop is told
  const int clock_;
  std::vector<std::unique_ptr<Timer>> timers_;
};

}  // namespace xb::net
