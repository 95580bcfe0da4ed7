// Synthetic programs and a judge of media files for the tests of this room.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "media/frame.h"
#include "output/encoder.h"

namespace xb::output::testing {

// A folder of its own, gone at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A moving picture and a 440 Hz tone, as the program would send them.
class Synthetic {
 public:
  Synthetic(int width, int height);
  media::Frame frame(std::int64_t number, Rate rate);
  media::AudioBlock block(std::int64_t first);

 private:
  media::PicturePool pictures_;
  media::SamplesPool samples_;
};

EncoderSettings small_settings();

// `seconds` of program encoded as fast as it goes, in the order of time.
struct Encoded {
  media::StreamParameters video;
  media::StreamParameters audio;
  std::vector<media::PacketRef> packets;
};
Encoded encode_program(const EncoderSettings& settings, int seconds, std::int64_t begin_frame = 0);

struct Judged {
  bool is_open = false;
  int video_packets = 0;
  int audio_packets = 0;
  int decoded_frames = 0;
  int decode_errors = 0;
  int key_frames = 0;
  double video_start = -1;
  double audio_start = -1;
  double video_end = 0;
  double audio_end = 0;
  double largest_video_gap = 0;
  double largest_audio_gap = 0;
  double duration = 0;  // as the container says
};
Judged judge(const std::filesystem::path& file);

// A Packet without content, for queues.
media::PacketRef packet_of(media::Kind kind, std::int64_t ms, std::size_t bytes,
                           bool is_key = false);

}  // namespace xb::output::testing
