// Worker: a named thread with a stop token and an exception barrier.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace xb {

class Health;

// Runs `body` once on a thread of its own. What escapes `body` as an exception is logged, told to
// Health and ends the thread, never the process. Health also knows the threads that were asked to
// stop and have not ended; it outlives the Worker.
//
// Thread: construct and destroy on the owner's thread. The destructor requests stop and joins, so
// `body` must return soon after its token says stop. Linux shows the first 15 characters of the
// name.
class Worker {
 public:
  using Body = std::function<void(std::stop_token)>;
  Worker() = default;
  Worker(std::string name, Health& health, Body body);
  Worker(Worker&&) = default;
  Worker& operator=(Worker&&) = default;
  void request_stop() { thread_.request_stop(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  bool is_running() const { return thread_.joinable(); }

 private:
  std::jthread thread_;
};

// Gives the calling thread its name (for main and for threads a library made).
void name_this_thread(const std::string& name);
// For threads whose work may wait: what is on air goes first. Of the calling thread alone.
void lower_this_thread();

}  // namespace xb
