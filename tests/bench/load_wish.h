// What the load of the relay bench is asked to do. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace xb::bench {

struct Wish {
  int port = 0;  // where subscribers come
  std::string sub = "/sub";
  int pub_port = 0;  // 0: `port`
  std::string pub = "/pub";
  std::string bearer;    // of the publisher; may be empty
  int control_port = 0;  // 0: none. One more subscriber, whose ages are told apart
  std::string control;
  int clients = 100;
  int readers = 0;  // connected and never reading
  double rate = 0;  // messages a second; 0: as many as possible
  int burst = 1;    // so many at once, `rate` altogether
  std::size_t bytes = 300;
  double seconds = 3;
  int storms = 0;         // all clients come and go so often instead; `rate` goes on beside it
  std::vector<int> pids;  // of the server, whose CPU and memory are told
};

// PORT key=value..; ends the process on a word it does not know.
Wish wish_of(int argc, char** argv);

}  // namespace xb::bench
