// TrackSource: a live Source that reads one DecodedTrack; `stream` and `listen` sources are made of
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <utility>

#include "capture/decoded_track.h"

namespace xb::capture {

class TrackSource : public Source {
 public:
  TrackSource(const SourceSpec& spec, const SourceSetup& setup) : spec_(spec), track_(setup) {
    input_.wants_video = setup.wanted != Wanted::sound;
    input_.wants_audio = setup.wanted != Wanted::picture;
  }
  Result<Due> next(std::stop_token stop) override { return track_.next(std::move(stop)); }
  Status read_picture(media::Picture& into, std::size_t canvas) override {
    return track_.read_picture(into, canvas);
  }
  std::span<const float> sound() const override { return track_.sound(); }
  void close() override { track_.close(); }
  Pace pace() const override { return Pace::live; }
  bool has_sound() const override { return track_.has_sound(); }
  std::string about() const override {
    return track_.about() + (track_.has_sound() && track_.has_picture() ? ", sound" : "");
  }
  std::uint64_t decode_errors() const override { return track_.decode_errors(); }

 protected:
  // As input() says. Errors: as DecodedTrack::open(), and source_no_video.
  Status open_track(std::stop_token stop) {
    XB_TRY(track_.open(input_, std::move(stop)));
    if (input_.wants_video && !track_.has_picture())
      return Error(ErrorCode::source_no_video, spec_.shown());
    return ok();
  }
  const SourceSpec& spec() const { return spec_; }
  media::InputSpec& input() { return input_; }

 private:
  const SourceSpec spec_;
  media::InputSpec input_;
  DecodedTrack track_;
};

}  // namespace xb::capture
