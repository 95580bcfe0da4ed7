// rtmp, rtsp, srt, tcp: a stream from the network, as it comes.
// SPDX-License-Identifier: Apache-2.0
#include "capture/track_source.h"
#include "media/address.h"

namespace xb::capture {
namespace {

media::InputKind kind_of(const std::string& scheme) {
  if (scheme == "rtmp") return media::InputKind::rtmp;
  if (scheme == "rtsp") return media::InputKind::rtsp;
  if (scheme == "srt") return media::InputKind::srt;
  return media::InputKind::tcp;
}

class StreamSource final : public TrackSource {
 public:
  StreamSource(const SourceSpec& its_spec, const SourceSetup& setup)
      : TrackSource(its_spec, setup) {
    input().kind = kind_of(spec().scheme);
    input().url = spec().rest;
    input().on_listening = [told = setup.on_waiting, at = media::address_of(input()).shown()] {
      if (told) told(at);
    };
  }
  Status open(std::stop_token stop) override { return open_track(std::move(stop)); }
};

}  // namespace

std::unique_ptr<Source> make_stream_source(const SourceSpec& spec, const SourceSetup& setup) {
  return std::make_unique<StreamSource>(spec, setup);
}

}  // namespace xb::capture
