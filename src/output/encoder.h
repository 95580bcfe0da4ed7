// Video and audio encoders: Frames and AudioBlocks in, Packets out, timestamps counted and never
// measured. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "media/av.h"
#include "media/frame.h"

namespace xb::output {

// How x264 spends its bits. `live` stays close to the bitrate; its slices look at each other's bits
// while they run, so two runs over the same pictures differ. `file` gives every picture the same
// quality, whatever it takes, and two runs are the same to the byte.
enum class Spending { live, file };

// What takes the place of hardware that does not open or dies on air.
inline constexpr const char* software_encoder = "libx264";

struct EncoderSettings {
  int width = 1280;
  int height = 720;
  Rate rate;
  std::int64_t video_bitrate = 2'500'000;
  Spending spending = Spending::live;
  // x264's constant quality, 1 (best) to 51. 0: `live` keeps the bitrate, `file` takes 20. With
  // `live` the bitrate stays the most it may take; hardware has no such measure and is not used.
  int crf = 0;
  std::int64_t audio_bitrate = 128'000;
  bool is_quick_sound = false;  // half of the time, and at 128 kbit/s hardly worse
  std::string video_encoder =
      software_encoder;  // a libavcodec name, as choose_video_encoder() gives it
  std::string preset = "veryfast";
  std::string x264_params;  // "name=value:..." beyond the preset
  // A new Output and a reconnect start at a key frame they ask for; 2 s is what platforms expect.
  int key_frame_seconds = 2;
  int threads = 0;  // 0: as many as pay off here, see encoder.cpp
};

// Bits a second that look right for a size and rate (720p30: 2.5 Mbit/s, 1080p30: 4.5 Mbit/s).
std::int64_t usual_video_bitrate(int width, int height, Rate rate);

// The best encoder here: a hardware encoder that has encoded a black picture within 2 s, else
// "libx264". Without a device it costs microseconds; with one up to 2 s each. It forks: call it
// while no other thread holds a lock, and keep the answer in `video_encoder`.
std::string choose_video_encoder(const EncoderSettings& settings);

// Where a run starts: the Frame and the sample that become timestamp 0. The sample must be the one
// the Frame's time falls on (sample_of), so that both streams start together.
struct RunStart {
  FrameNumber frame;
  SampleCount sample;
};

using PacketSink = std::function<void(media::PacketRef)>;

// H.264, BT.709 limited range, no B frames, close to constant bitrate, closed GOPs.
//
// Thread: single-threaded (venc).
class VideoEncoder {
 public:
  // Hardware that does not open is replaced by x264. Errors: encoder_failed.
  static Result<std::unique_ptr<VideoEncoder>> open(const EncoderSettings& settings);
  virtual ~VideoEncoder() = default;
  // The Frame that becomes timestamp 0, frame 0 unless said; Frames before it are passed over. Call
  // before the first encode().
  virtual void begin(FrameNumber first) = 0;
  // The picture is not copied: the encoder keeps a reference while it needs it.
  virtual Status encode(const media::Frame& frame, const PacketSink& sink) = 0;
  virtual Status finish(const PacketSink& sink) = 0;
  // The next Frame becomes a key frame.
  virtual void force_key_frame() = 0;
  // From the next Frame on, bits a second; parameters() stay as opened. Hardware goes on as it was.
  virtual void set_bitrate(std::int64_t bits_per_second) = 0;
  // How many Frames' time the next picture stands, and those after it: the duration of Packets.
  virtual void stand_for(std::int64_t /*frames*/) {}
  // Takes the place of one with the parameters `before`: where its parameter sets are the same, its
  // Packets carry those of `before`, so that nobody who receives them has to begin anew.
  virtual void succeed(const media::StreamParameters& /*before*/) {}
  virtual const media::StreamParameters& parameters() const = 0;
  virtual const std::string& name() const = 0;  // of now: "libx264", "h264_vaapi"
};

inline constexpr std::int64_t aac_samples = 1024;  // of a Packet

// AAC-LC, stereo, 48 kHz. The priming packet is left out: sample n of the program is heard at n.
//
// Thread: single-threaded (aenc).
class AudioEncoder {
 public:
  static Result<std::unique_ptr<AudioEncoder>> open(const EncoderSettings& settings);
  virtual ~AudioEncoder() = default;
  // The sample that becomes this timestamp, sample 0 and 0 unless said. Call before the first
  // encode().
  virtual void begin(SampleCount first, std::int64_t timestamp) = 0;
  void begin(SampleCount first) { begin(first, 0); }
  // From the next Packet on; parameters() stay as opened.
  virtual void set_bitrate(std::int64_t bits_per_second) = 0;
  // Blocks follow each other; where one is missing, silence takes its place so that time holds.
  // What is beyond [-1, 1] is clipped, what is no number is silent.
  virtual Status encode(const media::AudioBlock& block, const PacketSink& sink) = 0;
  virtual Status finish(const PacketSink& sink) = 0;
  virtual const media::StreamParameters& parameters() const = 0;
};

}  // namespace xb::output
