// Health: the state of every component, with the sentence people read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace xb {

enum class Condition : std::uint8_t { idle = 1, starting, running, degraded, failed, stopped };
std::string_view name_of(Condition condition);

struct ComponentHealth {
  std::string component;  // `capture.camera`, `output.recording`, a thread's name
  Condition condition = Condition::idle;
  std::optional<Error> error;  // why it is degraded or failed
  std::uint64_t changes = 0;
};

// Thread: any. The mutex guards the maps; the listener is called outside it, on the thread that
// made the change.
class Health {
 public:
  using Listener = std::function<void(const ComponentHealth&)>;
  // Logs and tells the listener only when condition or error code differ from before.
  void set(std::string_view component, Condition condition,
           std::optional<Error> error = std::nullopt);
  std::vector<ComponentHealth> all() const;
  void listen(Listener listener);

  // Told by every Worker: its thread was asked to stop, its thread is over.
  void thread_stops(const std::string& thread);
  void thread_ended(const std::string& thread);
  // The threads that were asked to stop and have not ended: who is to blame when an end hangs.
  std::vector<std::string> threads_stopping() const;

 private:
  mutable std::mutex mutex_;  // guards all below
  std::map<std::string, ComponentHealth, std::less<>> components_;
  Listener listener_;
  std::multiset<std::string> stopping_;
};

}  // namespace xb
