// Down at once, up slowly. SPDX-License-Identifier: Apache-2.0
#include "output/adaptive_bitrate.h"

#include <algorithm>

namespace xb::output {
namespace {

constexpr std::int64_t least_kbps = 150;  // with less, pictures are not worth their bits
constexpr std::int64_t long_delay_ms = 500;
constexpr std::int64_t free_delay_ms = 200;
constexpr std::int64_t part_of_taken = 80;  // percent: what waits must leave, too
constexpr std::int64_t most_of_taken = 88;
constexpr std::int64_t stopped_kbps = 20;
constexpr Duration long_enough = from_ms(250);  // not the one large key frame of a connection
constexpr Duration lower_again = from_ms(500);
constexpr std::int64_t grown_ms = 150;  // frames come one by one: less is no growth
constexpr Duration window_length = from_ms(3000);
constexpr Duration alone_after = from_ms(5000);
constexpr Duration usual_climb_wait = from_ms(3000);
constexpr Duration longest_climb_wait = from_ms(12'000);
// A delay that comes so soon after a step up came from that.
constexpr Duration of_the_climb = from_ms(8000);
constexpr std::int64_t steps_up = 10;

}  // namespace

AdaptiveBitrate::AdaptiveBitrate(std::int64_t ceiling_kbps, std::int64_t sound_kbps)
    : ceiling_kbps_(ceiling_kbps),
      sound_kbps_(sound_kbps),
      now_kbps_(ceiling_kbps),
      climb_wait_(usual_climb_wait) {
}

std::int64_t AdaptiveBitrate::look(const std::optional<LinkLook>& worst, bool is_shared,
                                   MonoTime now) {
  if (!worst) {
    free_since_.reset();
    long_since_.reset();
    if (!alone_since_) alone_since_ = now;
    if (now - *alone_since_ >= alone_after) now_kbps_ = std::max(now_kbps_, ceiling_kbps_ / 2);
    return now_kbps_;
  }
  alone_since_.reset();
  if (worst->delay_ms > long_delay_ms) {
    free_since_.reset();
    if (!long_since_) long_since_ = now;
    const bool is_sure = now - *long_since_ >= long_enough && worst->taken_kbps >= stopped_kbps;
    if (is_sure && is_too_much(*worst, now)) lower(*worst, least_of(is_shared), now);
    return now_kbps_;
  }
  long_since_.reset();
  if (worst->delay_ms < free_delay_ms)
    lowered_.reset();  // that is over: the next delay is another one
  else if (is_still_full(*worst, now))
    lower(*worst, least_of(is_shared), now);
  if (climbed_ && now - *climbed_ >= of_the_climb) climb_wait_ = usual_climb_wait;
  if (worst->delay_ms < free_delay_ms) {
    if (!free_since_) free_since_ = now;
    if (now - *free_since_ >= climb_wait_) climb(now);
  } else {
    free_since_.reset();
  }
  return now_kbps_;
}

bool AdaptiveBitrate::is_too_much(const LinkLook& way, MonoTime now) {
  if (!lowered_) return true;
  if (now - lowered_->since < lower_again) return false;
  if (fills(way)) return true;
  const auto delay_ms = way.delay_ms;
  lowered_->least_ms = std::min(lowered_->least_ms, delay_ms);
  if (delay_ms > lowered_->least_ms + grown_ms) return true;
  if (now - lowered_->window < window_length) return false;
  if (delay_ms > lowered_->window_ms - grown_ms) return true;
  lowered_->window = now;
  lowered_->window_ms = delay_ms;
  return false;
}

// The way is full, so what it takes is all it takes: what was measured while it got slow was too much.
bool AdaptiveBitrate::fills(const LinkLook& way) const {
  return (now_kbps_ + sound_kbps_) * 100 > way.taken_kbps * most_of_taken;
}

// Less waits than would be too much, but it would not leave. Once only: where a long way looks like a
// full one, what is taken is what is made, however little that is.
bool AdaptiveBitrate::is_still_full(const LinkLook& way, MonoTime now) {
  if (!lowered_ || lowered_->is_last || now - lowered_->since < lower_again || !fills(way))
    return false;
  lowered_->is_last = true;
  return true;
}

std::int64_t AdaptiveBitrate::least_of(bool is_shared) const {
  return std::min(ceiling_kbps_, is_shared ? ceiling_kbps_ / 2 : least_kbps);
}

void AdaptiveBitrate::lower(const LinkLook& way, std::int64_t least, MonoTime now) {
  if (climbed_ && now - *climbed_ < of_the_climb) {
    climb_wait_ = std::min(climb_wait_ * 2, longest_climb_wait);
    climbed_.reset();
  }
  const auto fitting = way.taken_kbps * part_of_taken / 100 - sound_kbps_;
  const auto lower = fitting < now_kbps_ ? fitting : now_kbps_ * part_of_taken / 100;
  now_kbps_ = std::min(now_kbps_, std::max(least, lower));
  lowered_ = Waited{now, way.delay_ms, way.delay_ms, now, lowered_ && lowered_->is_last};
}

void AdaptiveBitrate::climb(MonoTime now) {
  if (now_kbps_ == ceiling_kbps_) {
    climb_wait_ = usual_climb_wait;
    return;
  }
  const auto step = std::max({std::int64_t{1}, ceiling_kbps_ / steps_up, now_kbps_ / 4});
  now_kbps_ = std::min(ceiling_kbps_, now_kbps_ + step);
  climbed_ = now;
  free_since_ = now;
}

}  // namespace xb::output
