// Keeps component states and tells of changes once.
// SPDX-License-Identifier: Apache-2.0
#include "base/health.h"

#include <utility>

#include "base/log.h"

namespace xb {

std::string_view name_of(Condition condition) {
  switch (condition) {
    case Condition::idle: return "idle";
    case Condition::starting: return "starting";
    case Condition::running: return "running";
    case Condition::degraded: return "degraded";
    case Condition::failed: return "failed";
    case Condition::stopped: return "stopped";
  }
  return "idle";
}

void Health::set(std::string_view component, Condition condition, std::optional<Error> error) {
  ComponentHealth told;
  Listener listener;
  {
    std::lock_guard lock(mutex_);
    auto& entry = components_[std::string(component)];
    const bool is_same = entry.condition == condition &&
                         entry.error.has_value() == error.has_value() &&
                         (!error || entry.error->code() == error->code());
    entry.component = component;
    entry.condition = condition;
    entry.error = std::move(error);
    if (is_same) return;
    ++entry.changes;
    told = entry;
    listener = listener_;
  }
  if (told.error) {
    log_warn(component, "{}: {} | {} | {}", name_of(condition), told.error->log_line(),
             told.error->zh(), told.error->en());
  } else {
    log_info(component, "{}", name_of(condition));
  }
  if (listener) listener(told);
}

std::vector<ComponentHealth> Health::all() const {
  std::lock_guard lock(mutex_);
  std::vector<ComponentHealth> out;
  out.reserve(components_.size());
  for (const auto& [name, entry] : components_) out.push_back(entry);
  return out;
}

void Health::listen(Listener listener) {
  std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

void Health::thread_stops(const std::string& thread) {
  std::lock_guard lock(mutex_);
  stopping_.insert(thread);
}

void Health::thread_ended(const std::string& thread) {
  std::lock_guard lock(mutex_);
  if (const auto at = stopping_.find(thread); at != stopping_.end()) stopping_.erase(at);
}

std::vector<std::string> Health::threads_stopping() const {
  std::lock_guard lock(mutex_);
  return {stopping_.begin(), stopping_.end()};
}

}  // namespace xb
