// DecodedTrack: one Decoder with its converters; what file, stream and device sources are made of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "capture/source.h"
#include "media/convert.h"
#include "media/decoder.h"

namespace xb::capture {

class DecodedTrack {
 public:
  explicit DecodedTrack(const SourceSetup& setup);
  // Opens, and again after close(); converters are kept.
  Status open(const media::InputSpec& spec, std::stop_token stop);
  void close();
  bool is_open() const { return decoder_ != nullptr; }
  Result<Due> next(std::stop_token stop);
  // The length of what next() gave last, as far as known.
  Duration length() const { return length_; }
  Status read_picture(media::Picture& into, std::size_t canvas);
  std::span<const float> sound() const { return sound_; }
  bool has_picture() const { return decoder_ && decoder_->has_video(); }
  bool has_sound() const { return decoder_ && decoder_->has_audio(); }
  // "1280x720 30 fps h264"
  std::string about() const;
  // Of all openings.
  std::uint64_t decode_errors() const { return errors_before_ + errors_now(); }

 private:
  std::uint64_t errors_now() const { return decoder_ ? decoder_->decode_errors() : 0; }

  Clock& clock_;
  media::CodedPipe* const coded_;
  std::unique_ptr<media::Decoder> decoder_;
  std::vector<media::PictureConverter> pictures_;  // one for each Canvas
  media::SoundConverter sounds_;
  std::vector<float> sound_;
  Duration length_{};
  std::uint64_t errors_before_ = 0;
};

}  // namespace xb::capture
