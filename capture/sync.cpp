// Picking pictures by time, keeping a steady rhythm.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sync.h"

#include <algorithm>
#include <utility>

namespace xb::capture {
namespace {

constexpr Duration least_latency = std::chrono::milliseconds(100);
// A block, and room for late pieces: on top of a tick.
constexpr Duration beside_the_tick = std::chrono::milliseconds(67);
constexpr Duration frozen_after = std::chrono::milliseconds(250);
constexpr Duration lost_after = std::chrono::milliseconds(550);
constexpr Duration lost_at_last = std::chrono::seconds(3);  // however slow the source's rhythm is

}  // namespace

std::string_view name_of(Signal signal) {
  switch (signal) {
    case Signal::none: return "none";
    case Signal::fresh: return "fresh";
    case Signal::frozen: return "frozen";
    case Signal::lost: return "lost";
  }
  return "none";
}

Sync::Sync(Rate rate, PictureQueue* pictures, SoundQueue* sounds)
    : period_(time_of(FrameNumber{1}, rate).time_since_epoch()),
      latency_(std::max(least_latency, period_ + beside_the_tick)),
      pictures_(pictures),
      sound_(sounds),
      rhythm_(period_) {
}

void Sync::add(media::Frame frame) {
  const auto& newest = count_ > 0 ? waiting_[count_ - 1] : shown_;
  if (newest.picture == frame.picture) {
    alive_ = frame.time;
    return;
  }
  // A clock that went back: what was to come after is no longer true.
  while (count_ > 0 && waiting_[count_ - 1].time >= frame.time) {
    waiting_[--count_] = {};
    ++passed_over_;
  }
  alive_ = std::min(alive_, frame.time);
  if (has_shown_ && shown_.time >= frame.time) shown_.time = frame.time - Duration(1);
  const auto before = count_ > 0 ? std::optional(waiting_[count_ - 1].time)
                                 : (has_shown_ ? std::optional(shown_.time) : std::nullopt);
  if (before) {
    const auto distance = std::clamp<Duration>(frame.time - *before, std::chrono::milliseconds(5),
                                               std::chrono::seconds(1));
    rhythm_ += (distance - rhythm_) / 8;
  }
  if (count_ == most_waiting) {
    std::move(waiting_.begin() + 1, waiting_.end(), waiting_.begin());
    --count_;
    ++passed_over_;
  }
  waiting_[count_++] = std::move(frame);
}

void Sync::take_in() {
  if (pictures_ == nullptr) return;
  // at most a queue's worth a tick, however fast the source pours
  for (std::size_t most = picture_queue_size; most > 0; --most) {
    auto frame = pictures_->try_pop();
    if (!frame) return;
    add(std::move(*frame));
  }
}

// How many of waiting_ have become due; the last of them is to be shown. The next picture in line
// is taken when it is off by less than 3/4 of a tick either way: pictures that come as often as
// ticks, but half a tick apart from them, would else alternate between repeats and skips.
std::size_t Sync::choose(SessionTime wanted) const {
  if (count_ == 0) return 0;
  const auto off = waiting_[0].time - wanted;
  const auto near = period_ * 3 / 4;
  if (has_shown_ && off <= near && off >= -near) return 1;
  std::size_t due = 0;
  while (due < count_ && waiting_[due].time <= wanted + period_ / 2) ++due;
  return due;
}

PickedPicture Sync::pick(SessionTime tick) {
  take_in();
  const auto wanted = tick - latency_;
  PickedPicture out;
  if (const auto due = choose(wanted); due > 0) {
    shown_ = std::move(waiting_[due - 1]);
    std::move(waiting_.begin() + static_cast<std::ptrdiff_t>(due),
              waiting_.begin() + static_cast<std::ptrdiff_t>(count_), waiting_.begin());
    count_ -= due;
    for (std::size_t i = count_; i < count_ + due; ++i) waiting_[i] = {};
    passed_over_ += due - 1;
    out.is_new = has_shown_ = true;
    const double late = in_ms(wanted - shown_.time);
    picture_late_ms_ =
        picture_late_ms_ ? *picture_late_ms_ + (late - *picture_late_ms_) / 16 : late;
  }
  if (!has_shown_) return out;
  if (!out.is_new) ++repeated_;
  out.picture = shown_.picture;
  out.further = shown_.further;
  if (choose(wanted + period_) > 0) {  // the next tick shows another
    shown_.picture = {};
    shown_.further = {};
  }
  out.coded = shown_.coded;
  out.time = shown_.time;
  out.age = std::max(Duration::zero(), wanted - std::max(shown_.time, alive_));
  out.signal = Signal::fresh;
  if (out.age > std::max(frozen_after, rhythm_ * 2)) out.signal = Signal::frozen;
  if (out.age > std::clamp(rhythm_ * 3, lost_after, lost_at_last)) {
    out.signal = Signal::lost;
    picture_late_ms_.reset();
  }
  return out;
}

void Sync::pick_audio(SampleCount first, media::Samples& out) {
  sound_.pick(time_of(first) - latency_, out);
}

SyncStats Sync::stats() const {
  SyncStats out;
  out.repeated = repeated_;
  out.passed_over = passed_over_;
  out.sound = sound_.stats();
  if (picture_late_ms_ && out.sound.late_ms)
    out.av_offset_ms = *out.sound.late_ms - *picture_late_ms_;
  return out;
}

}  // namespace xb::capture
