// Health: the state of every component, with the sentence people read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
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

// Thread: any. The mutex guards the map; the listener is called outside it, on the thread that made
// the change.
class Health {
 public:
  using Listener = std::function<void(const ComponentHealth&)>;
  // Logs and tells the listener only when condition or error code differ from before.
  void set(std::string_view component, Condition condition,
           std::optional<Error> error = std::nullopt);
  std::vector<ComponentHealth> all() const;
  void listen(Listener listener);

 private:
  mutable std::mutex mutex_;  // guards components_ and listener_
  std::map<std::string, ComponentHealth, std::less<>> components_;
  Listener listener_;
};

}  // namespace xb
