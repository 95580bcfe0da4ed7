// Journal: where accepted events are kept. The studio implements it with the ledger.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "chat/counter.h"
#include "chat/numbered.h"

namespace xb::chat {

// Called on the chat loop; must return within microseconds and never touch a disk there.
class Journal {
 public:
  using Done = std::function<void(Status)>;
  virtual ~Journal() = default;

  // Queues the event's Entry. `committed` is called exactly once, from any thread, also inline:
  // ok() when a crash cannot lose the Entry any more. After a failure the same event may be
  // appended once more when its sender repeats it.
  virtual void append(const NumberedRef& event, const CounterState& after, Done committed) = 0;

  // Asks for all numbers below `below` to be set aside durably, so that no later life uses them
  // again. `done` is called exactly once, from any thread.
  virtual void reserve(std::uint64_t below, Done done) = 0;
};

// Numbers are set aside in blocks of this many, the next block when half of one is left: the
// ledger commits each 550 ms under a flood of 5000 events a second. A crash passes over one
// block at the most.
inline constexpr std::uint64_t reserve_block = 8192;

}  // namespace xb::chat
