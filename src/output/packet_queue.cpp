// What is kept and what is dropped.
// SPDX-License-Identifier: Apache-2.0
#include "output/packet_queue.h"

#include <algorithm>
#include <utility>

namespace xb::output {

using media::Kind;

std::int64_t time_us(const media::Packet& packet) {
  const std::int64_t base = packet.kind == Kind::video ? media::video_time_base : sample_rate;
  // down, before 0 as well: a copied stream begins a moment before its first frame
  auto seconds = packet.dts / base;
  if (packet.dts % base < 0) --seconds;
  return seconds * 1'000'000 + (packet.dts - seconds * base) * 1'000'000 / base;
}

void PacketQueue::push(media::PacketRef packet) {
  {
    std::lock_guard lock(mutex_);
    if (is_ended_) return;
    const bool is_video = packet->kind == Kind::video;
    if (!is_open_ || has_overflowed_ || (awaits_start_ && !(is_video && packet->is_key))) {
      if (has_begun_) ++(is_video ? dropped_video_ : dropped_audio_);
      return;
    }
    if (awaits_start_) start_us_ = time_us(*packet);
    awaits_start_ = false;
    has_begun_ = true;
    if (time_us(*packet) < start_us_) {  // sound whose encoder was behind
      ++dropped_audio_;
      return;
    }
    if (awaits_key_ && is_video) {
      if (!packet->is_key) {
        ++dropped_video_;
        return;
      }
      awaits_key_ = false;
    }
    newest_us_ = std::max(newest_us_, time_us(*packet));
    bytes_ += packet->bytes;
    if (is_video) ++queued_video_;
    packets_.push_back(std::move(packet));
    if (limits_.when_full == WhenFull::stop_taking) {
      if (bytes_ > limits_.bytes) has_overflowed_ = true;
    } else {
      const auto most = to_ms(limits_.span);
      if (queue_ms() * 10 > most * 9) drop_video_to_key_frame();
      while (has_too_much_sound()) drop_oldest();
    }
  }
  ready_.notify_one();
}

// The larger of the time the queued pictures span and the time all bytes take at the nominal rate;
// bytes in the kernel have no times any more and count at the nominal rate alone.
std::int64_t PacketQueue::queue_ms() const {
  const auto at_nominal = [&](std::size_t bytes) {
    return static_cast<std::int64_t>(bytes) * 8000 / limits_.bits_per_second;
  };
  std::int64_t span = 0;
  if (queued_video_ > 0) {
    const auto first = std::find_if(packets_.begin(), packets_.end(),
                                    [](const auto& p) { return p->kind == Kind::video; });
    span = (newest_us_ - time_us(**first)) / 1000;
  }
  return std::max(span, at_nominal(bytes_)) + at_nominal(kernel_bytes_);
}

bool PacketQueue::has_too_much_sound() const {
  return !packets_.empty() &&
         (newest_us_ - time_us(*packets_.front())) / 1000 > to_ms(limits_.sound_span);
}

void PacketQueue::forget(const media::Packet& packet) {
  bytes_ -= packet.bytes;
  if (packet.kind == Kind::video) --queued_video_;
  ++(packet.kind == Kind::video ? dropped_video_ : dropped_audio_);
}

void PacketQueue::drop_video_to_key_frame() {
  const auto is_video = [](const auto& p) { return p->kind == Kind::video; };
  const auto first = std::find_if(packets_.begin(), packets_.end(), is_video);
  if (first == packets_.end()) return;
  auto next_key = std::find_if(std::next(first), packets_.end(),
                               [&](const auto& p) { return is_video(p) && p->is_key; });
  awaits_key_ = next_key == packets_.end();
  auto keep = packets_.begin();
  for (auto it = packets_.begin(); it != packets_.end(); ++it) {
    if (it < next_key && is_video(*it)) {
      forget(**it);
    } else {
      if (keep != it) *keep = std::move(*it);
      ++keep;
    }
  }
  packets_.erase(keep, packets_.end());
}

// Sound: pictures so old went before.
void PacketQueue::drop_oldest() {
  if (packets_.front()->kind == Kind::video) awaits_key_ = true;
  forget(*packets_.front());
  packets_.pop_front();
}

std::optional<media::PacketRef> PacketQueue::pop_for(Duration timeout, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  ready_.wait_for(lock, stop, timeout, [&] { return !packets_.empty() || is_ended_; });
  if (packets_.empty()) return std::nullopt;
  auto out = std::move(packets_.front());
  packets_.pop_front();
  bytes_ -= out->bytes;
  if (out->kind == Kind::video) --queued_video_;
  return out;
}

void PacketQueue::restart() {
  std::deque<media::PacketRef> gone;  // destroyed after the lock is released
  std::lock_guard lock(mutex_);
  for (const auto& packet : packets_) forget(*packet);
  gone.swap(packets_);
  kernel_bytes_ = 0;
  awaits_start_ = true;
  awaits_key_ = false;
  has_overflowed_ = false;
}

void PacketQueue::end() {
  {
    std::lock_guard lock(mutex_);
    is_ended_ = true;
  }
  ready_.notify_all();
}

void PacketQueue::set_kernel_bytes(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  kernel_bytes_ = bytes;
}

void PacketQueue::set_open(bool is_open) {
  std::lock_guard lock(mutex_);
  is_open_ = is_open;
}

PacketQueue::Counters PacketQueue::counters() const {
  std::lock_guard lock(mutex_);
  return {dropped_video_,
          dropped_audio_,
          packets_.size(),
          bytes_,
          queue_ms(),
          has_overflowed_,
          is_ended_ && packets_.empty()};
}

}  // namespace xb::output
