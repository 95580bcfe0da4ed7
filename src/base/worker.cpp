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

#include "base/error.h"
#include "base/health.h"
#include "base/thrown.h"

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

// There may be no memory for it.
void tell_failed(Health& health, const std::string& name) noexcept {
  try {
    health.set(name, Condition::failed, Error(ErrorCode::internal, name));
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

Worker::Worker(std::string name, Health& health, Body body)
    : thread_([name = std::move(name), &health, body = std::move(body)](std::stop_token stop) {
        name_this_thread(name);
        {
          const std::stop_callback asked(stop, [&] { health.thread_stops(name); });
          try {
            body(stop);
          } catch (const std::exception& thrown) {
            log_thrown(name, "thread", thrown);
            tell_failed(health, name);
          }
        }
        health.thread_ended(name);
      }) {
}

}  // namespace xb
