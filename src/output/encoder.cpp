// H.264 through libavcodec: settings, picture references, exact timestamps.
// SPDX-License-Identifier: Apache-2.0
#include "output/encoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/cpu.h>
}

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/log.h"
#include "output/hardware.h"

namespace xb::output {
namespace {

using media::checked;

// x264's constant quality of a file: nobody sees a difference to the composed picture.
constexpr int file_quality = 20;

// Slices, not frames, in parallel: a frame thread each would hold back one frame (33 ms) a thread.
// Two are enough for 1080p30 on a two-core laptop and leave the program thread its core between
// frames; more than four slices cost picture quality for nothing.
int threads_here(const EncoderSettings& settings) {
  if (settings.threads > 0) return settings.threads;
  return std::clamp(av_cpu_count(), 1, 4);
}

void release_picture(void* opaque, std::uint8_t*) {
  std::unique_ptr<media::Ref<const media::Picture>>(
      static_cast<media::Ref<const media::Picture>*>(opaque));
}

// One second of buffer: a key frame may borrow from the frames after it, the 1.5 s queues of live
// Outputs still see no more than the nominal rate.
void set_most(AVCodecContext& context, std::int64_t bits_per_second) {
  context.rc_max_rate = bits_per_second;
  context.rc_buffer_size = static_cast<int>(std::min<std::int64_t>(bits_per_second, 1 << 30));
}

bool has_same_sets(const AVCodecParameters& a, const AVCodecParameters& b) {
  return a.width == b.width && a.height == b.height && a.extradata_size == b.extradata_size &&
         std::equal(a.extradata, a.extradata + a.extradata_size, b.extradata);
}

class LibavVideo final : public VideoEncoder {
 public:
  LibavVideo(media::CodecContext context, std::unique_ptr<Upload> upload,
             media::StreamParameters parameters)
      : context_(std::move(context)),
        upload_(std::move(upload)),
        parameters_(std::move(parameters)),
        name_(context_->codec->name) {}

  void begin(FrameNumber first) override { begin_ = first; }

  Status encode(const media::Frame& frame, const PacketSink& sink) override {
    const auto number = frame.number.value - begin_.value;
    if (number < 0) return ok();
    // A number that does not grow would be refused by the encoder; the program never sends one.
    if (number <= last_) return Error(ErrorCode::encoder_failed, "frame numbers went back");
    last_ = number;
    const auto& picture = *frame.picture;
    if (picture.width() != context_->width || picture.height() != context_->height)
      return Error(ErrorCode::encoder_failed, "picture of another size");
    XB_TRY_ASSIGN(auto input, wrap(frame.picture));
    if (upload_) {
      XB_TRY_ASSIGN(input, upload_->upload(*input));
    }
    input->pts = number;
    input->pict_type = std::exchange(wants_key_, false) ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    XB_TRY(checked(avcodec_send_frame(context_.get(), input.get()), "avcodec_send_frame",
                   ErrorCode::encoder_failed));
    if (most_) set_most(*context_, *std::exchange(most_, std::nullopt));
    return receive(sink);
  }

  Status finish(const PacketSink& sink) override {
    XB_TRY(checked(avcodec_send_frame(context_.get(), nullptr), "avcodec_send_frame",
                   ErrorCode::encoder_failed));
    return receive(sink);
  }

  void force_key_frame() override { wants_key_ = true; }
  // libavcodec's libx264 looks at these before each picture and tells x264: the most first, which
  // must never be less than the mean. So where it gets less, the most waits for the next picture.
  void set_bitrate(std::int64_t bits_per_second) override {
    if (context_->rc_max_rate == 0) return;  // the same quality, whatever it takes
    const bool is_less = context_->bit_rate > 0 && bits_per_second < context_->bit_rate;
    if (context_->bit_rate > 0) context_->bit_rate = bits_per_second;
    most_.reset();
    if (is_less)
      most_ = bits_per_second;
    else
      set_most(*context_, bits_per_second);
  }
  void stand_for(std::int64_t frames) override { stands_for_ = frames; }
  void succeed(const media::StreamParameters& before) override {
    const auto& other = before.codec;
    if (has_same_sets(*other->parameters, *parameters_.codec->parameters))
      parameters_.codec = other;
  }
  const media::StreamParameters& parameters() const override { return parameters_; }
  const std::string& name() const override { return name_; }

