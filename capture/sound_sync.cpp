// Seeking, reading across blocks, ramps and the steering of drift.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sound_sync.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace xb::capture {
namespace {

constexpr Duration jump_above = std::chrono::milliseconds(60);
// Blocks further apart than this are not one sound; nearer is the jitter of a device's clock.
constexpr Duration sound_gap_above = std::chrono::milliseconds(15);
constexpr double steer_above_ms = 1.5;
constexpr double steer_until_ms = 0.3;

Duration length_of(int samples) {
  return Duration(static_cast<std::int64_t>(samples) * ns_per_second / sample_rate);
}
int samples_in(Duration d) {
  return static_cast<int>((d.count() * sample_rate + ns_per_second / 2) / ns_per_second);
}

float cubic(float a, float b, float c, float d, float at) {
  const float slope_b = (c - a) / 2;
  const float slope_c = (d - b) / 2;
  const float t2 = at * at;
  const float t3 = t2 * at;
  return (2 * t3 - 3 * t2 + 1) * b + (t3 - 2 * t2 + at) * slope_b + (3 * t2 - 2 * t3) * c +
         (t3 - t2) * slope_c;
}

}  // namespace

const media::AudioBlock& SoundSync::block(std::size_t index) const {
  return blocks_[(head_ + index) % most_blocks];
}

void SoundSync::drop_front() {
  blocks_[head_] = {};
  head_ = (head_ + 1) % most_blocks;
  --count_;
  position_ = 0;
}

void SoundSync::take_in() {
  if (sounds_ == nullptr) return;
  // at most a queue's worth: a source that pours faster than it is drunk must not hold the tick
  for (std::size_t most = most_blocks; most > 0; --most) {
    auto taken = sounds_->try_pop();
    if (!taken) return;
    if (!taken->samples) continue;
    drop_from(taken->time);
    if (count_ == most_blocks) {
      drop_front();
      ++stats_.blocks_passed_over;
    }
    blocks_[(head_ + count_) % most_blocks] = std::move(*taken);
    ++count_;
  }
}

void SoundSync::drop_from(SessionTime time) {
  while (count_ > 0 && block(count_ - 1).time >= time) {
    blocks_[(head_ + count_ - 1) % most_blocks] = {};
    ++stats_.blocks_passed_over;
    if (--count_ > 0) continue;
    position_ = 0;
    is_cut_ = is_playing_;
  }
}

SessionTime SoundSync::cursor_time() const {
  return block(0).time + length_of(position_);
}

// Puts the cursor on the first sample at or after `wanted`.
void SoundSync::seek(SessionTime wanted) {
  while (count_ > 0) {
    const int skip = samples_in(
        std::clamp<Duration>(wanted - block(0).time, Duration::zero(), std::chrono::seconds(1)));
    if (skip < block_length) {
      position_ = skip;
      return;
    }
    drop_front();
    ++stats_.blocks_passed_over;
  }
}

// Breaks off: what sounded last dies away over 5 ms from `at` on.
void SoundSync::stop(float* out, int at) {
  for (int i = 0; i < ramp && at + i < block_length; ++i) {
    const float share = 1 - static_cast<float>(i + 1) / ramp;
    out[(at + i) * 2] += last_[0] * share;
    out[(at + i) * 2 + 1] += last_[1] * share;
  }
  last_ = {};
  is_playing_ = is_cut_ = false;
  ++stats_.gaps;
}

// How many samples follow the cursor without a break, as far as `most`.
int SoundSync::contiguous(int most) const {
  int found = 0;
  for (std::size_t i = 0; i < count_ && found < most; ++i) {
    if (i > 0) {
      const auto apart = block(i).time - (block(i - 1).time + length_of(block_length));
      if (apart > sound_gap_above || apart < -sound_gap_above) break;
    }
    found += block_length - (i == 0 ? position_ : 0);
  }
  return std::min(found, most);
}

// The sample `ahead` of the cursor, which must be contiguous.
const float* SoundSync::sample(int ahead) const {
  const int at = position_ + ahead;
  const auto& from = block(static_cast<std::size_t>(at / block_length));
  return &from.samples->values[static_cast<std::size_t>(at % block_length) * 2];
}

