// StopSignals: the way out of `xiangbo live`, from the first moment to the last.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"

namespace xb::app {

// Waits for SIGINT, SIGTERM and SIGHUP on its thread `signals`. The first asks for an orderly end.
// One that comes more than a second after the end began, or an end that takes more than 8 s, ends
// the process at once with exit_failed and names the threads that hang: what is recorded and in the
// Ledger is whole without an orderly end.
//
// Made before and destroyed after everything that may hang, but for the LogThread, without which a
// log that nobody reads could hold this thread up, too. Thread: the functions on the owner's.
class StopSignals {
 public:
  StopSignals(Clock& clock, Health& health);
  // True, once, when one has come or comes within `timeout`.
  bool wait(Duration timeout);
  // The orderly end begins now, whatever the reason.
  void end_begins();

 private:
  void run(std::stop_token stop);
  [[noreturn]] void leave(const char* why) const;

  Clock& clock_;
  Health& health_;
  std::atomic<MonoTime> leave_at_{MonoTime::max()};  // max: no end has begun
  Mailbox<bool> came_{"signals to main"};
  Worker worker_;
};

}  // namespace xb::app
