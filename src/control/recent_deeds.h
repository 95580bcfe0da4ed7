// RecentDeeds: what was pressed last, and by whom, so that all who steer see it of each other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "net/json.h"
#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// Thread: any.
class RecentDeeds {
 public:
  explicit RecentDeeds(Clock& clock) : clock_(clock) {}
  // A command that was carried out. One that was sent again is the same deed.
  void add(const studio::Command& command, const net::Person& by);
  // As docs/wire.md section 8 has it, oldest first, at most eight.
  OrderedJson json() const;
  // Another number when there is something new.
  std::uint64_t version() const;

 private:
  struct Deed {
    std::string id;
    std::uint64_t number = 0;
    WallTime at;
    net::Person by;
    std::string name;
    Json args;
  };
  Clock& clock_;
  mutable std::mutex mutex_;  // guards all below
  std::deque<Deed> deeds_;
  std::uint64_t last_ = 0;
};

}  // namespace xb::control
