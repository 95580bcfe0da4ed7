// libav's MP4 muxer with an edit list. SPDX-License-Identifier: Apache-2.0
#include "output/clip_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/time.h"
#include "media/frame.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace xb::output {
namespace {

constexpr std::int64_t overlap_allowed = 64;  // samples: rounding of times

Status clip_written(int code, const char* call) {
  if (code >= 0) return ok();
  const auto as = code == AVERROR_EXIT      ? ErrorCode::cancelled
                  : code == AVERROR(ENOSPC) ? ErrorCode::disk_full
                  : code == AVERROR(EINVAL) ? ErrorCode::media_failed
                                            : ErrorCode::file_unwritable;
  return media::checked(code, call, as);
}

Result<AVStream*> add_track(AVFormatContext& output, const AVCodecParameters& from, int den) {
  auto* stream = avformat_new_stream(&output, nullptr);
  if (stream == nullptr) return Error(ErrorCode::media_failed, "avformat_new_stream");
  XB_TRY(
      media::checked(avcodec_parameters_copy(stream->codecpar, &from), "avcodec_parameters_copy"));
  stream->codecpar->codec_tag = 0;
  stream->time_base = AVRational{1, den};
  return stream;
}

Status turn_as(AVStream& to, const AVStream& from) {
  std::size_t bytes = 0;
  const auto* matrix = av_stream_get_side_data(&from, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  if (matrix == nullptr) return ok();
  auto* place = av_stream_new_side_data(&to, AV_PKT_DATA_DISPLAYMATRIX, bytes);
  if (place == nullptr) return Error(ErrorCode::media_failed, "no memory");
  std::memcpy(place, matrix, bytes);
  return ok();
}

}  // namespace

void ClipWriter::Free::operator()(AVFormatContext* context) const {
  if (context->pb != nullptr) avio_closep(&context->pb);
  avformat_free_context(context);
}

ClipWriter::~ClipWriter() = default;

int ClipWriter::is_stopped(void* writer) {
  const auto& self = *static_cast<const ClipWriter*>(writer);
  return self.go_on_ && !self.go_on_() ? 1 : 0;
}

Result<std::unique_ptr<ClipWriter>> ClipWriter::open(const std::filesystem::path& to,
                                                     const ClipTracks& tracks) {
  std::unique_ptr<ClipWriter> made(new ClipWriter);
  AVFormatContext* context = nullptr;
  const auto url = "file:" + to.string();
  XB_TRY(media::checked(avformat_alloc_output_context2(&context, nullptr, "mp4", url.c_str()),
                        "avformat_alloc_output_context2"));
  made->output_.reset(context);
  made->go_on_ = tracks.go_on;
  context->interrupt_callback = {&ClipWriter::is_stopped, made.get()};
  XB_TRY_ASSIGN(auto* video, add_track(*context, *tracks.video, media::video_time_base));
  video->avg_frame_rate = video->r_frame_rate = AVRational{tracks.rate.num, tracks.rate.den};
  video->sample_aspect_ratio = tracks.video->sample_aspect_ratio;
  if (tracks.upright != nullptr) XB_TRY(turn_as(*video, *tracks.upright));
  if (tracks.sound != nullptr) {
    made->sound_rate_ = tracks.sound->sample_rate;
    XB_TRY(add_track(*context, *tracks.sound, made->sound_rate_));
  }
  XB_TRY(clip_written(
      avio_open2(&context->pb, url.c_str(), AVIO_FLAG_WRITE, &context->interrupt_callback, nullptr),
      "avio_open2"));
  media::Options options;
  options.set("movflags", "+faststart")
      .set("video_track_timescale", std::to_string(media::video_time_base))
      .set("movie_timescale", "90000")
      .set("avoid_negative_ts", "disabled");
  XB_TRY(clip_written(avformat_write_header(context, options.out()), "avformat_write_header"));
  return made;
}

Status ClipWriter::put(AVPacket& packet, int stream, int den) {
  packet.stream_index = stream;
  packet.pos = -1;
  av_packet_rescale_ts(&packet, AVRational{1, den}, output_->streams[stream]->time_base);
  return clip_written(av_interleaved_write_frame(output_.get(), &packet),
                      "av_interleaved_write_frame");
}

Status ClipWriter::video(AVPacket& packet) {
  if (last_dts_ != INT64_MIN) packet.dts = std::max(packet.dts, last_dts_ + 1);
  packet.pts = std::max(packet.pts, packet.dts);
  last_dts_ = packet.dts;
  return put(packet, 0, static_cast<int>(media::video_time_base));
}

Status ClipWriter::sound(AVPacket& packet) {
  if (held_ != nullptr) {
    if (packet.pts < held_->pts + held_->duration - overlap_allowed) {
      av_packet_unref(&packet);
      return ok();
    }
    XB_TRY(put_sound(packet.pts - held_->pts));
  }
  held_ = media::make_av_packet();
  av_packet_move_ref(held_.get(), &packet);
  return ok();
}

Status ClipWriter::put_sound(std::int64_t duration) {
  const auto now = std::exchange(held_, nullptr);
  now->duration = std::max<std::int64_t>(1, duration);
  now->dts = now->pts;
  has_sound_ = true;
  return put(*now, 1, sound_rate_);
}

Status ClipWriter::finish(std::int64_t sound_end) {
  if (held_ != nullptr && held_->pts < sound_end)
    XB_TRY(put_sound(std::min(held_->duration, sound_end - held_->pts)));
  XB_TRY(clip_written(av_write_trailer(output_.get()), "av_write_trailer"));
  return clip_written(avio_closep(&output_->pb), "avio_closep");
}

}  // namespace xb::output
