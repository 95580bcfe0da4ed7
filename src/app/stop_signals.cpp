// The thread `signals`.
// SPDX-License-Identifier: Apache-2.0
#include "app/stop_signals.h"

#include <fmt/ranges.h>

#include <cstdlib>
#include <utility>

#include "app/options.h"
#include "app/verbs.h"
#include "base/log.h"

namespace xb::app {
namespace {

// The chat, the Outputs and the Ledger may take 2 s each.
constexpr Duration longest_end = std::chrono::seconds(8);
// A held or bouncing key, and a shell and a terminal that both tell of the same, are one wish.
constexpr Duration same_wish = std::chrono::seconds(1);
constexpr Duration look_every = std::chrono::milliseconds(100);

}  // namespace

StopSignals::StopSignals(Clock& clock, Health& health)
    : clock_(clock),
      health_(health),
      worker_("signals", health, [this](std::stop_token stop) { run(std::move(stop)); }) {
}

bool StopSignals::wait(Duration timeout) {
  return came_.take_for(timeout, {}).has_value();
}

void StopSignals::end_begins() {
  auto none = MonoTime::max();
  leave_at_.compare_exchange_strong(none, clock_.now() + longest_end);
}

void StopSignals::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (wait_for_stop_signal(look_every)) {
      const auto leave_at = leave_at_.load();
      const bool has_begun = leave_at != MonoTime::max();
      if (has_begun && clock_.now() > leave_at - longest_end + same_wish) leave("asked again");
      if (!has_begun) log_info("signals", "asked to end");
      end_begins();
      came_.put(true);
    }
    if (clock_.now() >= leave_at_.load()) leave("it takes too long");
  }
}

void StopSignals::leave(const char* why) const {
  log_error("signals", "no orderly end: {}; still stopping: {}", why,
            fmt::join(health_.threads_stopping(), ", "));
  flush_log(LogThread::longest_end);
  std::_Exit(exit_failed);
}

}  // namespace xb::app
