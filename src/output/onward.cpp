// State and counters of what gets the program's pictures.
// SPDX-License-Identifier: Apache-2.0
#include "output/onward.h"

#include <utility>

namespace xb::output {

Onward::Onward(std::string name, std::string component, Health& health)
    : name_(std::move(name)),
      component_(std::move(component)),
      health_(health),
      frames_("program to " + name_, onward_waiting, Overflow::drop_oldest) {
}

OnwardStats Onward::stats() const {
  OnwardStats out;
  out.name = name_;
  out.shown = shown_.load();
  out.dropped = dropped_.load() + frames_.counters().lost;
  std::lock_guard lock(mutex_);
  out.state = state_;
  out.error = error_;
  out.about = about_;
  return out;
}

void Onward::is_live(std::string about) {
  is_open_.store(true);  // first: who reads that it is live gives it pictures
  {
    std::lock_guard lock(mutex_);
    state_ = OutputState::live;
    error_.reset();
    about_ = std::move(about);
  }
  health_.set(component_, Condition::running);
}

void Onward::is_over(OutputState state, std::optional<Error> error) {
  is_open_.store(false);
  frames_.clear();
  {
    std::lock_guard lock(mutex_);
    state_ = state;
    error_ = error;
  }
  const auto condition = error ? Condition::degraded : Condition::stopped;
  health_.set(component_, condition, std::move(error));
}

}  // namespace xb::output
