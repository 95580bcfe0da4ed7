// Thread naming and the exception barrier.
// SPDX-License-Identifier: Apache-2.0
#include "base/worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#if defined(__linux__)
#include <pthread.h>
#include <sys/resource.h>
#endif

#include "base/clock.h"
#include "base/error.h"
#include "base/health.h"
#include "base/log.h"

namespace xb {

void name_this_thread(const std::string& name) {
#if defined(__linux__)
  constexpr std::size_t most = 15;  // pthread_setname_np(3), less its zero
  std::size_t length = std::min(most, name.size());
  while (length < name.size() && length > 0 && (name[length] & 0xC0) == 0x80) --length;
  pthread_setname_np(pthread_self(), name.substr(0, length).c_str());
#else
  static_cast<void>(name);
#endif
}

void lower_this_thread() {
#if defined(__linux__)
  // of this thread alone, as Linux has it
  ::setpriority(PRIO_PROCESS, 0, 10);
#endif
}

namespace {

// No memory for a moment is no reason to do without a thread; one that faults again and again ends.
constexpr int most_faults = 5;
constexpr Duration in_time = std::chrono::minutes(1);
constexpr Duration first_pause = std::chrono::milliseconds(10);

// What tells of a fault may have no memory either.
void tell(const std::string& name, Health& health, Condition condition, const char* what) {
  try {
    log_error(name, "thread left by an exception: {}", what);
    health.set(name, condition, Error(ErrorCode::internal, name));
  } catch (const std::exception&) {
    return;
  }
}

void run_through_faults(const std::string& name, Health& health, const Worker::Body& body,
                        const std::stop_token& stop) {
  SystemClock clock;
  MonoTime first;
  for (int faults = 0;;) {
    try {
      if (faults > 0) health.set(name, Condition::running);
      return body(stop);
    } catch (const std::exception& thrown) {
      const auto now = clock.now();
      if (faults == 0 || now - first > in_time) {
        faults = 0;
        first = now;
      }
      const bool is_last = ++faults == most_faults || stop.stop_requested();
      tell(name, health, is_last ? Condition::failed : Condition::degraded, thrown.what());
      if (is_last) return;
      clock.wait_until(now + first_pause * (1 << faults), stop);
    }
  }
}

}  // namespace

Worker::Worker(std::string name, Health& health, Body body)
    : thread_([name = std::move(name), &health, body = std::move(body)](std::stop_token stop) {
        name_this_thread(name);
        {
          const std::stop_callback asked(stop, [&] { health.thread_stops(name); });
          run_through_faults(name, health, body, stop);
        }
        health.thread_ended(name);
      }) {
}

}  // namespace xb
