// The libav muxer and its byte sink.
// SPDX-License-Identifier: Apache-2.0
#include "output/muxer.h"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/mathematics.h>
#include <libavutil/mem.h>
}

#include "media/av.h"

namespace xb::output {

using media::checked;

struct Muxer::Impl {
  AVFormatContext* format = nullptr;
  AVIOContext* io = nullptr;
  media::AvPacketPtr packet = media::make_av_packet();
  Sink sink;

  ~Impl() {
    if (io != nullptr) av_freep(&io->buffer);
    avio_context_free(&io);
    avformat_free_context(format);
  }
  static int write_bytes(void* opaque, std::uint8_t* bytes, int size) {
    static_cast<Impl*>(opaque)->sink({bytes, static_cast<std::size_t>(size)});
    return size;
  }
  Status add_stream(const media::StreamParameters& parameters) {
    auto* stream = avformat_new_stream(format, nullptr);
    if (stream == nullptr) return Error(ErrorCode::media_failed, "no memory");
    XB_TRY(checked(avcodec_parameters_copy(stream->codecpar, parameters.codec->parameters.get()),
                   "avcodec_parameters_copy"));
    stream->codecpar->codec_tag = 0;
    const bool is_video = parameters.kind == media::Kind::video;
    stream->time_base =
        AVRational{1, static_cast<int>(is_video ? media::video_time_base : sample_rate)};
    if (is_video) {
      stream->avg_frame_rate = AVRational{parameters.rate.num, parameters.rate.den};
      const auto shape = stream->codecpar->sample_aspect_ratio;
      stream->sample_aspect_ratio = shape.num > 0 ? shape : AVRational{1, 1};
    }
    return ok();
  }
};

Muxer::Muxer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
}
Muxer::~Muxer() = default;

Muxer::Pairs Muxer::fragmented_mp4(const std::string& fragments) {
  return {{"movflags", "empty_moov+default_base_moof+frag_discont+" + fragments},
          {"use_editlist", "0"},
          {"avoid_negative_ts", "disabled"},
          {"video_track_timescale", std::to_string(media::video_time_base)}};
}

Result<std::unique_ptr<Muxer>> Muxer::open(const std::string& format,
                                           const media::StreamParameters& video,
                                           const media::StreamParameters& audio,
                                           const Pairs& options, Sink sink) {
  auto impl = std::make_unique<Impl>();
  impl->sink = std::move(sink);
  XB_TRY(checked(avformat_alloc_output_context2(&impl->format, nullptr, format.c_str(), nullptr),
                 "avformat_alloc_output_context2"));
  constexpr int buffer_size = 64 * 1024;
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(buffer_size));
  impl->io = buffer == nullptr ? nullptr
                               : avio_alloc_context(buffer, buffer_size, 1, impl.get(), nullptr,
                                                    Impl::write_bytes, nullptr);
  if (impl->io == nullptr) {
    av_free(buffer);
    return Error(ErrorCode::media_failed, "no memory");
  }
  impl->io->seekable = 0;
  impl->format->pb = impl->io;
  impl->format->flags |= AVFMT_FLAG_CUSTOM_IO;
  XB_TRY(impl->add_stream(video));
  XB_TRY(impl->add_stream(audio));
  media::Options taken;
  for (const auto& [key, value] : options) taken.set(key, value);
  XB_TRY(checked(avformat_write_header(impl->format, taken.out()), "avformat_write_header"));
  avio_flush(impl->io);
  return std::unique_ptr<Muxer>(new Muxer(std::move(impl)));
}

Status Muxer::write(const media::Packet& packet, std::int64_t start_us) {
  auto* out = impl_->packet.get();
  XB_TRY(checked(av_packet_ref(out, packet.data.get()), "av_packet_ref"));
  const bool is_video = packet.kind == media::Kind::video;
  const std::int64_t base = is_video ? media::video_time_base : sample_rate;
  // the first unit at or behind it: exactly the one that `start_us` was rounded down from, so that
  // what begins there begins at 0
  const auto start = av_rescale_rnd(start_us, base, 1'000'000, AV_ROUND_UP);
  auto* stream = impl_->format->streams[is_video ? 0 : 1];
  out->stream_index = stream->index;
  out->pts = packet.pts - start;
  out->dts = packet.dts - start;
  out->duration = packet.duration;
  av_packet_rescale_ts(out, AVRational{1, static_cast<int>(base)}, stream->time_base);
  const int code = av_write_frame(impl_->format, out);
  av_packet_unref(out);
  return checked(code, "av_write_frame");
}

Status Muxer::flush() {
  XB_TRY(checked(av_write_frame(impl_->format, nullptr), "av_write_frame"));
  avio_flush(impl_->io);
  return ok();
}

Status Muxer::finish() {
  XB_TRY(checked(av_write_trailer(impl_->format), "av_write_trailer"));
  avio_flush(impl_->io);
  return ok();
}

}  // namespace xb::output
