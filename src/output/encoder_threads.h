// The threads venc and aenc: from the program's queues through the encoders to the hubs.
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
#include "media/sound_desk.h"
#include "output/effort.h"
#include "output/encoder.h"
#include "output/own_sound.h"
#include "output/pace.h"

namespace xb::output {

using FrameQueue = Queue<media::Frame>;       // 6, refuse; the pusher counts "skipped"
using BlockQueue = Queue<media::AudioBlock>;  // 64, refuse
inline constexpr std::size_t frame_queue_size = 6;
inline constexpr std::size_t block_queue_size = 64;

using VideoOpener =
    std::function<Result<std::unique_ptr<VideoEncoder>>(const EncoderSettings& settings)>;

// `background` leaves the processor to what is on air whenever both want it.
enum class Urgency : std::uint8_t { on_air = 1, background };

// Which pictures, where from and where to. The queue outlives the VideoThread.
struct VideoThreadSetup {
  EncoderSettings settings;
  FrameQueue& frames;
  PacketSink sink;                           // called on the thread, and must take that
  std::string thread = "venc";               // Linux shows 15 characters
  std::string component = "output.encoder";  // its name in Health
  Urgency urgency = Urgency::on_air;
  VideoOpener opener = VideoEncoder::open;
  // Shown each Frame before it is encoded or left out, on the thread; must not block.
  std::function<void(const media::Frame&)> each = {};
};

// One run of one video encoder, from begin to end of a Session.
//
// A Frame an encoder refuses is lost and counted, and the next one is tried. An encoder that
// refuses 10 in a row (a third of a second) is replaced by x264: the Packets after it carry other
// parameters and begin with a key frame. As long as nothing can be encoded, Health says so.
//
// Thread: owner's; `venc` runs inside.
class VideoThread {
 public:
  // Opens the encoder on the calling thread (tens of ms), so that parameters are there before
  // anything runs. Errors: encoder_failed.
  static Result<std::unique_ptr<VideoThread>> open(VideoThreadSetup setup, Clock& clock,
                                                   Health& health);
  // As finish().
  ~VideoThread();
  // Starts the thread; once. What `sink` feeds must be in place. `first` becomes timestamp 0.
  void run(FrameNumber first);
  // Returns at once, so that several can end at the same time.
  void request_stop() { worker_.request_stop(); }
  // Encodes what is queued, flushes, joins.
  void finish();
  // Thread: any.
  void force_key_frame() { wants_key_.store(true); }
  // What may be spent from the next Frame on, and what is spent now; bits a second. Thread: any.
  void set_bitrate(std::int64_t bits_per_second) { bitrate_.store(bits_per_second); }
  std::int64_t bitrate() const { return bitrate_.load(std::memory_order_relaxed); }
  // How much it may take of the machine, from a Frame soon after on: x264 is opened anew for it, on
  // the thread, and begins with a key frame. Hardware goes on as it was. Thread: any.
  void set_effort(Effort effort) { effort_.store(effort); }
  Effort effort() const { return effort_.load(std::memory_order_relaxed); }
  // How many Frames become pictures, from the next one on. Hardware goes on as it was. Thread: any.
  void set_pace(Pace pace) { pace_.store(pace); }
  Pace pace() const { return pace_.load(std::memory_order_relaxed); }
  // Frames that were left out for the effort.
  std::uint64_t eased() const { return eased_.load(std::memory_order_relaxed); }
  // As opened. Packets carry the parameters of an encoder that came later.
  const media::StreamParameters& parameters() const { return parameters_; }
  std::string encoder_name() const;  // thread: any
  std::uint64_t frames_encoded() const { return frames_encoded_.load(std::memory_order_relaxed); }
  // Frames the encoder refused.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  // Mean time to encode a Frame over the last second or so, microseconds; 0 before the first.
  std::int64_t encode_us() const { return encode_us_.load(std::memory_order_relaxed); }

 private:
  VideoThread(VideoThreadSetup setup, Clock& clock, Health& health);
  void encode(const std::stop_token& stop);
  bool is_due(FrameNumber frame);
  Status replace();
  void change_effort(Effort effort);
  void put_in_place(std::unique_ptr<VideoEncoder> other);
  void note_name();

  VideoThreadSetup setup_;
  Clock& clock_;
  Health& health_;
  FrameNumber first_;
  media::StreamParameters parameters_;
  std::unique_ptr<VideoEncoder> encoder_;  // once it runs, venc's own, as the next four
  Effort its_effort_ = Effort::usual;
  std::int64_t apart_ = 1;  // of pictures, in Frames
  std::int64_t due_ = 0;    // the next picture
  std::int64_t key_due_ = 0;
  std::atomic<bool> wants_key_{false};
  std::atomic<std::int64_t> bitrate_{0};
  std::atomic<Effort> effort_{Effort::usual};
  std::atomic<Pace> pace_{Pace::full};
  std::atomic<std::uint64_t> eased_{0};
  std::atomic<std::uint64_t> frames_encoded_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::int64_t> encode_us_{0};
  mutable std::mutex mutex_;  // guards name_
  std::string name_;
  Worker worker_;
};

// One run of the audio encoder. There is one sound, whatever the pictures: `sink` gives each Packet
// to every hub but the recording's, which gets those of `recorded`: the same ones, or some of its
// own while the stream has fewer bits. A block that is refused is lost and counted. The sound goes
// through the `desk` first, where there is one; what it cannot do is said in Health, and the sound
// goes on.
//
// Thread: owner's; `aenc` runs inside and calls the sinks. The queue and the desk outlive this.
class AudioThread {
 public:
  // Errors: encoder_failed.
  static Result<std::unique_ptr<AudioThread>> open(const EncoderSettings& settings,
                                                   BlockQueue& blocks, PacketSink sink,
                                                   Health& health, media::SoundDesk* desk = nullptr,
                                                   PacketSink recorded = {});
  // As finish().
  ~AudioThread();
  void run(SampleCount first);
  void request_stop() { worker_.request_stop(); }
  void finish();
  // Bits a second, from the next Packet on. Thread: any.
  void set_bitrate(std::int64_t bits_per_second) { bitrate_.store(bits_per_second); }
  std::int64_t bitrate() const { return bitrate_.load(std::memory_order_relaxed); }
  // Whether the recording keeps all its bits where the stream has fewer. Thread: any.
  void keep_whole(bool is_kept) { is_kept_.store(is_kept); }
  const media::StreamParameters& parameters() const { return encoder_->parameters(); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  AudioThread(BlockQueue& blocks, PacketSink sink, Health& health, media::SoundDesk* desk,
              const EncoderSettings& settings, PacketSink recorded);
  void encode(const std::stop_token& stop);
  void encode(const media::AudioBlock& block);
  void tell_desk(const Status& done);

  BlockQueue& blocks_;
  const PacketSink sink_;  // of what the shared encoder makes, the recording's included
  Health& health_;
  media::SoundDesk* const desk_;
  const std::int64_t whole_bitrate_;
  std::unique_ptr<AudioEncoder> encoder_;
  OwnSound own_;              // aenc's own
  int refused_in_a_row_ = 0;  // aenc's own
  std::atomic<std::int64_t> bitrate_{0};
  std::atomic<bool> is_kept_{false};
  std::atomic<std::uint64_t> refused_{0};
  Worker worker_;
};

}  // namespace xb::output
