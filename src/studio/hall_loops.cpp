// SPDX-License-Identifier: Apache-2.0
#include "studio/hall_loops.h"

#include <algorithm>
#include <string>

#if defined(__linux__)
#include <sched.h>
#endif

namespace xb::studio {
namespace {

constexpr int most_halls = 4;

int processors() {
#if defined(__linux__)
  cpu_set_t mine;
  if (::sched_getaffinity(0, sizeof mine, &mine) == 0) return CPU_COUNT(&mine);
#endif
  return 1;
}

}  // namespace

int hall_count() {
  return std::clamp(processors() / 2, 1, most_halls);
}

HallLoops::HallLoops(int count, Health& health, Clock& clock) {
  for (int i = 0; i < count; ++i)
    loops_.emplace_back(i == 0 ? "hall" : "hall-" + std::to_string(i), health, clock);
}

std::vector<net::Loop*> HallLoops::all() {
  std::vector<net::Loop*> out;
  for (auto& loop : loops_) out.push_back(&loop);
  return out;
}

}  // namespace xb::studio
