// AAC: blocks of the program to packets that start at sample `begin`.
// SPDX-License-Identifier: Apache-2.0
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
}

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "output/encoder.h"

namespace xb::output {
namespace {

using media::checked;
using media::Samples;

constexpr int channels = Samples::channels;
constexpr int frame_samples = static_cast<int>(aac_samples);

// The encoder refuses a whole frame for one sample that is not finite.
float sound(float sample) {
  return std::isfinite(sample) ? std::clamp(sample, -1.0F, 1.0F) : 0.0F;
}

class LibavAudio final : public AudioEncoder {
 public:
  LibavAudio(media::CodecContext context, media::StreamParameters parameters)
      : context_(std::move(context)), parameters_(std::move(parameters)) {}

  void begin(SampleCount first, std::int64_t timestamp) override {
    next_ = first.value;
    encoded_ = begin_ = timestamp;
  }
  // libavcodec's own AAC encoder looks at it before each packet.
  void set_bitrate(std::int64_t bits_per_second) override { context_->bit_rate = bits_per_second; }

  Status encode(const media::AudioBlock& block, const PacketSink& sink) override {
    const std::int64_t at = block.first.value;
    XB_TRY(add({}, at - next_, sink));  // lost blocks are heard as silence
    const std::int64_t skipped = std::max<std::int64_t>(0, next_ - at);
    if (skipped >= Samples::count) return ok();
    const auto values = std::span(block.samples->values);
    return add(values.subspan(static_cast<std::size_t>(skipped) * channels),
               Samples::count - skipped, sink);
  }

  Status finish(const PacketSink& sink) override {
    if (filled_ != 0) XB_TRY(add({}, frame_samples - filled_, sink));
    XB_TRY(checked(avcodec_send_frame(context_.get(), nullptr), "avcodec_send_frame",
                   ErrorCode::encoder_failed));
    return receive(sink);
  }

  const media::StreamParameters& parameters() const override { return parameters_; }

 private:
  // So many samples of both sides, interleaved; of no values, silence.
  Status add(std::span<const float> values, std::int64_t samples, const PacketSink& sink) {
    while (samples > 0) {
      if (filled_ == 0) XB_TRY(begin_frame());
      const auto count = std::min<std::int64_t>(samples, frame_samples - filled_);
      for (int side = 0; side < channels; ++side) {
        auto* into = reinterpret_cast<float*>(frame_->data[side]) + filled_;
        if (values.empty()) std::fill_n(into, count, 0.0F);
        for (std::size_t i = static_cast<std::size_t>(side);
             i < values.size() && i < static_cast<std::size_t>(count) * channels; i += channels)
          *into++ = sound(values[i]);
      }
      if (!values.empty()) values = values.subspan(static_cast<std::size_t>(count) * channels);
      samples -= count;
      next_ += count;
      filled_ += static_cast<int>(count);
      if (filled_ == frame_samples) XB_TRY(end_frame(sink));
    }
    return ok();
  }

  Status begin_frame() {
    frame_ = media::make_av_frame();
    frame_->nb_samples = frame_samples;
    frame_->format = context_->sample_fmt;
    frame_->sample_rate = context_->sample_rate;
    XB_TRY(checked(av_channel_layout_copy(&frame_->ch_layout, &context_->ch_layout),
                   "av_channel_layout_copy", ErrorCode::encoder_failed));
    return checked(av_frame_get_buffer(frame_.get(), 0), "av_frame_get_buffer",
                   ErrorCode::encoder_failed);
  }

  Status end_frame(const PacketSink& sink) {
    filled_ = 0;
    frame_->pts = encoded_;
    encoded_ += frame_samples;
    XB_TRY(checked(avcodec_send_frame(context_.get(), frame_.get()), "avcodec_send_frame",
                   ErrorCode::encoder_failed));
    return receive(sink);
  }

  Status receive(const PacketSink& sink) {
    while (true) {
      auto made = media::make_av_packet();
      const int code = avcodec_receive_packet(context_.get(), made.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return ok();
      XB_TRY(checked(code, "avcodec_receive_packet", ErrorCode::encoder_failed));
      // The encoder's first packet only primes the decoder. Left out, every packet's time is the
      // time of what it sounds like, with no edit list that some players ignore; the price is a
      // soft first 21 ms.
      if (made->pts < begin_) continue;
      auto packet = std::make_shared<media::Packet>();
      packet->kind = media::Kind::audio;
      packet->is_key = true;
      packet->pts = packet->dts = made->pts;
      packet->duration = frame_samples;
      packet->bytes = static_cast<std::size_t>(made->size);
      packet->codec = parameters_.codec;
      packet->data = std::shared_ptr<const AVPacket>(std::move(made));
      sink(std::move(packet));
    }
  }

  media::CodecContext context_;
  media::StreamParameters parameters_;
  media::AvFramePtr frame_;
  int filled_ = 0;            // samples in frame_
  std::int64_t next_ = 0;     // the program's sample that comes next
  std::int64_t begin_ = 0;    // timestamp of the first sample
  std::int64_t encoded_ = 0;  // the timestamp that comes next
};

}  // namespace

Result<std::unique_ptr<AudioEncoder>> AudioEncoder::open(const EncoderSettings& settings) {
  const auto* codec = avcodec_find_encoder_by_name("aac");
  if (codec == nullptr) return Error(ErrorCode::encoder_failed, "no AAC encoder");
  media::CodecContext context(avcodec_alloc_context3(codec));
  if (!context) return Error(ErrorCode::encoder_failed, "no memory");
  context->sample_fmt = AV_SAMPLE_FMT_FLTP;
  context->sample_rate = static_cast<int>(sample_rate);
  context->time_base = AVRational{1, static_cast<int>(sample_rate)};
  av_channel_layout_default(&context->ch_layout, channels);
  context->bit_rate = settings.audio_bitrate;
  context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  media::Options options;
  if (settings.is_quick_sound) options.set("aac_coder", "fast");
  XB_TRY(checked(avcodec_open2(context.get(), codec, options.out()), "avcodec_open2 aac",
                 ErrorCode::encoder_failed));
  media::StreamParameters parameters;
  parameters.kind = media::Kind::audio;
  XB_TRY_ASSIGN(parameters.codec, media::hold_parameters(*context));
  parameters.codec->parameters->initial_padding = 0;  // the priming packet is left out
  parameters.rate = Rate{static_cast<std::int32_t>(sample_rate), 1};
  parameters.bits_per_second = settings.audio_bitrate;
  return std::unique_ptr<AudioEncoder>(
      std::make_unique<LibavAudio>(std::move(context), std::move(parameters)));
}

}  // namespace xb::output