int SoundSync::read(float* into, int most) {
  const int count = contiguous(most);
  for (int i = 0; i < count;) {
    const int run = std::min(count - i, block_length - position_);
    std::copy_n(sample(0), run * 2, into + static_cast<std::ptrdiff_t>(i) * 2);
    i += run;
    position_ += run;
    if (position_ == block_length) drop_front();
  }
  for (int i = 0; i < count && fade_in_left_ > 0; ++i, --fade_in_left_) {
    const float share = 1 - static_cast<float>(fade_in_left_) / ramp;
    into[i * 2] *= share;
    into[i * 2 + 1] *= share;
  }
  if (count > 0) last_ = {into[count * 2 - 2], into[count * 2 - 1]};
  return count;
}

// How many samples more (+1) or less (-1) than a block to use up, so that the error shrinks.
int SoundSync::steer(Duration error) {
  error_ms_ += (in_ms(error) - error_ms_) / 16;
  stats_.late_ms = -error_ms_;
  if (std::abs(error_ms_) > steer_above_ms) is_steering_ = true;
  if (std::abs(error_ms_) < steer_until_ms) is_steering_ = false;
  if (!is_steering_) return 0;
  return error_ms_ > 0 ? -1 : 1;
}

void SoundSync::read_stretched(float* into, int from_count) {
  // one sample before, from_count, two after
  scratch_[0] = last_[0];
  scratch_[1] = last_[1];
  for (int i = 0; i < from_count + 2; ++i) {
    const float* from = sample(i);
    scratch_[static_cast<std::size_t>(i + 1) * 2] = from[0];
    scratch_[static_cast<std::size_t>(i + 1) * 2 + 1] = from[1];
  }
  for (int i = 0; i < block_length; ++i) {
    const int scaled = i * from_count;
    const auto whole = static_cast<std::size_t>(scaled / block_length);
    const float part = static_cast<float>(scaled % block_length) / block_length;
    for (std::size_t side = 0; side < 2; ++side) {
      const float* s = &scratch_[whole * 2 + side];
      into[static_cast<std::size_t>(i) * 2 + side] = cubic(s[0], s[2], s[4], s[6], part);
    }
  }
  last_ = {scratch_[static_cast<std::size_t>(from_count) * 2],
           scratch_[static_cast<std::size_t>(from_count) * 2 + 1]};
  position_ += from_count;
  while (position_ >= block_length) {
    const int left = position_ - block_length;
    drop_front();
    position_ = left;
  }
  ++stats_.stretched;
}

void SoundSync::pick(SessionTime wanted, media::Samples& out) {
  take_in();
  out.values.fill(0);
  float* to = out.values.data();
  if (is_playing_ && count_ > 0) {
    const auto error = cursor_time() - wanted;
    if (is_cut_ || error > jump_above || error < -jump_above) {
      stop(to, 0);
    } else if (const int more = steer(error); more != 0 && fade_in_left_ == 0) {
      const int from_count = block_length + more;
      if (contiguous(from_count + 2) == from_count + 2) {
        read_stretched(to, from_count);
        return;
      }
    }
  }
  bool is_silent = true;
  for (int at = 0; at < block_length;) {
    if (!is_playing_) {
      const auto here = wanted + length_of(at);
      seek(here);
      if (count_ == 0) break;
      const auto until = cursor_time() - here;
      if (until >= length_of(block_length - at)) break;
      at += std::max(0, samples_in(until));
      if (at >= block_length) break;
      is_playing_ = true;
      is_steering_ = false;
      error_ms_ = 0;
      stats_.late_ms = 0.0;
      fade_in_left_ = ramp;
    }
    // what dies away at this place is kept under what begins
    const int got = read(fresh_.data(), block_length - at);
    for (int i = 0; i < got * 2; ++i) to[at * 2 + i] += fresh_[static_cast<std::size_t>(i)];
    is_silent = is_silent && got == 0;
    at += got;
    if (at < block_length) stop(to, at);
  }
  if (is_silent) {
    ++stats_.blocks_silent;
    stats_.late_ms.reset();
  }
}

}  // namespace xb::capture
