// The file of a clip: packets of pictures and of sound, each with its time in the clip.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "media/av.h"

struct AVStream;

namespace xb::output {

struct ClipTracks {
  const AVCodecParameters* video = nullptr;
  const AVCodecParameters* sound = nullptr;  // null: none
  const AVStream* upright = nullptr;         // says how the picture is turned; null: it is upright
  Rate rate{30, 1};
  // Asked again and again while the finished file's index is put before its pictures, which may
  // take minutes; false ends it.
  std::function<bool()> go_on = {};
};

// Thread: one at a time. Errors of all: media_failed, file_unwritable, disk_full, cancelled.
class ClipWriter {
 public:
  static Result<std::unique_ptr<ClipWriter>> open(const std::filesystem::path& to,
                                                  const ClipTracks& tracks);
  ~ClipWriter();
  ClipWriter(const ClipWriter&) = delete;
  ClipWriter& operator=(const ClipWriter&) = delete;

  // Times in 1/90000 s; dts that do not grow are made to. Takes what it holds.
  Status video(AVPacket& packet);
  // Times in samples, those before 0 are not heard. What begins before the end of the one before
  // it is left out. Takes what it holds.
  Status sound(AVPacket& packet);
  // The sound ends here, in samples.
  Status finish(std::int64_t sound_end);
  bool has_sound() const { return has_sound_; }

 private:
  ClipWriter() = default;
  static int is_stopped(void* writer);  // libav's callback
  Status put_sound(std::int64_t duration);
  Status put(AVPacket& packet, int stream, int den);

  struct Free {
    void operator()(AVFormatContext* context) const;
  };
  std::function<bool()> go_on_;
  std::unique_ptr<AVFormatContext, Free> output_;
  int sound_rate_ = 0;
  std::int64_t last_dts_ = INT64_MIN;
  media::AvPacketPtr held_;  // the last one of the sound
  bool has_sound_ = false;
};

}  // namespace xb::output
