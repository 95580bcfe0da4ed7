// Packets from one container to another.
// SPDX-License-Identifier: Apache-2.0
#include "media/remux.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <vector>

#include "media/av.h"
#include "media/av_input.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/mathematics.h>
}

namespace xb::media {
namespace {

constexpr Duration longest_read = std::chrono::seconds(20);

struct FreeOutput {
  void operator()(AVFormatContext* context) const {
    if (context->pb != nullptr) avio_closep(&context->pb);
    avformat_free_context(context);
  }
};
using Output = std::unique_ptr<AVFormatContext, FreeOutput>;

Status written(int code, const char* call) {
  if (code >= 0) return ok();
  const auto as = code == AVERROR(ENOSPC)   ? ErrorCode::disk_full
                  : code == AVERROR(EINVAL) ? ErrorCode::source_unsupported
                                            : ErrorCode::file_unwritable;
  return checked(code, call, as);
}

class Remux {
 public:
  Remux(AvInput& input, const std::function<bool(double)>& progress)
      : input_(input), progress_(progress) {}

  Status begin(const std::filesystem::path& to) {
    AVFormatContext* made = nullptr;
    XB_TRY(checked(avformat_alloc_output_context2(&made, nullptr, "mp4", to.c_str()),
                   "avformat_alloc_output_context2"));
    output_.reset(made);
    places_.assign(input_.context().nb_streams, -1);
    for (const int index : {input_.video_index(), input_.audio_index()})
      if (index >= 0) XB_TRY(add_stream(index));
    XB_TRY(written(avio_open(&output_->pb, to.c_str(), AVIO_FLAG_WRITE), "avio_open"));
    Options options;
    options.set("movflags", "+faststart");
    return written(avformat_write_header(output_.get(), options.out()), "avformat_write_header");
  }

  Status copy() {
    const auto packet = make_av_packet();
    const auto all = std::max<std::int64_t>(1, input_.context().duration);
    int packets = 0;
    while (true) {
      input_.deadline().start(longest_read, {});
      const int code = av_read_frame(&input_.context(), packet.get());
      if (code == AVERROR_EOF) break;
      // what is cut off at its end is there up to the cut
      if (code == AVERROR_INVALIDDATA && packets > 0) break;
      XB_TRY(checked(code, "av_read_frame"));
      XB_TRY(put(*packet));
      if (++packets % 500 == 0 &&
          !progress_(static_cast<double>(length_us_) / static_cast<double>(all)))
        return Error(ErrorCode::cancelled);
    }
    return written(av_write_trailer(output_.get()), "av_write_trailer");
  }

  Remuxed facts() const {
    const auto* video = input_.context().streams[input_.video_index()];
    const auto rate = video->avg_frame_rate;
    return {std::chrono::microseconds(length_us_),
            rate.num > 0 && rate.den > 0 ? Rate{rate.num, rate.den} : Rate{0, 1},
            video->codecpar->width, video->codecpar->height};
  }

 private:
  Status add_stream(int index) {
    const auto* from = input_.context().streams[index];
    const auto* format = output_->oformat;
    const bool fits =
        avformat_query_codec(format, from->codecpar->codec_id, FF_COMPLIANCE_NORMAL) == 1;
    if (!fits && index == input_.audio_index()) return ok();  // pictures without sound are some
    if (!fits)
      return Error(ErrorCode::source_unsupported, avcodec_get_name(from->codecpar->codec_id));
    auto* to = avformat_new_stream(output_.get(), nullptr);
    if (to == nullptr) return Error(ErrorCode::media_failed, "avformat_new_stream");
    XB_TRY(
        checked(avcodec_parameters_copy(to->codecpar, from->codecpar), "avcodec_parameters_copy"));
    to->codecpar->codec_tag = 0;
    to->time_base = from->time_base;
    places_[static_cast<std::size_t>(index)] = to->index;
    return ok();
  }

  Status put(AVPacket& packet) {
    const auto index = static_cast<std::size_t>(packet.stream_index);
    const int place = index < places_.size() ? places_[index] : -1;
    if (place < 0 || (packet.pts == AV_NOPTS_VALUE && packet.dts == AV_NOPTS_VALUE)) {
      av_packet_unref(&packet);
      return ok();
    }
    const auto from = input_.context().streams[index]->time_base;
    if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
    if (packet.pts == AV_NOPTS_VALUE) packet.pts = packet.dts;
    const auto us = av_rescale_q(packet.dts, from, AV_TIME_BASE_Q);
    if (first_us_ == INT64_MIN) first_us_ = us;
    const auto shift = av_rescale_q(first_us_, AV_TIME_BASE_Q, from);
    packet.pts -= shift;
    packet.dts -= shift;
    length_us_ =
        std::max(length_us_, av_rescale_q(packet.pts + packet.duration, from, AV_TIME_BASE_Q));
    packet.stream_index = place;
    packet.pos = -1;
    av_packet_rescale_ts(&packet, from, output_->streams[place]->time_base);
    const int code = av_interleaved_write_frame(output_.get(), &packet);
    // a packet whose time goes back is left out, as players would
    return code == AVERROR(EINVAL) ? ok() : written(code, "av_interleaved_write_frame");
  }

  AvInput& input_;
  const std::function<bool(double)>& progress_;
  Output output_;
  std::vector<int> places_;
  std::int64_t first_us_ = INT64_MIN;
  std::int64_t length_us_ = 0;
};

}  // namespace

Result<Remuxed> remux_to_mp4(const std::filesystem::path& from, const std::filesystem::path& to,
                             Clock& clock, const std::function<bool(double)>& progress) {
  std::error_code code;
  if (std::filesystem::exists(std::filesystem::symlink_status(to, code)))
    return Error(ErrorCode::file_unwritable, to.string());
  InputSpec spec;
  spec.url = from.string();
  XB_TRY_ASSIGN(const auto input, AvInput::open(spec, clock, {}));
  if (input->video_index() < 0) return Error(ErrorCode::source_unsupported, from.string());
  Remux remux(*input, progress);
  XB_TRY(remux.begin(to));
  XB_TRY(remux.copy());
  return remux.facts();
}

}  // namespace xb::media
