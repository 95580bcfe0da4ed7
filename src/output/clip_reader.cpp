// libav's demuxer and decoder, and what a picture needs to be encoded.
// SPDX-License-Identifier: Apache-2.0
#include "output/clip_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "media/avcc.h"
#include "media/decoder_rules.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/mathematics.h>
}

namespace xb::output {
namespace {

constexpr Duration longest_clip_read = std::chrono::seconds(20);
// Sound that primes the decoder lies before the first picture.
constexpr Duration before_cut = std::chrono::milliseconds(150);
constexpr AVRational in_ns{1, 1'000'000'000};

bool is_420(int format) {
  return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P;
}

int or_bt709(int value, int unspecified, int bt709) {
  return value == unspecified ? bt709 : value;
}

}  // namespace

Result<std::unique_ptr<ClipReader>> ClipReader::open(const ClipPart& part, Clock& clock) {
  std::unique_ptr<ClipReader> made(new ClipReader(part));
  media::InputSpec spec;
  spec.url = part.file.string();
  XB_TRY_ASSIGN(made->input_, media::AvInput::open(spec, clock, {}));
  if (made->input_->video_index() < 0)
    return Error(ErrorCode::source_no_video, part.file.filename().string());
  made->settle();
  XB_TRY(made->open_decoder());
  return made;
}

const AVStream& ClipReader::video() const {
  return *input_->context().streams[input_->video_index()];
}

const AVStream* ClipReader::sound() const {
  const int index = input_->audio_index();
  return index < 0 ? nullptr : input_->context().streams[index];
}

void ClipReader::settle() {
  const auto& stream = video();
  const auto said = stream.r_frame_rate.num > 0 ? stream.r_frame_rate : stream.avg_frame_rate;
  const auto is_usable = [](AVRational rate) {
    return rate.num > 0 && rate.den > 0 && rate.num / rate.den <= 240 && rate.num < 1'000'000'000 &&
           rate.num >= rate.den;
  };
  const auto rate = is_usable(said) ? said : stream.avg_frame_rate;
  if (is_usable(rate)) rate_ = {rate.num, rate.den};
  // whole pictures: the one nearest to each end
  const auto frames = [&](Duration time) {
    return std::llround(static_cast<double>(time.count()) / 1e9 * rate_.num / rate_.den);
  };
  const auto before = [&](std::int64_t frame) {
    return Duration(std::llround((static_cast<double>(frame) - 0.5) * rate_.den / rate_.num * 1e9));
  };
  const auto first = frames(part_.from);
  low_ = before(first);
  high_ = before(first + frames(part_.to - part_.from));
}

int ClipReader::turn() const {
  std::size_t bytes = 0;
  const auto* matrix = av_stream_get_side_data(&video(), AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  if (matrix == nullptr || bytes < 9 * sizeof(std::int32_t)) return 0;
  const auto degrees = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
  if (!std::isfinite(degrees)) return 0;
  return ((static_cast<int>(std::lround(-degrees / 90.0)) % 4) + 4) % 4 * 90;
}

ClipForm ClipReader::form() const {
  const auto& from = *video().codecpar;
  ClipForm out;
  out.width = from.width;
  out.height = from.height;
  out.rate = rate_;
  out.is_full_range = from.format == AV_PIX_FMT_YUVJ420P || from.color_range == AVCOL_RANGE_JPEG;
  out.primaries = or_bt709(from.color_primaries, AVCOL_PRI_UNSPECIFIED, AVCOL_PRI_BT709);
  out.transfer = or_bt709(from.color_trc, AVCOL_TRC_UNSPECIFIED, AVCOL_TRC_BT709);
  out.matrix = or_bt709(from.color_space, AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_BT709);
  if (from.sample_aspect_ratio.num > 0 && from.sample_aspect_ratio.den > 0) {
    out.aspect_num = from.sample_aspect_ratio.num;
    out.aspect_den = from.sample_aspect_ratio.den;
  }
  return out;
}

bool ClipReader::can_be_copied() const {
  const auto& from = *video().codecpar;
  if (from.codec_id != AV_CODEC_ID_H264 || !is_420(from.format)) return false;
  if (from.width % 2 != 0 || from.height % 2 != 0 || from.extradata_size <= 0) return false;
  if (from.field_order > AV_FIELD_PROGRESSIVE) return false;
  return sets_of_avcc({from.extradata, static_cast<std::size_t>(from.extradata_size)}).has_value();
}

Duration ClipReader::time_of(std::int64_t pts) const {
  return Duration(av_rescale_q(pts, video().time_base, in_ns));
}

void ClipReader::seek() {
  const auto to = std::max<Duration>(Duration{0}, low_ - before_cut);
  input_->deadline().start(longest_clip_read, {});
  const auto pts = av_rescale_q(to.count(), in_ns, video().time_base);
  // where that fails the file is read from its beginning
  av_seek_frame(&input_->context(), input_->video_index(), pts, AVSEEK_FLAG_BACKWARD);
}

Result<bool> ClipReader::read(AVPacket& packet) {
  while (true) {
    input_->deadline().start(longest_clip_read, {});
    const int code = av_read_frame(&input_->context(), &packet);
    if (code == AVERROR_EOF || (code == AVERROR_INVALIDDATA && packets_ > 0)) return false;
    XB_TRY(media::checked(code, "av_read_frame"));
    ++packets_;
    const bool is_torn = (packet.flags & AV_PKT_FLAG_CORRUPT) != 0;
    const bool has_time = packet.pts != AV_NOPTS_VALUE && packet.dts != AV_NOPTS_VALUE;
    if (!is_torn && has_time) return true;
    av_packet_unref(&packet);
  }
}

bool ClipReader::begins_group(const AVPacket& packet) const {
  if ((packet.flags & AV_PKT_FLAG_KEY) == 0) return false;
  const auto& from = *video().codecpar;
  return media::has_idr({packet.data, static_cast<std::size_t>(packet.size)},
                        {from.extradata, static_cast<std::size_t>(from.extradata_size)});
}

Status ClipReader::open_decoder() {
  const auto& from = *video().codecpar;
  const bool is_too_large =
      from.width > media::most_pixels_a_side || from.height > media::most_pixels_a_side;
  if (is_too_large) return Error(ErrorCode::source_unsupported, "picture larger than 8192");
  const auto* codec = avcodec_find_decoder(from.codec_id);
  if (codec == nullptr)
    return Error(ErrorCode::source_unsupported, avcodec_get_name(from.codec_id));
  decoder_.reset(avcodec_alloc_context3(codec));
  if (!decoder_) return Error(ErrorCode::media_failed, "no memory");
  XB_TRY(media::checked(avcodec_parameters_to_context(decoder_.get(), &from),
                        "avcodec_parameters_to_context"));
  decoder_->pkt_timebase = video().time_base;
  decoder_->max_pixels = media::most_pixels;
  decoder_->thread_count = 1;
  media::Options options;
  options.set("codec_whitelist", media::decoder_allow_list);
  return media::checked(avcodec_open2(decoder_.get(), codec, options.out()), "avcodec_open2",
                        ErrorCode::source_unsupported);
}

Status ClipReader::decode(const AVPacket& packet, const FrameSink& sink) {
  // what is damaged is left out, as players do
  if (avcodec_send_packet(decoder_.get(), &packet) < 0) return ok();
  return receive(sink);
}

Status ClipReader::drain(const FrameSink& sink) {
  avcodec_send_packet(decoder_.get(), nullptr);
  XB_TRY(receive(sink));
  avcodec_flush_buffers(decoder_.get());
  return ok();
}

Status ClipReader::receive(const FrameSink& sink) {
  while (true) {
    const int code = avcodec_receive_frame(decoder_.get(), frame_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return ok();
    if (code < 0) return ok();
    const auto pts = frame_->best_effort_timestamp;
    if (pts == AV_NOPTS_VALUE || pts <= last_pts_) continue;
    const auto time = time_of(pts);
    if (time < low_ || time >= high_) continue;
    last_pts_ = pts;
    frame_->pts = pts;
    XB_TRY(sink(*frame_));
  }
}

ClipFitter::ClipFitter(const ClipForm& form)
    : form_(form),
      converter_(media::Canvas{form.width, form.height, {}}),
      picture_(form.width, form.height) {
}

Result<AVFrame*> ClipFitter::fit(AVFrame& frame, int turn) {
  const bool is_as_wished = turn == 0 && frame.width == form_.width &&
                            frame.height == form_.height && is_420(frame.format);
  if (is_as_wished) {
    frame.crop_left = frame.crop_right = frame.crop_top = frame.crop_bottom = 0;
    return &frame;
  }
  XB_TRY(converter_.convert(frame, turn, picture_));
  made_ = media::make_av_frame();
  made_->width = form_.width;
  made_->height = form_.height;
  made_->format = AV_PIX_FMT_YUV420P;
  made_->color_range = AVCOL_RANGE_MPEG;
  XB_TRY(media::checked(av_frame_get_buffer(made_.get(), 0), "av_frame_get_buffer"));
  for (int plane = 0; plane < 3; ++plane) {
    const int lines = plane == 0 ? form_.height : form_.height / 2;
    const auto bytes = static_cast<std::size_t>(plane == 0 ? form_.width : form_.width / 2);
    for (int line = 0; line < lines; ++line)
      std::memcpy(made_->data[plane] + std::ptrdiff_t{line} * made_->linesize[plane],
                  picture_.plane(plane) + std::ptrdiff_t{line} * picture_.stride(plane), bytes);
  }
  return made_.get();
}

}  // namespace xb::output
