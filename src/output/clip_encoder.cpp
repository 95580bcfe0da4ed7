// x264 with one quality for every picture.
// SPDX-License-Identifier: Apache-2.0
#include "output/clip_encoder.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/time.h"
#include "media/avcc.h"
#include "media/frame.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xb::output {
namespace {

constexpr const char* clip_quality = "18";
constexpr int clip_threads = 2;

void set_up_clip(AVCodecContext& context, const ClipForm& form) {
  context.width = form.width;
  context.height = form.height;
  context.pix_fmt = form.is_full_range ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
  context.color_range = form.is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  context.color_primaries = static_cast<AVColorPrimaries>(form.primaries);
  context.color_trc = static_cast<AVColorTransferCharacteristic>(form.transfer);
  context.colorspace = static_cast<AVColorSpace>(form.matrix);
  context.sample_aspect_ratio = AVRational{form.aspect_num, form.aspect_den};
  context.time_base = AVRational{1, static_cast<int>(media::video_time_base)};
  context.framerate = AVRational{form.rate.num, form.rate.den};
  context.gop_size = 2 * std::max(1, form.rate.num / form.rate.den);
  context.max_b_frames = 0;
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
  context.thread_count = clip_threads;
  context.thread_type = FF_THREAD_SLICE;
  context.profile = FF_PROFILE_H264_HIGH;
}

}  // namespace

Result<std::unique_ptr<ClipEncoder>> ClipEncoder::open(const ClipForm& form) {
  const auto* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) return Error(ErrorCode::encoder_failed, "no H.264 encoder libx264");
  media::CodecContext context(avcodec_alloc_context3(codec));
  if (!context) return Error(ErrorCode::encoder_failed, "no memory");
  set_up_clip(*context, form);
  media::Options options;
  const auto id = "sps-id=" + std::to_string(form.set_id);
  options.set("preset", "veryfast")
      .set("tune", "zerolatency")
      .set("forced-idr", "1")
      .set("sc_threshold", "0")
      .set("crf", clip_quality)
      .set("x264-params", id);
  XB_TRY(media::checked(avcodec_open2(context.get(), codec, options.out()), "avcodec_open2",
                        ErrorCode::encoder_failed));
  return std::unique_ptr<ClipEncoder>(new ClipEncoder(std::move(context)));
}

ParameterSets ClipEncoder::sets() const {
  return sets_of_annex_b({context_->extradata, static_cast<std::size_t>(context_->extradata_size)});
}

Status ClipEncoder::encode(AVFrame& frame, std::int64_t pts, const Sink& sink) {
  frame.pts = pts;
  frame.pict_type = std::exchange(wants_key_, false) ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  frame.key_frame = 0;
  XB_TRY(media::checked(avcodec_send_frame(context_.get(), &frame), "avcodec_send_frame",
                        ErrorCode::encoder_failed));
  return receive(sink);
}

Status ClipEncoder::finish(const Sink& sink) {
  XB_TRY(media::checked(avcodec_send_frame(context_.get(), nullptr), "avcodec_send_frame",
                        ErrorCode::encoder_failed));
  return receive(sink);
}

Status ClipEncoder::receive(const Sink& sink) {
  const auto made = media::make_av_packet();
  while (true) {
    const int code = avcodec_receive_packet(context_.get(), made.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return ok();
    XB_TRY(media::checked(code, "avcodec_receive_packet", ErrorCode::encoder_failed));
    std::vector<std::uint8_t> bytes;
    media::append_avcc(bytes, {made->data, static_cast<std::size_t>(made->size)});
    const auto packet = media::make_av_packet();
    XB_TRY(media::checked(av_new_packet(packet.get(), static_cast<int>(bytes.size())),
                          "av_new_packet"));
    std::memcpy(packet->data, bytes.data(), bytes.size());
    packet->pts = packet->dts = made->pts;
    packet->flags = made->flags;
    av_packet_unref(made.get());
    XB_TRY(sink(*packet));
  }
}

}  // namespace xb::output
