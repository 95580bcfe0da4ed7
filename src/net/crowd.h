// Crowd: who is connected to one port, whichever of its loops has them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "net/server.h"

namespace xb::net {

// What the limits of a Server are about. Thread: any.
class Crowd {
 public:
  int all() const;
  int from(const std::string& address) const;

 private:
  friend class Seat;
  void add(const std::string& address, int by);

  mutable std::mutex mutex_;  // guards what follows
  int all_ = 0;
  std::map<std::string, int> per_address_;
};

// How many WebSockets a loop has for its port, those on their way to it included.
using LoopLoad = std::shared_ptr<std::atomic<int>>;

// One connection's place in the Crowd: it goes with the socket from loop to loop.
class Seat {
 public:
  Seat(std::shared_ptr<Crowd> crowd, std::shared_ptr<ServerTally> tally, std::string address);
  ~Seat();
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  // It is a WebSocket of that loop from now on.
  void count_for(LoopLoad load);

 private:
  const std::shared_ptr<Crowd> crowd_;
  const std::shared_ptr<ServerTally> tally_;
  const std::string address_;
  LoopLoad load_;
};

}  // namespace xb::net
