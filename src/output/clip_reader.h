// One recording as a clip is cut from it: opened, judged, read from a little before the cut on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/av.h"
#include "media/av_input.h"
#include "media/convert.h"
#include "output/clip.h"
#include "output/clip_encoder.h"

struct AVStream;

namespace xb::output {

// Pictures and sound of one part. Thread: one at a time.
class ClipReader {
 public:
  using FrameSink = std::function<Status(AVFrame&)>;  // pts in the stream's time base

  // Errors: as media::Decoder::open; source_no_video.
  static Result<std::unique_ptr<ClipReader>> open(const ClipPart& part, Clock& clock);

  const AVStream& video() const;
  const AVStream* sound() const;  // null: none
  Rate rate() const { return rate_; }
  int turn() const;  // degrees clockwise to show it upright
  // The picture's own form, in which ends can be encoded.
  ClipForm form() const;
  // Eight bits, 4:2:0, H.264 with four-byte lengths: its packets can stand beside a ClipEncoder's.
  bool can_be_copied() const;

  // The times between which pictures are in the clip, in the file's time; whole numbers of pictures
  // lie between them.
  Duration low() const { return low_; }
  Duration high() const { return high_; }
  Duration time_of(std::int64_t pts) const;

  // Goes to a key picture before the cut, if only to the beginning.
  void seek();
  // False: the end, which may be where a crash cut it. Errors: media_failed.
  Result<bool> read(AVPacket& packet);
  bool begins_group(const AVPacket& packet) const;

  Status decode(const AVPacket& packet, const FrameSink& sink);
  // What the decoder holds; then it can begin anew.
  Status drain(const FrameSink& sink);

 private:
  explicit ClipReader(const ClipPart& part) : part_(part) {}
  Status open_decoder();
  Status receive(const FrameSink& sink);
  void settle();

  const ClipPart part_;
  std::unique_ptr<media::AvInput> input_;
  media::CodecContext decoder_;
  media::AvFramePtr frame_ = media::make_av_frame();
  Rate rate_{30, 1};
  Duration low_{};
  Duration high_{};
  int packets_ = 0;
  std::int64_t last_pts_ = INT64_MIN;
};

// A decoded picture as the encoder's form wants it: itself, or converted. Thread: one at a time.
class ClipFitter {
 public:
  explicit ClipFitter(const ClipForm& form);
  // Valid until the next call. Errors: media_failed.
  Result<AVFrame*> fit(AVFrame& frame, int turn);

 private:
  const ClipForm form_;
  media::PictureConverter converter_;
  media::Picture picture_;
  media::AvFramePtr made_;
};

}  // namespace xb::output
