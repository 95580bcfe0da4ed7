// Room, and the lack of it. SPDX-License-Identifier: Apache-2.0
#include "studio/own_quality.h"

#include <algorithm>

namespace xb::studio {
namespace {

// With as much again the encoders are still far from a frame's time.
constexpr double room_for_two = 0.4;
constexpr Duration whole_for = from_ms(5000);
constexpr Duration loss_window = from_ms(2000);
constexpr std::uint64_t too_many_lost = 3;
constexpr Duration try_again = from_ms(10'000);
constexpr Duration longest_pause = from_ms(16 * 60'000);

}  // namespace

bool OwnQuality::look(const OwnLook& seen, MonoTime now) {
  if (seen.is_lowered)
    whole_since_.reset();
  else if (!whole_since_)
    whole_since_ = now;
  if (cannot_before_ && now < *cannot_before_) return false;
  if (seen.is_thinned) {
    is_own_ = true;
    thinned_at_ = window_ = now;
    lost_ = seen.lost;
    return true;
  }
  if (!is_own_) {
    const bool has_room = wish_ == OwnWish::always ||
                          (seen.effort == output::Effort::usual && seen.share < room_for_two);
    const bool may_be = wish_ != OwnWish::never && (!not_before_ || now >= *not_before_);
    is_own_ = may_be && seen.is_lowered && has_room;
    window_ = now;
    lost_ = seen.lost;
    return is_own_;
  }
  const bool is_over = whole_since_ && now - *whole_since_ >= whole_for;
  if (is_over || (wish_ == OwnWish::never && now - thinned_at_ >= whole_for)) {
    is_own_ = false;
  } else if (wish_ == OwnWish::if_affordable && is_too_much(seen, now)) {
    give_up(now);
  }
  return is_own_;
}

void OwnQuality::cannot(MonoTime now) {
  is_own_ = false;
  cannot_before_ = now + try_again;
}

void OwnQuality::give_up(MonoTime now) {
  is_own_ = false;
  not_before_ = now + pause_;
  pause_ = std::min(2 * pause_, longest_pause);
}

bool OwnQuality::is_too_much(const OwnLook& seen, MonoTime now) {
  if (seen.effort != output::Effort::usual || seen.lost >= lost_ + too_many_lost) return true;
  if (now - window_ < loss_window) return false;
  window_ = now;
  lost_ = seen.lost;
  return false;
}

}  // namespace xb::studio
