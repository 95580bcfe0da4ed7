// The work of clip.h: group of pictures by group of pictures copied, encoded again or left out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "media/av.h"
#include "output/blank.h"
#include "output/clip.h"
#include "output/clip_encoder.h"
#include "output/clip_reader.h"
#include "output/clip_writer.h"

namespace xb::output {

// Thread: one at a time; once.
class ClipCut {
 public:
  ClipCut(std::span<const ClipPart> parts, ClipShape shape, Clock& clock,
          const std::function<bool(double)>& progress);

  // Picture and sound between these times of the one part, which then keeps its own times, are not
  // in the clip: words stand there, and silence.
  void blank(std::vector<FileSpan> spans, Duration length);
  Result<ClipMade> run(const std::filesystem::path& to);

 private:
  // clip_open.cpp
  Status prepare(const std::filesystem::path& to);
  Status open_writer(const std::filesystem::path& to, const ClipReader& model,
                     const std::optional<ParameterSets>& recorded, const ClipReader* heard);

  // clip_cut.cpp
  Status cut_part(const ClipPart& part);
  Status read_part(const AVStream* sound);
  Status tell();
  Status take_picture(AVPacket& packet);
  Status take_sound(AVPacket& packet, const AVStream& sound);
  Status put_waiting_sound();
  Status silence(AVPacket& packet);
  ClipReader::FrameSink shown();
  Status end_group();
  Status copy_group(std::int64_t first);
  Status encode_group();
  Status put_encoded(AVPacket& packet);
  Status put(AVPacket& packet);
  std::int64_t time_in_clip(std::int64_t pts);
  std::int64_t tick() const;
  Duration picture_length() const;
  bool is_blank(Duration from, Duration to) const;

  const std::span<const ClipPart> parts_;
  const ClipShape shape_;
  Clock& clock_;
  const std::function<bool(double)>& progress_;
  std::vector<FileSpan> blanks_;
  Duration all_{};
  double done_ = 0;
  ClipMade made_;

  bool can_copy_ = false;
  ClipForm form_;
  media::CodecParameters copied_kind_;
  media::CodecParameters sound_kind_;
  int sound_rate_ = static_cast<int>(sample_rate);
  std::int64_t delay_ = 0;  // by which a picture is decoded before it is shown
  std::unique_ptr<ClipEncoder> encoder_;
  std::optional<ClipFitter> fitter_;
  std::unique_ptr<ClipWriter> writer_;
  media::AvFramePtr removed_;         // the picture where something was taken out
  std::vector<std::uint8_t> silent_;  // the packet there

  // of the part
  std::unique_ptr<ClipReader> reader_;
  std::int64_t base_ = 0;               // where it begins in the clip, 1/90000 s
  std::int64_t end_ = 0;                // of what is in the clip
  std::optional<std::int64_t> origin_;  // its first picture
  bool is_by_group_ = false;
  bool is_streaming_ = false;  // each packet is decoded as it comes
  std::vector<media::AvPacketPtr> group_;
  std::size_t group_bytes_ = 0;
  std::vector<media::AvPacketPtr> waiting_sound_;
};

// Whether packets of both can stand in one track.
bool is_alike(const AVCodecParameters& a, const AVCodecParameters& b);

}  // namespace xb::output
