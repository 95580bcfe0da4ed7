// The threads venc and aenc: from the program's queues through the encoders to the hub.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "output/encoder.h"

namespace xb::output {

using FrameQueue = Queue<media::Frame>;       // 6, refuse; the pusher counts "skipped"
using BlockQueue = Queue<media::AudioBlock>;  // 64, refuse
inline constexpr std::size_t frame_queue_size = 6;
inline constexpr std::size_t block_queue_size = 64;

// One run of both encoders, from begin to end of a Session.
//
// Thread: owner's. `sink` is called on venc and on aenc, and must take that. The queues must
// outlive this. An encoder that fails says so through Health ("output.encoder") and stops; the
// other goes on.
class EncoderThreads {
 public:
  // Opens both encoders on the calling thread (tens of ms), so that parameters() is there at once.
  static Result<std::unique_ptr<EncoderThreads>> start(const EncoderSettings& settings,
                                                       RunStart begin, FrameQueue& frames,
                                                       BlockQueue& blocks, PacketSink sink,
                                                       Clock& clock, Health& health);
  // As finish().
  ~EncoderThreads();
  // Encodes what is queued, flushes, joins.
  void finish();
  void force_key_frame() { video_->force_key_frame(); }
  const media::StreamParameters& video() const { return video_->parameters(); }
  const media::StreamParameters& audio() const { return audio_->parameters(); }
  const std::string& encoder_name() const { return video_->name(); }
  std::uint64_t frames_encoded() const { return frames_encoded_.load(std::memory_order_relaxed); }
  // Mean time to encode a Frame over the last second or so, microseconds; 0 before the first.
  std::int64_t encode_us() const { return encode_us_.load(std::memory_order_relaxed); }

 private:
  EncoderThreads(std::unique_ptr<VideoEncoder> video, std::unique_ptr<AudioEncoder> audio);
  std::unique_ptr<VideoEncoder> video_;
  std::unique_ptr<AudioEncoder> audio_;
  std::atomic<std::uint64_t> frames_encoded_{0};
  std::atomic<std::int64_t> encode_us_{0};
  Worker venc_;
  Worker aenc_;
};

}  // namespace xb::output
