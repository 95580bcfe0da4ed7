// What the server of the relay bench takes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace xb::bench {

struct Usage {
  double cpu_s = 0;
  double rss_mb = 0;
};
Usage usage_of(const std::vector<int>& pids);

// Bytes the kernel holds toward clients of that port who have not taken them.
double unsent_mb(int port);

}  // namespace xb::bench
