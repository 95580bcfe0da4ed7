// Down at once, up slowly. SPDX-License-Identifier: Apache-2.0
#include "output/adaptive_bitrate.h"

#include <algorithm>

namespace xb::output {
namespace {

// With less than this a picture is not worth its bits at that pace.
constexpr std::int64_t least_at_full = 150;
constexpr std::int64_t least_at_half = 80;
constexpr std::int64_t least_at_quarter = 40;
constexpr std::int64_t least_of_all = 20;
constexpr std::int64_t low_sound_kbps = 64;  // speech is still clear
constexpr std::int64_t long_delay_ms = 500;
constexpr std::int64_t part_of_taken = 80;  // percent: what waits must leave, too
constexpr std::int64_t most_of_taken = 88;
constexpr std::int64_t stopped_kbps = 20;
constexpr Duration long_enough = from_ms(250);  // not the one large key frame of a connection
constexpr Duration lower_again = from_ms(500);
constexpr Duration surely_since = from_ms(700);
constexpr std::int64_t grown_ms = 150;  // frames come one by one: less is no growth
constexpr Duration window_length = from_ms(3000);
constexpr Duration alone_after = from_ms(5000);
// A way that was so narrow is tried with little first.
constexpr Duration alone_for_long = from_ms(30'000);
// One large picture passes by.
constexpr Duration passing = from_ms(150);
constexpr Duration usual_climb_wait = from_ms(3000);
// Where a step was too much before.
constexpr Duration first_retry_wait = from_ms(3000);
constexpr Duration longest_retry_wait = from_ms(12'000);
// After a step that held.
constexpr Duration next_climb_wait = from_ms(2000);
// A delay that comes so soon after a step up came from that.
constexpr Duration of_the_climb = from_ms(8000);

}  // namespace

AdaptiveBitrate::AdaptiveBitrate(std::int64_t ceiling_kbps, std::int64_t sound_kbps)
    : ceiling_kbps_(ceiling_kbps),
      sound_kbps_(sound_kbps),
      share_{ceiling_kbps, Pace::full},
      retry_wait_(first_retry_wait) {
}

std::int64_t AdaptiveBitrate::look(std::span<const OutputLook> all, MonoTime now) {
  look_at_doubt(all, now);
  std::optional<LinkLook> worst;
  int free = 0;  // those that are not live get nothing, and need no consideration
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [is_live, way] = all[i];
    if (is_live && (!way || way->is_free())) ++free;
    if (!way || (worst && way->delay_ms <= worst->delay_ms)) continue;
    worst = way;
    worst_ = i;
  }
  if (worst)
    look_at_worst(*worst, free > (worst->is_free() ? 1 : 0), now);
  else
    stand_alone(now);
  return share_.kbps;
}

// After that long all that was taken was taken since.
void AdaptiveBitrate::look_at_doubt(std::span<const OutputLook> all, MonoTime now) {
  if (!doubt_) return;
  // one that is not there any more is not live either
  const auto way = doubt_->about < all.size() ? all[doubt_->about].way : std::nullopt;
  if (way) {
    if (now - doubt_->since >= surely_since && way->taken_kbps >= stopped_kbps) doubt_.reset();
    return;
  }
  const bool is_any_live =
      std::any_of(all.begin(), all.end(), [](const auto& one) { return one.is_live; });
  if (is_any_live) {
    share_.kbps = std::max(share_.kbps, doubt_->before_kbps);
    share_.pace = Pace::full;
  }
  doubt_.reset();
}

void AdaptiveBitrate::look_at_worst(const LinkLook& way, bool is_shared, MonoTime now) {
  alone_since_.reset();
  const bool is_free = way.is_free();
  if (is_free)
    busy_since_.reset();
  else if (!busy_since_)
    busy_since_ = now;
  if (busy_since_ && now - *busy_since_ >= passing) free_since_.reset();
  look_at_others(is_shared && !is_free, now);
  if (way.delay_ms > long_delay_ms) {
    if (!long_since_) long_since_ = now;
    const bool is_sure = now - *long_since_ >= long_enough && way.taken_kbps >= stopped_kbps;
    if (is_sure && is_too_much(way, now)) lower(way, is_shared, now);
    return;
  }
  long_since_.reset();
  if (is_free)
    lowered_.reset();  // that is over: the next delay is another one
  else if (is_still_full(way, now))
    lower(way, is_shared, now);
  if (is_free) {
    if (!free_since_) free_since_ = now;
    if (now - *free_since_ >= climb_wait()) climb(now);
  }
}

// Whatever was before they came: they get the half that is theirs.
void AdaptiveBitrate::look_at_others(bool is_held_up, MonoTime now) {
  if (!is_held_up) return shared_since_.reset();
  if (!shared_since_) shared_since_ = now;
  if (now - *shared_since_ < alone_after) return;
  share_.pace = Pace::full;
  share_.kbps = std::max(share_.kbps, ceiling_kbps_ / 2);
}

void AdaptiveBitrate::stand_alone(MonoTime now) {
  free_since_.reset();
  busy_since_.reset();
  long_since_.reset();
  shared_since_.reset();
  if (!alone_since_) alone_since_ = now;
  const auto alone = now - *alone_since_;
  if (alone < alone_after) return;
  const bool was_narrow = share_.pace >= Pace::quarter;
  if (was_narrow) share_ = fitting(least_at(Pace::full) + sound_at(Pace::full));
  const bool is_narrow = share_.kbps <= least_at(Pace::full);
  if (is_narrow && alone < alone_for_long) return;
  share_.pace = Pace::full;
  share_.kbps = std::max(share_.kbps, ceiling_kbps_ / 2);
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

// The way is full, so what it takes is all it takes: what was measured while it got slow was too
// much.
bool AdaptiveBitrate::fills(const LinkLook& way) const {
  return total_kbps() * 100 > way.taken_kbps * most_of_taken;
}

// Less waits than would be too much, but it would not leave. Once only: where a long way looks like
// a full one, what is taken is what is made, however little that is.
bool AdaptiveBitrate::is_still_full(const LinkLook& way, MonoTime now) {
  if (!lowered_ || lowered_->is_last || now - lowered_->since < lower_again || !fills(way))
    return false;
  lowered_->is_last = true;
  return true;
}

std::int64_t AdaptiveBitrate::sound_at(Pace pace) const {
  return pace < Pace::quarter ? sound_kbps_ : std::min(sound_kbps_, low_sound_kbps);
}

std::int64_t AdaptiveBitrate::least_at(Pace pace) const {
  switch (pace) {
    case Pace::full: return std::min(ceiling_kbps_, least_at_full);
    case Pace::half: return std::min(ceiling_kbps_, least_at_half);
    case Pace::quarter: return std::min(ceiling_kbps_, least_at_quarter);
    case Pace::still: return std::min(ceiling_kbps_, least_of_all);
  }
  return least_of_all;
}

AdaptiveBitrate::Share AdaptiveBitrate::fitting(std::int64_t total_kbps) const {
  for (const auto pace : {Pace::full, Pace::half, Pace::quarter, Pace::still}) {
    const auto kbps = std::min(ceiling_kbps_, total_kbps - sound_at(pace));
    if (kbps >= least_at(pace)) return {kbps, pace};
  }
  return {least_at(Pace::still), Pace::still};
}

void AdaptiveBitrate::lower(const LinkLook& way, bool is_shared, MonoTime now) {
  if (climbed_ && now - *climbed_ < of_the_climb) {
    retry_wait_ = std::min(retry_wait_ * 2, longest_retry_wait);
    too_much_kbps_ = total_kbps();
  }
  climbed_.reset();
  if (!is_lowered() && share_.pace == Pace::full && !doubt_)
    doubt_ = Doubt{now, worst_, share_.kbps};
  const auto before = total_kbps();
  const auto part = way.taken_kbps * part_of_taken / 100;
  const auto lower = part < before ? part : before * part_of_taken / 100;
  // One that stops altogether is broken and not slow: no picture is left out for that.
  const auto whole = least_at(Pace::full) + sound_at(Pace::full);
  if (!is_shared)
    share_ = fitting(
        lowered_ || share_.pace != Pace::full ? lower : std::max(lower, std::min(before, whole)));
  else if (share_.pace == Pace::full)
    share_.kbps = std::min(share_.kbps, std::max(ceiling_kbps_ / 2, lower - sound_kbps_));
  lowered_ = Waited{now, way.delay_ms, way.delay_ms, now, lowered_ && lowered_->is_last};
}

AdaptiveBitrate::Share AdaptiveBitrate::step_up() const {
  const auto quarter = std::max<std::int64_t>(1, total_kbps() / 4);
  if (share_.pace != Pace::full) return fitting(total_kbps() + quarter);
  return {std::min(ceiling_kbps_, share_.kbps + quarter), Pace::full};
}

Duration AdaptiveBitrate::climb_wait() const {
  const bool may_be_too_much =
      too_much_kbps_ && total_kbps() < *too_much_kbps_ && total_of(step_up()) >= *too_much_kbps_;
  if (may_be_too_much) return retry_wait_;
  return climbed_ ? next_climb_wait : usual_climb_wait;
}

void AdaptiveBitrate::climb(MonoTime now) {
  if (too_much_kbps_ && total_kbps() >= *too_much_kbps_) {  // it has been free since: it is wider
    too_much_kbps_.reset();
    retry_wait_ = first_retry_wait;
  }
  const auto step = step_up();
  if (step == share_) return;  // the ceiling
  share_ = step;
  climbed_ = now;
  free_since_ = now;
}

}  // namespace xb::output
