// Backoff: how long to wait before the next try to connect. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

#include "base/time.h"

namespace xb::chat {

// 1, 2, 4, 8, 15, 15 ... s, each shortened or lengthened by up to a fifth, so that many stations do
// not come back to a platform in the same moment.
class Backoff {
 public:
  explicit Backoff(std::uint32_t seed) : random_(seed) {}
  Duration next() {
    const auto seconds = waits_[at_];
    if (at_ + 1 < waits_.size()) ++at_;
    return std::chrono::milliseconds(seconds * std::uniform_int_distribution(800, 1200)(random_));
  }
  void reset() { at_ = 0; }  // the connection was useful

 private:
  static constexpr std::array<int, 5> waits_{1, 2, 4, 8, 15};
  std::size_t at_ = 0;
  std::minstd_rand random_;
};

}  // namespace xb::chat
