// A window of seconds and a long way back. SPDX-License-Identifier: Apache-2.0
#include "studio/starvation.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace xb::studio {
namespace {

constexpr std::uint64_t too_many = 10;
constexpr Duration window = std::chrono::seconds(5);
constexpr Duration recovery = std::chrono::seconds(30);

}  // namespace

std::uint64_t Starvation::lost_of(const ProgramCounters& counters) {
  return counters.missed - std::min(counters.missed, counters.stood_still) + counters.skipped +
         counters.starved;
}

bool Starvation::look(std::uint64_t lost, MonoTime now) {
  const auto before = std::exchange(lost_, lost).value_or(lost);
  const auto fresh = lost > before ? lost - before : 0;
  if (now - window_ >= window) {
    window_ = now;
    in_window_ = 0;
  }
  in_window_ += fresh;
  if (fresh > 0) last_loss_ = now;
  if (in_window_ >= too_many) is_starved_ = true;
  if (is_starved_ && now - last_loss_ >= recovery) is_starved_ = false;
  return is_starved_;
}

}  // namespace xb::studio