 private:
  // An AVFrame whose buffer is our reference to the Picture: no copy, given back when libavcodec
  // lets go.
  Result<media::AvFramePtr> wrap(const media::Ref<const media::Picture>& picture) {
    auto frame = media::make_av_frame();
    auto held = std::make_unique<media::Ref<const media::Picture>>(picture);
    auto* bytes = const_cast<std::uint8_t*>(picture->plane(0));  // marked read-only below
    const auto size =
        static_cast<std::size_t>(picture->stride(0)) * static_cast<std::size_t>(picture->height());
    frame->buf[0] =
        av_buffer_create(bytes, size, release_picture, held.get(), AV_BUFFER_FLAG_READONLY);
    if (frame->buf[0] == nullptr) return Error(ErrorCode::encoder_failed, "no memory");
    static_cast<void>(held.release());  // release_picture owns it now
    for (int i = 0; i < 3; ++i) {
      frame->data[i] = const_cast<std::uint8_t*>(picture->plane(i));
      frame->linesize[i] = picture->stride(i);
    }
    frame->width = picture->width();
    frame->height = picture->height();
    frame->format = AV_PIX_FMT_YUV420P;
    frame->color_range = AVCOL_RANGE_MPEG;
    frame->color_primaries = AVCOL_PRI_BT709;
    frame->color_trc = AVCOL_TRC_BT709;
    frame->colorspace = AVCOL_SPC_BT709;
    frame->sample_aspect_ratio = AVRational{1, 1};
    return frame;
  }

  std::int64_t in_time_base(std::int64_t frames) const {
    const auto& rate = parameters_.rate;
    return frames / rate.num * media::video_time_base * rate.den +
           frames % rate.num * media::video_time_base * rate.den / rate.num;
  }

