// Clock: the only way to ask what time it is or to wait for a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>

#include "base/time.h"

namespace xb {

enum class Waited : std::uint8_t { reached = 1, stopped };

// Thread: any. Implementations are safe to share between threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonoTime now() const = 0;
  virtual WallTime wall() const = 0;
  // Sleeps until `when` or until stop is requested, whichever is first.
  virtual Waited wait_until(MonoTime when, std::stop_token stop) = 0;
};

// CLOCK_MONOTONIC and CLOCK_REALTIME of the machine.
class SystemClock final : public Clock {
 public:
  MonoTime now() const override;
  WallTime wall() const override;
  Waited wait_until(MonoTime when, std::stop_token stop) override;

 private:
  std::mutex mutex_;  // guards nothing; the condition variable needs one
  std::condition_variable_any wake_;
};

// A clock for tests: stands still until advance() is called, which wakes exactly those whose time
// has come.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(MonoTime now = MonoTime{}, WallTime wall = WallTime{})
      : now_(now), wall_(wall) {}
  MonoTime now() const override;
  WallTime wall() const override;
  Waited wait_until(MonoTime when, std::stop_token stop) override;
  void advance(Duration by);
  void set_wall(WallTime wall);
  // Blocks until exactly `threads` wait for a time still to come: what the others had to do, they
  // have done. For the test that advances the clock.
  void await_waiting(int threads);

 private:
  mutable std::mutex mutex_;  // guards all that follows
  std::condition_variable_any wake_;
  std::condition_variable_any settled_;
  std::multiset<MonoTime> waiting_;  // until when each waits
  MonoTime now_;
  WallTime wall_;
};

// When is frame n due. After a late tick it says how many frames were missed; frame numbers stay
// dense because the caller repeats its last picture for each of them.
class Ticker {
 public:
  Ticker(MonoTime start, Rate rate) : start_(start), rate_(rate) {}
  MonoTime due(FrameNumber frame) const {
    return start_ + time_of(frame, rate_).time_since_epoch();
  }
  // Frames after `frame` that are already overdue at `now`: 0 when on time.
  std::int64_t late_by(FrameNumber frame, MonoTime now) const;
  MonoTime start() const { return start_; }
  Rate rate() const { return rate_; }

 private:
  MonoTime start_;
  Rate rate_;
};

}  // namespace xb
