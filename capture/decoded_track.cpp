// Decoded pieces as dues, converted on demand.
// SPDX-License-Identifier: Apache-2.0
#include "capture/decoded_track.h"

#include <fmt/format.h>

#include "base/log.h"

namespace xb::capture {

DecodedTrack::DecodedTrack(const SourceSetup& setup) : clock_(*setup.clock), coded_(setup.coded) {
  for (std::size_t i = 0; i < setup.canvases(); ++i) pictures_.emplace_back(setup.on(i));
}

Status DecodedTrack::open(const media::InputSpec& spec, std::stop_token stop) {
  close();
  sounds_.reset();
  auto with_coded = spec;
  with_coded.coded = coded_;
  with_coded.reads_per_picture = static_cast<int>(pictures_.size());
  XB_TRY_ASSIGN(decoder_, media::Decoder::open(with_coded, clock_, std::move(stop)));
  return ok();
}

void DecodedTrack::close() {
  errors_before_ += errors_now();
  decoder_.reset();
}

Result<Due> DecodedTrack::next(std::stop_token stop) {
  while (true) {
    XB_TRY_ASSIGN(const auto decoded, decoder_->next(stop));
    length_ = decoded.duration;
    switch (decoded.piece) {
      case media::Piece::nothing: return Due{Next::nothing, {}};
      case media::Piece::end: return Due{Next::end, {}};
      case media::Piece::video: return Due{Next::picture, decoded.time, decoded.coded};
      case media::Piece::audio: {
        sound_.clear();
        auto held = sounds_.convert(*decoded.frame, sound_);
        if (!held) {  // one piece in a form that cannot be converted is no reason to stop
          log_warn("capture", "{}", held.error().log_line());
          ++errors_before_;
          sounds_.reset();
          continue;
        }
        if (sound_.empty()) continue;
        return Due{Next::sound, decoded.time - *held};
      }
    }
  }
}

Status DecodedTrack::read_picture(media::Picture& into, std::size_t canvas) {
  if (!decoder_) return Error(ErrorCode::decode_failed, "no picture");
  return decoder_->read_picture(pictures_[canvas], into);
}

std::string DecodedTrack::about() const {
  if (!has_picture()) return has_sound() ? "sound only" : "";
  const auto& v = decoder_->video();
  auto out = fmt::format("{}x{}", v.width, v.height);
  if (v.rate.num > 0)
    out += fmt::format(" {:.4g} fps", static_cast<double>(v.rate.num) / v.rate.den);
  return out + " " + v.codec;
}

}  // namespace xb::capture
