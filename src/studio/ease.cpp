// Down by losses, up by room. SPDX-License-Identifier: Apache-2.0
#include "studio/ease.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace xb::studio {
namespace {

using output::Effort;

constexpr Duration slot = std::chrono::milliseconds(500);
constexpr std::uint64_t too_many = 5;  // of some 60 frames
constexpr std::size_t too_often = 3;   // half seconds of the last four
// What was queued before a step is lost after it.
constexpr Duration settling = std::chrono::seconds(1);
constexpr Duration usual_calm = std::chrono::seconds(4);
constexpr Duration most_calm = std::chrono::seconds(10);
// A step up has held that lasted so long.
constexpr Duration proof = std::chrono::seconds(6);
// Of a frame's time, for an encoder that has just been made to do more.
constexpr double room = 0.7;

Effort lower(Effort effort) {
  return static_cast<Effort>(static_cast<int>(effort) + 1);
}
Effort higher(Effort effort) {
  return static_cast<Effort>(static_cast<int>(effort) - 1);
}

// How much longer a Frame takes one step up, measured at 720p.
double price_of_climbing(Effort from) {
  switch (from) {
    case Effort::less: return 1.4;
    case Effort::least: return 1.6;
    default: return 1;
  }
}

}  // namespace

void Ease::turn_slot(MonoTime now) {
  if (now - slot_ < slot) return;
  std::move_backward(lost_in_.begin(), lost_in_.end() - 1, lost_in_.end());
  lost_in_[0] = 0;
  slot_ = now;
}

bool Ease::is_too_much() const {
  const auto often = std::count_if(lost_in_.begin(), lost_in_.end(), [](auto n) { return n > 0; });
  const auto many = std::accumulate(lost_in_.begin(), lost_in_.end(), std::uint64_t{0});
  return static_cast<std::size_t>(often) >= too_often && many >= too_many;
}

void Ease::step(Effort to, MonoTime now) {
  effort_ = to;
  stepped_ = now;
  lost_in_ = {};
}

Effort Ease::look(const EaseLook& seen, MonoTime now) {
  if (!lost_) {
    slot_ = stepped_ = last_loss_ = now;
    calm_ = usual_calm;
  }
  const auto before = std::exchange(lost_, seen.lost).value_or(seen.lost);
  turn_slot(now);
  if (now - stepped_ < settling) return effort_;
  if (seen.lost > before) {
    lost_in_[0] += seen.lost - before;
    last_loss_ = now;
  }
  if (is_too_much() && effort_ != Effort::every_other) {
    if (has_climbed_ && now - stepped_ < proof) calm_ = std::min(2 * calm_, most_calm);
    has_climbed_ = false;
    step(lower(effort_), now);
    return effort_;
  }
  if (has_climbed_ && now - stepped_ >= proof) calm_ = usual_calm;
  const bool has_room = seen.share * price_of_climbing(effort_) < room;
  const auto since = std::max(stepped_, last_loss_);
  // after a step up that is holding, the next one comes soon
  const auto wait = has_climbed_ ? usual_calm : calm_;
  if (effort_ != Effort::usual && has_room && now - since >= wait) {
    has_climbed_ = true;
    step(higher(effort_), now);
  }
  return effort_;
}

}  // namespace xb::studio
