// The threads venc and aenc: from the program's queues through the encoders to the hub.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

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

using VideoOpener =
    std::function<Result<std::unique_ptr<VideoEncoder>>(const EncoderSettings& settings)>;

// One run of both encoders, from begin to end of a Session.
//
// A Frame or block an encoder refuses is lost and counted, and the next one is tried. A video
// encoder that refuses 10 in a row (a third of a second) is replaced by x264: the Packets after it
// carry other parameters and begin with a key frame. As long as nothing can be encoded, Health says
// so ("output.encoder").
//
// Thread: owner's. `sink` is called on venc and on aenc, and must take that. The queues must
// outlive this.
class EncoderThreads {
 public:
  // Opens both encoders on the calling thread (tens of ms), so that parameters are there before
  // anything runs. Errors: encoder_failed.
  static Result<std::unique_ptr<EncoderThreads>> open(EncoderSettings settings, FrameQueue& frames,
                                                      BlockQueue& blocks, PacketSink sink,
                                                      Clock& clock, Health& health,
                                                      VideoOpener opener = VideoEncoder::open);
  // As finish().
  ~EncoderThreads();
  // Starts the threads; once. What `sink` feeds must be in place.
  void run(RunStart begin);
  // Encodes what is queued, flushes, joins.
  void finish();
  // Thread: any.
  void force_key_frame() { wants_key_.store(true); }
  // As opened. Packets carry the parameters of an encoder that came later.
  const media::StreamParameters& video() const { return video_parameters_; }
  const media::StreamParameters& audio() const { return audio_->parameters(); }
  std::string encoder_name() const;  // thread: any
  std::uint64_t frames_encoded() const { return frames_encoded_.load(std::memory_order_relaxed); }
  // Frames and blocks the encoders refused.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  // Mean time to encode a Frame over the last second or so, microseconds; 0 before the first.
  std::int64_t encode_us() const { return encode_us_.load(std::memory_order_relaxed); }

 private:
  EncoderThreads(EncoderSettings settings, FrameQueue& frames, BlockQueue& blocks, PacketSink sink,
                 Clock& clock, Health& health, VideoOpener opener);
  void encode_video(const std::stop_token& stop);
  void encode_audio(const std::stop_token& stop);
  Status replace_video();

  EncoderSettings settings_;
  FrameQueue& frames_;
  BlockQueue& blocks_;
  const PacketSink sink_;
  Clock& clock_;
  Health& health_;
  const VideoOpener opener_;
  RunStart begin_;
  media::StreamParameters video_parameters_;
  std::unique_ptr<VideoEncoder> video_;  // once it runs, venc's own
  std::unique_ptr<AudioEncoder> audio_;
  std::atomic<bool> wants_key_{false};
  std::atomic<std::uint64_t> frames_encoded_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::int64_t> encode_us_{0};
  mutable std::mutex mutex_;  // guards name_
  std::string name_;
  Worker venc_;
  Worker aenc_;
};

}  // namespace xb::output
