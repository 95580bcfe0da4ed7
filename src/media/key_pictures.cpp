// SPDX-License-Identifier: Apache-2.0
#include "media/key_pictures.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "media/av.h"
#include "media/av_input.h"
#include "media/convert.h"
#include "media/decoder_rules.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
}

namespace xb::media {
namespace {

constexpr AVRational of_ns{1, 1'000'000'000};
constexpr Duration read_limit = std::chrono::seconds(10);

int turn_of(const AVStream& stream) {
  std::size_t bytes = 0;
  const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  if (matrix == nullptr || bytes < 9 * sizeof(std::int32_t)) return 0;
  const double angle = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
  if (!std::isfinite(angle)) return 0;
  return ((static_cast<int>(std::lround(-angle / 90.0)) % 4) + 4) % 4 * 90;
}

class KeyPictures {
 public:
  explicit KeyPictures(std::unique_ptr<AvInput> input) : input_(std::move(input)) {}

  static Result<KeyPictures> open(const std::filesystem::path& file, Clock& clock,
                                  std::stop_token stop) {
    InputSpec spec;
    spec.url = file.string();
    spec.wants_audio = false;
    XB_TRY_ASSIGN(auto input, AvInput::open(spec, clock, std::move(stop)));
    if (input->video_index() < 0) return Error(ErrorCode::source_unsupported, file.string());
    return KeyPictures(std::move(input));
  }

  Status prepare() {
    auto& from = stream();
    const auto* codec = avcodec_find_decoder(from.codecpar->codec_id);
    const bool is_too_large =
        from.codecpar->width > most_pixels_a_side || from.codecpar->height > most_pixels_a_side;
    if (codec == nullptr || is_too_large)
      return Error(ErrorCode::source_unsupported, avcodec_get_name(from.codecpar->codec_id));
    from.discard = AVDISCARD_NONKEY;
    codec_.reset(avcodec_alloc_context3(codec));
    if (!codec_) return Error(ErrorCode::media_failed, "no memory");
    XB_TRY(checked(avcodec_parameters_to_context(codec_.get(), from.codecpar),
                   "avcodec_parameters_to_context"));
    codec_->pkt_timebase = from.time_base;
    codec_->max_pixels = most_pixels;
    codec_->thread_count = 1;
    codec_->skip_frame = AVDISCARD_NONKEY;
    Options options;
    options.set("codec_whitelist", decoder_allow_list);
    return checked(avcodec_open2(codec_.get(), codec, options.out()), codec->name,
                   ErrorCode::source_unsupported);
  }

  // Stays at the beginning where it cannot go on.
  void seek(Duration from) {
    const auto at = av_rescale_q(from.count(), of_ns, stream().time_base) + origin();
    if (from > Duration::zero())
      av_seek_frame(&input_->context(), input_->video_index(), at, AVSEEK_FLAG_BACKWARD);
  }

  // False: the end, or where a damaged file can no longer be read.
  Result<bool> next(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int code = avcodec_receive_frame(codec_.get(), frame_.get());
      if (code == 0) {
        errors_ = 0;
        return true;
      }
      if (code == AVERROR_EOF) return false;
      if (code != AVERROR(EAGAIN) && ++errors_ > most_decode_errors_in_a_row) return false;
      XB_TRY(feed(stop));
    }
    return Error(ErrorCode::cancelled, "key pictures");
  }

  const AVFrame& frame() const { return *frame_; }
  AVStream& stream() const { return *input_->context().streams[input_->video_index()]; }
  Duration time() const {
    const auto pts = frame_->best_effort_timestamp;
    if (pts == AV_NOPTS_VALUE) return Duration::zero();
    return Duration(av_rescale_q(pts - origin(), stream().time_base, of_ns));
  }

 private:
  std::int64_t origin() const {
    const auto& context = input_->context();
    if (context.start_time == AV_NOPTS_VALUE) return 0;
    return av_rescale_q(context.start_time, AVRational{1, AV_TIME_BASE}, stream().time_base);
  }

  Status feed(const std::stop_token& stop) {
    while (!is_flushed_) {
      input_->deadline().start(read_limit, stop);
      av_packet_unref(packet_.get());
      const bool is_there = av_read_frame(&input_->context(), packet_.get()) >= 0;
      if (stop.stop_requested()) return Error(ErrorCode::cancelled, "key pictures");
      if (is_there && packet_->stream_index != input_->video_index()) continue;
      if (is_there && (packet_->flags & AV_PKT_FLAG_KEY) == 0) continue;
      is_flushed_ = !is_there;
      avcodec_send_packet(codec_.get(), is_there ? packet_.get() : nullptr);
      return ok();
    }
    return ok();
  }

  std::unique_ptr<AvInput> input_;
  CodecContext codec_;
  AvPacketPtr packet_ = make_av_packet();
  AvFramePtr frame_ = make_av_frame();
  std::uint64_t errors_ = 0;
  bool is_flushed_ = false;
};

}  // namespace

Status each_key_picture(const std::filesystem::path& file, Duration from, int width, int height,
                        Clock& clock, std::stop_token stop,
                        const std::function<bool(Duration, const Picture&)>& seen) {
  XB_TRY_ASSIGN(auto pictures, KeyPictures::open(file, clock, stop));
  XB_TRY(pictures.prepare());
  pictures.seek(from);
  PictureConverter converter(Canvas{width, height, {Fit::contain, {}}});
  Picture picture(width, height);
  const int turn = turn_of(pictures.stream());
  while (true) {
    XB_TRY_ASSIGN(const bool is_there, pictures.next(stop));
    if (!is_there) return ok();
    const auto& frame = pictures.frame();
    const bool is_sane = frame.width > 0 && frame.height > 0 && frame.width <= most_pixels_a_side &&
                         frame.height <= most_pixels_a_side;
    if (!is_sane) continue;
    XB_TRY(converter.convert(frame, turn, picture));
    if (!seen(pictures.time(), picture)) return ok();
  }
}

Result<ShownSize> shown_size(const std::filesystem::path& file, Clock& clock,
                             std::stop_token stop) {
  XB_TRY_ASSIGN(const auto pictures, KeyPictures::open(file, clock, std::move(stop)));
  const auto& stream = pictures.stream();
  const auto aspect = stream.sample_aspect_ratio.num > 0 ? stream.sample_aspect_ratio
                                                         : stream.codecpar->sample_aspect_ratio;
  ShownSize out{stream.codecpar->width, stream.codecpar->height};
  if (aspect.num > 0 && aspect.den > 0)
    out.width = static_cast<int>(av_rescale(out.width, aspect.num, aspect.den));
  if (turn_of(stream) % 180 != 0) std::swap(out.width, out.height);
  if (out.width < 1 || out.height < 1) return Error(ErrorCode::source_unsupported, file.string());
  return out;
}

}  // namespace xb::media
