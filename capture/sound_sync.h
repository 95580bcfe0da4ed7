// SoundSync: from timed blocks to the samples of a stretch of program time, without clicks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "capture/runner.h"
#include "media/frame.h"

namespace xb::capture {

struct SoundSyncStats {
  std::uint64_t blocks_silent = 0;  // picks with nothing at all to play
  std::uint64_t gaps = 0;           // times the sound broke off or had to jump
  std::uint64_t stretched = 0;      // blocks drawn from one sample more or less, against drift
  std::uint64_t blocks_passed_over = 0;
  std::optional<double> late_ms;  // how late what is played is; nothing while silent
};

// Thread: program. Never waits, never touches the heap.
//
// Drift is steered by one sample a block at most (977 parts in a million; sound cards differ by
// 100): such a block is drawn from 1023 or 1025 samples by cubic interpolation, begins and ends on
// a whole sample, and all other blocks are the source's samples bit by bit. An error above 60 ms is
// no drift: the sound jumps there, with 5 ms ramps. A block that begins before those that wait
// takes their place: its source has put its clock back.
class SoundSync {
 public:
  explicit SoundSync(SoundQueue* sounds) : sounds_(sounds) {}
  // Fills `out` with what belongs at `wanted` (source time, latency already taken off).
  void pick(SessionTime wanted, media::Samples& out);
  const SoundSyncStats& stats() const { return stats_; }

 private:
  static constexpr int block_length = media::Samples::count;
  static constexpr int ramp = 240;  // samples: 5 ms
  static constexpr std::size_t most_blocks = 64;

  void take_in();
  const media::AudioBlock& block(std::size_t index) const;
  void drop_front();
  void drop_from(SessionTime time);
  SessionTime cursor_time() const;
  void seek(SessionTime wanted);
  void stop(float* out, int at);
  int contiguous(int most) const;
  const float* sample(int ahead) const;
  int read(float* into, int most);
  int steer(Duration error);
  void read_stretched(float* into, int from_count);

  SoundQueue* const sounds_;
  std::array<media::AudioBlock, most_blocks> blocks_;  // a ring
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  int position_ = 0;  // in the front block
  bool is_playing_ = false;
  bool is_cut_ = false;  // what was playing has been dropped
  bool is_steering_ = false;
  int fade_in_left_ = 0;
  double error_ms_ = 0;          // smoothed: above 0 is sound early
  std::array<float, 2> last_{};  // what was played last
  std::array<float, static_cast<std::size_t>(block_length + 4) * 2> scratch_{};
  std::array<float, static_cast<std::size_t>(block_length) * 2> fresh_{};
  SoundSyncStats stats_;
};

}  // namespace xb::capture
