// rtmp, rtsp, srt, tcp: a stream from the network, as it comes.
// SPDX-License-Identifier: Apache-2.0
#include "capture/decoded_track.h"
#include "media/address.h"

namespace xb::capture {
namespace {

media::InputKind kind_of(const std::string& scheme) {
  if (scheme == "rtmp") return media::InputKind::rtmp;
  if (scheme == "rtsp") return media::InputKind::rtsp;
  if (scheme == "srt") return media::InputKind::srt;
  return media::InputKind::tcp;
}

class StreamSource final : public Source {
 public:
  StreamSource(const SourceSpec& spec, const SourceSetup& setup) : spec_(spec), track_(setup) {
    input_.kind = kind_of(spec_.scheme);
    input_.url = spec_.rest;
    input_.wants_video = setup.wanted != Wanted::sound;
    input_.wants_audio = setup.wanted != Wanted::picture;
    input_.on_listening = [told = setup.on_waiting, at = media::address_of(input_).shown()] {
      if (told) told(at);
    };
  }

  Status open(std::stop_token stop) override {
    XB_TRY(track_.open(input_, std::move(stop)));
    if (input_.wants_video && !track_.has_picture())
      return Error(ErrorCode::source_no_video, spec_.shown());
    return ok();
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

 private:
  const SourceSpec spec_;
  media::InputSpec input_;
  DecodedTrack track_;
};

}  // namespace

std::unique_ptr<Source> make_stream_source(const SourceSpec& spec, const SourceSetup& setup) {
  return std::make_unique<StreamSource>(spec, setup);
}

}  // namespace xb::capture
