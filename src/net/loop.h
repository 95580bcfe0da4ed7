// Loop: one libwebsockets context on one service thread, with HTTP and WebSocket servers and
// clients on it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/health.h"
#include "base/result.h"

namespace xb::net {

// Everything registered on a Loop is called on its thread, one call at a time, and must return
// within microseconds.
//
// Thread: post() from anywhere; all else from the owner's thread, or from the loop itself where it
// says so. The destructor closes every connection (1001) and joins.
class Loop {
 public:
  using Task = std::function<void()>;
  // `name` is the thread's ("web", "chat").
  Loop(std::string name, Health& health, Clock& clock);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs `task` on the loop thread soon. False when 4096 tasks wait already, or the loop is
  // stopping: the task is lost and counted. Never blocks.
  bool post(Task task);
  // Runs `task` on the loop thread every `period` until the loop ends. May be called from the loop.
  void every(Duration period, Task task);
  bool is_here() const;  // called from the loop's thread?
  std::uint64_t refused_tasks() const;

  struct Impl;
  Impl& impl() { return *impl_; }  // for the other files of this room only

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::net
