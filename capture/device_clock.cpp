// Follows how late pieces arrive; sets the clock anew when the source's own clock jumps.
// SPDX-License-Identifier: Apache-2.0
#include "capture/device_clock.h"

#include <algorithm>

namespace xb::capture {
namespace {

constexpr Duration window_length = std::chrono::seconds(4);
constexpr Duration usable_late = std::chrono::milliseconds(40);  // capture_latency has this room
constexpr Duration worth_a_jump = std::chrono::milliseconds(100);
constexpr Duration clock_jump = std::chrono::milliseconds(1500);
constexpr Duration measure_every = std::chrono::milliseconds(250);
constexpr std::int64_t fall_per_million = 500;

}  // namespace

void DeviceClock::note(Duration late, SessionTime arrival) {
  window_[next_] = {late, arrival};
  next_ = (next_ + 1) % most;
  count_ = std::min(count_ + 1, most);
}

void DeviceClock::measure(SessionTime arrival) {
  std::array<Duration, most> late;
  std::size_t n = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const auto& entry = window_[(next_ + most - 1 - i) % most];
    if (arrival - entry.at > window_length) break;
    late[n++] = entry.late;
  }
  if (n == 0) return;
  std::sort(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(n));
  target_ = late[(n - 1) * 98 / 100];
  jitter_ = late[(n - 1) * 95 / 100] - late[0];
}

DeviceClock::Stamp DeviceClock::stamp(Duration device_time, SessionTime arrival) {
  const auto late = arrival.time_since_epoch() - device_time;
  Stamp out;
  if (!offset_ || late - *offset_ > clock_jump || *offset_ - late > clock_jump) {
    out.is_after_jump = offset_.has_value();
    jumps_ += offset_ ? 1U : 0U;
    offset_ = late;
    target_ = late;
    count_ = 0;
    last_measured_ = last_slewed_ = arrival;
    note(late, arrival);
    out.time = SessionTime(device_time + *offset_);
    return out;
  }
  note(late, arrival);
  if (late > *offset_ + usable_late) {
    offset_ = late;
    out.is_after_jump = true;
    ++jumps_;
  }
  if (arrival - last_measured_ >= measure_every) {
    last_measured_ = arrival;
    measure(arrival);
    if (*offset_ - target_ > worth_a_jump) {
      offset_ = target_;
      out.is_after_jump = true;
      ++jumps_;
    }
  }
  const auto passed = std::max(Duration::zero(), arrival - last_slewed_);
  const auto most_change = passed * fall_per_million / 1'000'000;
  if (most_change > Duration::zero()) {
    last_slewed_ = arrival;
    *offset_ += std::clamp(target_ - *offset_, -most_change, most_change);
  }
  out.time = SessionTime(device_time + *offset_);
  return out;
}

}  // namespace xb::capture
