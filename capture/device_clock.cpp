// Follows how late pieces arrive; sets the clock anew when the source's own clock jumps.
// SPDX-License-Identifier: Apache-2.0
#include "capture/device_clock.h"

#include <algorithm>

namespace xb::capture {
namespace {

constexpr Duration window_length = std::chrono::seconds(4);
constexpr Duration usable_late = std::chrono::milliseconds(40);  // Sync::latency() has this room
constexpr Duration worth_a_jump = std::chrono::milliseconds(100);
constexpr Duration clock_jump = std::chrono::milliseconds(1500);
constexpr Duration too_early = std::chrono::milliseconds(500);
constexpr Duration early_for = std::chrono::milliseconds(300);
// Enough for the late ones among the pieces (bundled sound), and not the burst itself.
constexpr Duration after_the_burst = std::chrono::milliseconds(200);
constexpr Duration measure_every = std::chrono::milliseconds(250);
constexpr std::int64_t fall_per_million = 500;

}  // namespace

void DeviceClock::note(Duration late, SessionTime arrival) {
  window_[next_] = {late, arrival};
  next_ = (next_ + 1) % most;
  count_ = std::min(count_ + 1, most);
}

void DeviceClock::set_anew(Duration late, SessionTime arrival) {
  offset_ = target_ = late;
  count_ = 0;
  last_measured_ = last_slewed_ = in_place_ = arrival;
  note(late, arrival);
}

Duration DeviceClock::latest_of(Duration length, SessionTime arrival) const {
  auto out = Duration::min();
  for (std::size_t i = 0; i < count_; ++i) {
    const auto& entry = window_[(next_ + most - 1 - i) % most];
    if (arrival - entry.at > length) break;
    out = std::max(out, entry.late);
  }
  return out;
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
    set_anew(late, arrival);
    out.time = SessionTime(device_time + *offset_);
    jumps_ += out.is_after_jump ? 1U : 0U;
    return out;
  }
  note(late, arrival);
  if (*offset_ - late <= too_early) in_place_ = arrival;
  if (late > *offset_ + usable_late) {
    offset_ = late;
    out.is_after_jump = true;
    ++jumps_;
  } else if (arrival - in_place_ > early_for) {
    set_anew(latest_of(after_the_burst, arrival), arrival);
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
