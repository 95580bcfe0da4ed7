// HallLoops: the loops that serve the audience port, each on a thread of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <vector>

#include "net/loop.h"

namespace xb::studio {

// Half of the processors this process may use, at least one and at most four: the rest is for the
// picture, and one loop carries a thousand listeners.
int hall_count();

// The threads are "hall", "hall-1", ... The first one listens.
class HallLoops {
 public:
  HallLoops(int count, Health& health, Clock& clock);
  net::Loop& first() { return loops_.front(); }
  std::vector<net::Loop*> all();

 private:
  std::deque<net::Loop> loops_;
};

}  // namespace xb::studio