  Status receive(const PacketSink& sink) {
    while (true) {
      auto made = media::make_av_packet();
      const int code = avcodec_receive_packet(context_.get(), made.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return ok();
      XB_TRY(checked(code, "avcodec_receive_packet", ErrorCode::encoder_failed));
      auto packet = std::make_shared<media::Packet>();
      packet->kind = media::Kind::video;
      packet->is_key = (made->flags & AV_PKT_FLAG_KEY) != 0;
      packet->pts = in_time_base(made->pts);
      packet->dts = in_time_base(made->dts);
      packet->duration = in_time_base(made->pts + stands_for_) - packet->pts;
      packet->bytes = static_cast<std::size_t>(made->size);
      packet->codec = parameters_.codec;
      packet->data = std::shared_ptr<const AVPacket>(std::move(made));
      sink(std::move(packet));
    }
  }

  media::CodecContext context_;
  std::unique_ptr<Upload> upload_;  // absent when the encoder takes pictures in memory
  media::StreamParameters parameters_;
  std::string name_;
  FrameNumber begin_;
  std::int64_t last_ = -1;
  std::int64_t stands_for_ = 1;
  std::optional<std::int64_t> most_;  // bits a second, from the next picture on
  bool wants_key_ = false;
};

void set_up(AVCodecContext& context, const EncoderSettings& settings) {
  const auto& rate = settings.rate;
  context.width = settings.width;
  context.height = settings.height;
  context.pix_fmt = AV_PIX_FMT_YUV420P;
  context.time_base = AVRational{rate.den, rate.num};
  context.framerate = AVRational{rate.num, rate.den};
  context.sample_aspect_ratio = AVRational{1, 1};
  context.color_range = AVCOL_RANGE_MPEG;
  context.color_primaries = AVCOL_PRI_BT709;
  context.color_trc = AVCOL_TRC_BT709;
  context.colorspace = AVCOL_SPC_BT709;
  context.chroma_sample_location = AVCHROMA_LOC_LEFT;
  if (settings.spending == Spending::live) {
    if (settings.crf == 0) context.bit_rate = settings.video_bitrate;
    set_most(context, settings.video_bitrate);
  }
  context.gop_size = std::max(1, settings.key_frame_seconds * rate.num / rate.den);
  context.max_b_frames = 0;
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
  context.thread_count = threads_here(settings);
  context.thread_type = FF_THREAD_SLICE;
}

Result<std::unique_ptr<VideoEncoder>> open_named(const EncoderSettings& settings,
                                                 const std::string& name) {
  const auto* codec = avcodec_find_encoder_by_name(name.c_str());
  if (codec == nullptr || codec->id != AV_CODEC_ID_H264)
    return Error(ErrorCode::encoder_failed, "no H.264 encoder " + name);
  media::CodecContext context(avcodec_alloc_context3(codec));
  if (!context) return Error(ErrorCode::encoder_failed, "no memory");
  set_up(*context, settings);
  media::Options options;
  std::unique_ptr<Upload> upload;
  if (name == software_encoder) {
    context->profile = FF_PROFILE_H264_HIGH;
    options.set("preset", settings.preset).set("tune", "zerolatency").set("forced-idr", "1");
    const bool is_file = settings.spending == Spending::file;
    if (const int crf = settings.crf > 0 ? settings.crf : is_file ? file_quality : 0; crf > 0)
      options.set("crf", std::to_string(crf).c_str());
    if (!settings.x264_params.empty()) options.set("x264-params", settings.x264_params.c_str());
    options.set("sc_threshold", "0");  // key frames where they are due, for fragments and joins
  } else {
    XB_TRY_ASSIGN(upload, set_up_hardware(*context, options, name));
  }
  XB_TRY(checked(avcodec_open2(context.get(), codec, options.out()), "avcodec_open2 " + name,
                 ErrorCode::encoder_failed));
  media::StreamParameters parameters;
  parameters.kind = media::Kind::video;
  XB_TRY_ASSIGN(parameters.codec, media::hold_parameters(*context));
  if (parameters.codec->parameters->extradata_size <= 0)
    return Error(ErrorCode::encoder_failed, name + " gives no parameter sets");
  parameters.width = settings.width;
  parameters.height = settings.height;
  parameters.rate = settings.rate;
  parameters.bits_per_second = settings.video_bitrate;
  return std::unique_ptr<VideoEncoder>(
      std::make_unique<LibavVideo>(std::move(context), std::move(upload), std::move(parameters)));
}

bool encodes_black(const EncoderSettings& settings, const std::string& name) {
  auto opened = open_named(settings, name);
  if (!opened) return false;
  media::PicturePool pool("black", 1,
                          [&] { return media::Picture(settings.width, settings.height); });
  auto picture = pool.take();
  picture->fill(16, 128, 128);
  bool has_packet = false;
  const auto sink = [&](const media::PacketRef&) { has_packet = true; };
  const media::Frame frame{picture, SessionTime{}, FrameNumber{0}};
  return (*opened)->encode(frame, sink) && (*opened)->finish(sink) && has_packet;
}

}  // namespace

std::int64_t usual_video_bitrate(int width, int height, Rate rate) {
  // Grows slower than the pixels: 720p30 2.5, 1080p30 4.5, 360p30 0.9 Mbit/s.
  constexpr std::array<std::pair<std::int64_t, std::int64_t>, 6> steps{{{640 * 360, 900'000},
                                                                        {960 * 540, 1'600'000},
                                                                        {1280 * 720, 2'500'000},
                                                                        {1600 * 900, 3'500'000},
                                                                        {1920 * 1080, 4'500'000},
                                                                        {2560 * 1440, 7'500'000}}};
  const std::int64_t pixels = std::int64_t{width} * height;
  std::int64_t bits = 12'000'000;
  for (const auto& [most, rate_for] : steps) {
    if (pixels <= most) {
      bits = rate_for;
      break;
    }
  }
  return rate.num > 40 * rate.den ? bits * 3 / 2 : bits;
}

Result<std::unique_ptr<VideoEncoder>> VideoEncoder::open(const EncoderSettings& settings) {
  if (settings.width < 16 || settings.height < 16 || settings.width % 2 != 0 ||
      settings.height % 2 != 0 || settings.rate.num <= 0 || settings.rate.den <= 0 ||
      settings.video_bitrate < 50'000)
    return Error(ErrorCode::encoder_failed, "size, rate or bitrate out of range");
  const auto& name = settings.video_encoder;
  auto opened = open_named(settings, name);
  if (opened || name == software_encoder) return opened;
  log_warn("output.encoder", "{} does not open, {} instead: {}", name, software_encoder,
           opened.error().detail());
  return open_named(settings, software_encoder);
}

std::string choose_video_encoder(const EncoderSettings& settings) {
  if (settings.crf > 0) return software_encoder;
  for (const auto& name : hardware_here()) {
    if (succeeds_apart([&] { return encodes_black(settings, name); }, from_ms(2000))) return name;
    log_info("output.encoder", "{} does not work here", name);
  }
  return software_encoder;
}

}  // namespace xb::output
