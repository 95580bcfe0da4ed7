// Reads packets, decodes them, drains at the end; times in nanoseconds of the source's clock.
// SPDX-License-Identifier: Apache-2.0
#include "media/decoder.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "media/av.h"
#include "media/av_input.h"
#include "media/convert.h"
#include "media/decoder_rules.h"
#include "media/motion_jpeg.h"
#include "media/packet_tap.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
}

namespace xb::media {
namespace {

constexpr AVRational nanoseconds{1, 1'000'000'000};
constexpr AVRational microseconds{1, AV_TIME_BASE};
constexpr std::int64_t most_ns = std::int64_t{1} << 60U;  // 36 years: beyond it is no time

int upright_turn(const AVStream& stream) {
  std::size_t bytes = 0;
  const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  if (matrix == nullptr || bytes < 9 * sizeof(std::int32_t)) return 0;
  const double counter_clockwise =
      av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
  if (!std::isfinite(counter_clockwise)) return 0;
  const auto quarter = static_cast<int>(std::lround(-counter_clockwise / 90.0));
  return ((quarter % 4) + 4) % 4 * 90;
}

// One stream being decoded.
struct Track {
  int index = -1;
  CodecContext codec;
  AVRational time_base{0, 1};
  Duration expected{};  // where the next frame belongs when it does not say
  Duration usual{};     // length of a frame when it does not say
  bool is_flushed = false;
  bool is_done = true;
};

class AvDecoder final : public Decoder {
 public:
  AvDecoder(const InputSpec& spec, std::unique_ptr<AvInput> input)
      : spec_(spec), input_(std::move(input)) {}

  Status prepare() {
    auto& context = input_->context();
    if (spec_.kind == InputKind::file && context.start_time != AV_NOPTS_VALUE)
      origin_ = Duration(av_rescale_q(context.start_time, microseconds, nanoseconds));
    // one stream of an unknown kind does not take the other one with it
    auto video = open_track(video_, input_->video_index());
    if (!video) video_ = {};
    auto audio = open_track(audio_, input_->audio_index());
    if (!audio) audio_ = {};
    if (!has_video() && !has_audio()) return !video ? video : audio;
    if (!video_.codec) return ok();
    const auto& stream = *context.streams[video_.index];
    describe_video(stream);
    tap_ = PacketTap::make(spec_.coded, stream, facts_.turn, spec_.kind);
    jpegs_ = MotionJpeg::make(*stream.codecpar);
    return ok();
  }

  bool has_video() const override { return video_.codec != nullptr; }
  bool has_audio() const override { return audio_.codec != nullptr; }
  const VideoFacts& video() const override { return facts_; }
  std::uint64_t decode_errors() const override { return errors_; }

  Result<Decoded> next(std::stop_token stop) override {
    jpeg_ = picture_ = nullptr;
    while (true) {
      if (stop.stop_requested()) return Error(ErrorCode::cancelled, "decode");
      if (errors_in_a_row_ > most_decode_errors_in_a_row)
        return Error(ErrorCode::decode_failed, std::to_string(errors_in_a_row_) + " in a row");
      if (fed_ != nullptr) {
        auto decoded = receive(*fed_);
        if (!decoded || decoded->piece != Piece::nothing) return decoded;
        fed_ = nullptr;
      }
      if (is_at_end_) {
        Track* left = !video_.is_done ? &video_ : (!audio_.is_done ? &audio_ : nullptr);
        if (left == nullptr) return Decoded{.piece = Piece::end};
        flush(*left);
        continue;
      }
      XB_TRY_ASSIGN(const bool is_there, read(stop));
      if (!is_there && !is_at_end_) return Decoded{};
    }
  }

  Status read_picture(PictureConverter& converter, Picture& into) override {
    const bool is_by_rows = picture_ == nullptr && jpeg_ != nullptr &&
                            spec_.reads_per_picture == 1 &&
                            converter.takes_rows(*jpeg_, facts_.turn);
    if (is_by_rows && jpegs_->read_rows([&](const AVFrame& rows, int y) {
          converter.convert_rows(rows, y, into);
        })) {
      errors_in_a_row_ = 0;
      return ok();
    }
    if (is_by_rows) XB_TRY(decode_jpeg());
    XB_TRY_ASSIGN(const auto* decoded, picture());
    return converter.convert(*decoded, facts_.turn, into);
  }

  Result<const AVFrame*> picture() override {
    if (picture_ != nullptr) return picture_;
    if (jpeg_ == nullptr) return Error(ErrorCode::decode_failed, "no picture");
    picture_ = jpegs_->read();
    if (picture_ == nullptr) XB_TRY(decode_jpeg());
    errors_in_a_row_ = 0;
    return picture_;
  }

 private:
  Status open_track(Track& track, int index) {
    if (index < 0) return ok();
    const auto& stream = *input_->context().streams[index];
    const auto& parameters = *stream.codecpar;
    if (parameters.width > most_pixels_a_side || parameters.height > most_pixels_a_side)
      return Error(ErrorCode::source_open_failed, "picture larger than 8192");
    const auto* codec = avcodec_find_decoder(parameters.codec_id);
    if (codec == nullptr)
      return Error(ErrorCode::source_unsupported, avcodec_get_name(parameters.codec_id));
    track.codec.reset(avcodec_alloc_context3(codec));
    if (!track.codec) return Error(ErrorCode::internal, "avcodec_alloc_context3");
    XB_TRY(checked(avcodec_parameters_to_context(track.codec.get(), &parameters),
                   "avcodec_parameters_to_context", ErrorCode::source_open_failed));
    track.codec->pkt_timebase = stream.time_base;
    track.codec->max_pixels = most_pixels;
    // One thread is the cheapest and gives the same bytes each time; more only when asked. JPEGs
    // are libavcodec's one by one, so it may hold none back.
    const bool can_wait =
        parameters.codec_type == AVMEDIA_TYPE_VIDEO && parameters.codec_id != AV_CODEC_ID_MJPEG;
    track.codec->thread_count = can_wait ? spec_.video_threads : 1;
    Options options;
    options.set("codec_whitelist", decoder_allow_list);
    XB_TRY(checked(avcodec_open2(track.codec.get(), codec, options.out()), codec->name,
                   ErrorCode::source_unsupported));
    track.index = index;
    track.time_base = stream.time_base;
    track.is_done = false;
    if (stream.avg_frame_rate.num > 0 && stream.avg_frame_rate.den > 0)
      track.usual =
          Duration(av_rescale(ns_per_second, stream.avg_frame_rate.den, stream.avg_frame_rate.num));
    return ok();
  }

  void describe_video(const AVStream& stream) {
    facts_.width = stream.codecpar->width;
    facts_.height = stream.codecpar->height;
    facts_.turn = upright_turn(stream);
    facts_.codec = avcodec_get_name(stream.codecpar->codec_id);
    const auto rate = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
    if (rate.num > 0 && rate.den > 0 && rate.num / rate.den <= 1000)
      facts_.rate = {rate.num, rate.den};
  }

  // Reads one packet and feeds it. False: nothing there now, or the end (is_at_end_).
  Result<bool> read(const std::stop_token& stop) {
    input_->deadline().start(spec_.read_deadline, stop);
    av_packet_unref(packet_.get());
    const int code = av_read_frame(&input_->context(), packet_.get());
    if (code == AVERROR(EAGAIN)) return false;
    if (code == AVERROR_EOF) {
      is_at_end_ = true;
      return false;
    }
    if (code < 0) {
      if (stop.stop_requested()) return Error(ErrorCode::cancelled, "read");
      if (code == AVERROR_EXIT)
        return Error(ErrorCode::source_stalled,
                     "nothing for " + std::to_string(to_ms(spec_.read_deadline)) + " ms");
      if (spec_.kind == InputKind::device) return Error(ErrorCode::device_missing, av_text(code));
      if (spec_.kind != InputKind::file) return Error(ErrorCode::source_stalled, av_text(code));
      ++errors_;  // a damaged file ends where it can no longer be read
      is_at_end_ = true;
      return false;
    }
    Track* track = nullptr;
    if (packet_->stream_index == video_.index) track = &video_;
    if (packet_->stream_index == audio_.index) track = &audio_;
    if (track == nullptr || !track->codec) return true;
    if (track == &video_ && tap_) tap_->take(*packet_);
    fed_ = track;
    if (track == &video_ && jpegs_) jpeg_ = jpegs_->open(*packet_);
    if (jpeg_ != nullptr) return true;
    const int sent = avcodec_send_packet(track->codec.get(), packet_.get());
    if (sent < 0 && sent != AVERROR(EAGAIN)) count_error();
    return true;
  }

  void flush(Track& track) {
    if (!track.is_flushed) {
      track.is_flushed = true;
      avcodec_send_packet(track.codec.get(), nullptr);
    }
    fed_ = &track;
  }

  void count_error() {
    ++errors_;
    ++errors_in_a_row_;
  }

  // By libavcodec what libjpeg would not.
  Status decode_jpeg() {
    auto& codec = *video_.codec;
    const bool is_decoded = avcodec_send_packet(&codec, packet_.get()) >= 0 &&
                            avcodec_receive_frame(&codec, frame_.get()) >= 0 && is_sane(*frame_);
    if (!is_decoded) {
      count_error();
      return Error(ErrorCode::decode_failed, "JPEG");
    }
    errors_in_a_row_ = 0;
    picture_ = frame_.get();
    return ok();
  }

  // Piece::nothing: this decoder wants more input (or is done).
  Result<Decoded> receive(Track& track) {
    if (jpeg_ != nullptr) return timed(track, *jpeg_);
    while (errors_in_a_row_ <= most_decode_errors_in_a_row) {
      const int code = avcodec_receive_frame(track.codec.get(), frame_.get());
      if (code == AVERROR(EAGAIN)) {
        if (track.is_flushed) track.is_done = true;
        return Decoded{};
      }
      if (code == AVERROR_EOF) {
        track.is_done = true;
        return Decoded{};
      }
      if (code < 0 || !is_sane(*frame_)) {
        count_error();
        continue;
      }
      errors_in_a_row_ = 0;
      if (&track == &video_) picture_ = frame_.get();
      return timed(track, *frame_);
    }
    return Decoded{};
  }

  static bool is_sane(const AVFrame& frame) {
    if (frame.width > 0)
      return frame.height > 0 && frame.width <= most_pixels_a_side &&
             frame.height <= most_pixels_a_side;
    return frame.nb_samples > 0 && frame.nb_samples <= 1'000'000 && frame.sample_rate >= 1000 &&
           frame.sample_rate <= 768'000 && frame.ch_layout.nb_channels >= 1 &&
           frame.ch_layout.nb_channels <= 32;
  }

  Decoded timed(Track& track, const AVFrame& frame) {
    Decoded out;
    out.piece = frame.width > 0 ? Piece::video : Piece::audio;
    if (out.piece == Piece::audio) out.frame = &frame;
    out.duration = out.piece == Piece::audio
                       ? Duration(av_rescale(frame.nb_samples, ns_per_second, frame.sample_rate))
                       : Duration(av_rescale_q(frame.pkt_duration, track.time_base, nanoseconds));
    if (out.duration <= Duration::zero() || out.duration > std::chrono::seconds(10))
      out.duration = track.usual;
    if (out.piece == Piece::video && tap_) out.coded = tap_->id_of(frame.pts);
    out.time = track.expected;
    if (spec_.kind == InputKind::device && out.piece == Piece::audio) {
      // libav stamps microphones by the wall clock, which may be set; the samples are the clock
      out.time = Duration(av_rescale(heard_, ns_per_second, frame.sample_rate));
      heard_ += frame.nb_samples;
    } else if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
      const auto ns = av_rescale_q(frame.best_effort_timestamp, track.time_base, nanoseconds);
      if (ns > -most_ns && ns < most_ns) out.time = Duration(ns) - origin_;
    }
    track.expected = out.time + out.duration;
    return out;
  }

  const InputSpec spec_;
  const std::unique_ptr<AvInput> input_;
  Track video_;
  Track audio_;
  Track* fed_ = nullptr;
  std::unique_ptr<MotionJpeg> jpegs_;  // null: the pictures are no JPEGs
  const AVFrame* jpeg_ = nullptr;      // what next() told of, when it is theirs
  const AVFrame* picture_ = nullptr;   // the same, decoded
  std::unique_ptr<PacketTap> tap_;     // null: nobody keeps the packets, or they cannot be kept
  VideoFacts facts_;
  Duration origin_{};
  std::int64_t heard_ = 0;  // samples of a microphone
  AvPacketPtr packet_ = make_av_packet();
  AvFramePtr frame_ = make_av_frame();
  bool is_at_end_ = false;
  std::uint64_t errors_ = 0;
  std::uint64_t errors_in_a_row_ = 0;
};

}  // namespace

Result<std::unique_ptr<Decoder>> Decoder::open(const InputSpec& spec, Clock& clock,
                                               std::stop_token stop) {
  XB_TRY_ASSIGN(auto input, AvInput::open(spec, clock, std::move(stop)));
  auto made = std::make_unique<AvDecoder>(spec, std::move(input));
  XB_TRY(made->prepare());
  return std::unique_ptr<Decoder>(std::move(made));
}

}  // namespace xb::media
