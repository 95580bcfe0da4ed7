// BlockCutter: sound of any length into blocks of 1024 samples from a pool.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "capture/runner.h"
#include "media/frame.h"

namespace xb::capture {

// Thread: the Runner's. No heap.
class BlockCutter {
 public:
  BlockCutter(media::SamplesPool& pool, SoundQueue& out) : pool_(pool), out_(out) {}
  // `time` of the first sample. What does not follow on what came before (30 ms) begins a block of
  // its own; the one begun is filled up with silence.
  void add(std::span<const float> stereo, SessionTime time);
  std::uint64_t lost() const { return lost_; }

 private:
  void begin(SessionTime time);
  void send();

  media::SamplesPool& pool_;
  SoundQueue& out_;
  media::Ref<media::Samples> open_;
  std::size_t filled_ = 0;  // values, not samples
  bool is_begun_ = false;   // also when the pool had none: then the block is lost
  bool has_gap_ = true;
  SessionTime begins_{};
  SessionTime expected_{};
  std::uint64_t lost_ = 0;
};

}  // namespace xb::capture
