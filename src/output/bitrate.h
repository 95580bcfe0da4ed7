// Bits a second over the last two seconds or so.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "base/time.h"

namespace xb::output {

// Thread: none of its own; the caller locks.
class BitrateMeter {
 public:
  void add(std::size_t bytes, MonoTime now) {
    if (!adds_.empty() && now - adds_.back().first < from_ms(100)) {
      adds_.back().second += bytes;
    } else {
      adds_.emplace_back(now, bytes);
    }
    sum_ += bytes;
    while (now - adds_.front().first > from_ms(2000)) {
      sum_ -= adds_.front().second;
      adds_.pop_front();
    }
  }
  std::int64_t kbps(MonoTime now) const {
    if (adds_.empty() || now - adds_.back().first > from_ms(2000)) return 0;
    const auto ms = std::max<std::int64_t>(1000, to_ms(now - adds_.front().first));
    return static_cast<std::int64_t>(sum_) * 8 / ms;
  }

 private:
  std::deque<std::pair<MonoTime, std::size_t>> adds_;  // one entry each 100 ms
  std::size_t sum_ = 0;
};

}  // namespace xb::output
