// All come at once, and all go. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "load_wish.h"

namespace xb::bench {

struct Came {
  std::vector<int> sockets;  // of those who were let in
  std::size_t failures = 0;
};
// 500 knock at once, then their answers are awaited.
Came connect_many(int port, const std::string& path, std::size_t clients);

// `clients` come and go `storms` times while `rate` messages a second are published. Prints one
// line of JSON.
void storm(const Wish& wish);

}  // namespace xb::bench
