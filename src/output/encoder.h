// Video and audio encoders: Frames and AudioBlocks in, Packets out, timestamps counted and never
// measured. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
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

struct EncoderSettings {
  int width = 1280;
  int height = 720;
  Rate rate;
  std::int64_t video_bitrate = 2'500'000;
  Spending spending = Spending::live;
  std::int64_t audio_bitrate = 128'000;
  // "auto": hardware if one opens, else x264. "x264", or a libavcodec name, is taken at its word.
  std::string video_encoder = "auto";
  std::string preset = "veryfast";
  // A new Output and a reconnect start at a key frame they ask for; 2 s is what platforms expect.
  int key_frame_seconds = 2;
  int threads = 0;  // 0: as many as pay off here, see encoder.cpp
};

// Bits a second that look right for a size and rate (720p30: 2.5 Mbit/s, 1080p30: 4.5 Mbit/s).
std::int64_t usual_video_bitrate(int width, int height, Rate rate);

// The encoder "auto" stands for here: a hardware encoder that has encoded a black picture within 2
// s, else "libx264". Without a device it costs microseconds; with one up to 2 s each, so call it
// once, before going live, and keep the answer in `video_encoder`. Other names come back as they
// are.
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
// Thread: single-threaded (venc), except force_key_frame().
class VideoEncoder {
 public:
  // Errors: encoder_failed. "auto" asks choose_video_encoder(); hardware that then does not open is
  // replaced by x264.
  static Result<std::unique_ptr<VideoEncoder>> open(const EncoderSettings& settings,
                                                    FrameNumber begin);
  virtual ~VideoEncoder() = default;
  // The picture is not copied: the encoder keeps a reference while it needs it. Frames before
  // `begin` are passed over.
  virtual Status encode(const media::Frame& frame, const PacketSink& sink) = 0;
  virtual Status finish(const PacketSink& sink) = 0;
  // The next Frame becomes a key frame. Thread: any.
  virtual void force_key_frame() = 0;
  virtual const media::StreamParameters& parameters() const = 0;
  virtual const std::string& name() const = 0;  // "libx264", "h264_vaapi"
};

// AAC-LC, stereo, 48 kHz. The priming packet is left out: sample n of the program is heard at n.
//
// Thread: single-threaded (aenc).
class AudioEncoder {
 public:
  static Result<std::unique_ptr<AudioEncoder>> open(const EncoderSettings& settings,
                                                    SampleCount begin);
  virtual ~AudioEncoder() = default;
  // Blocks follow each other; where one is missing, silence takes its place so that time holds.
  virtual Status encode(const media::AudioBlock& block, const PacketSink& sink) = 0;
  virtual Status finish(const PacketSink& sink) = 0;
  virtual const media::StreamParameters& parameters() const = 0;
};

}  // namespace xb::output
