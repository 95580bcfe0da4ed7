// Bits a second over the last moments.
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
  explicit BitrateMeter(Duration window = from_ms(2000)) : window_(window) {}

  void add(std::size_t bytes, MonoTime now) {
    if (!adds_.empty() && now - adds_.back().first < window_ / 20) {
      adds_.back().second += bytes;
    } else {
      adds_.emplace_back(now, bytes);
    }
    sum_ += bytes;
    while (now - adds_.front().first > window_) {
      sum_ -= adds_.front().second;
      adds_.pop_front();
    }
  }
  std::int64_t kbps(MonoTime now) const {
    if (adds_.empty() || now - adds_.back().first > window_) return 0;
    const auto ms = std::max(to_ms(window_) / 2, to_ms(now - adds_.front().first));
    return static_cast<std::int64_t>(sum_) * 8 / ms;
  }

 private:
  Duration window_;
  std::deque<std::pair<MonoTime, std::size_t>> adds_;  // one entry each 20th of the window
  std::size_t sum_ = 0;
};

}  // namespace xb::output
