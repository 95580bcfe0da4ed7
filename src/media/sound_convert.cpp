// Any decoded sound as stereo float at 48 kHz, through swresample.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/time.h"
#include "media/av.h"
#include "media/convert.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

namespace xb::media {

struct SoundConverter::Impl {
  Status prepare(const AVFrame& frame) {
    const int channels = frame.ch_layout.nb_channels;
    if (resampler && frame.format == format && frame.sample_rate == rate && channels == channels_in)
      return ok();
    AVChannelLayout from{};
    // an unknown order of channels is taken as the usual one of that number
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(&from, channels);
    } else {
      XB_TRY(checked(av_channel_layout_copy(&from, &frame.ch_layout), "av_channel_layout_copy"));
    }
    AVChannelLayout stereo{};
    av_channel_layout_default(&stereo, 2);
    SwrContext* made = nullptr;
    const int code = swr_alloc_set_opts2(
        &made, &stereo, AV_SAMPLE_FMT_FLT, static_cast<int>(sample_rate), &from,
        static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    resampler.reset(made);
    av_channel_layout_uninit(&from);
    XB_TRY(checked(code, "swr_alloc_set_opts2"));
    if (channels == 1) {  // swresample would take 3 dB off
      const std::array<double, 2> both{1.0, 1.0};
      XB_TRY(checked(swr_set_matrix(resampler.get(), both.data(), 1), "swr_set_matrix"));
    }
    const auto opened = checked(swr_init(resampler.get()), "swr_init");
    if (!opened) {
      resampler.reset();
      return opened;
    }
    format = frame.format;
    rate = frame.sample_rate;
    channels_in = channels;
    return ok();
  }

  // Returns how long what was held back before this call is.
  Result<Duration> run(const AVFrame& frame, std::vector<float>& out) {
    const auto held = swr_get_delay(resampler.get(), ns_per_second);
    const int room = swr_get_out_samples(resampler.get(), frame.nb_samples);
    if (room < 0) return Error(ErrorCode::media_failed, "swr_get_out_samples");
    const auto had = out.size();
    out.resize(had + static_cast<std::size_t>(room) * 2);
    auto* into = reinterpret_cast<std::uint8_t*>(out.data() + had);
    const int got =
        swr_convert(resampler.get(), &into, room,
                    const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
    out.resize(had + static_cast<std::size_t>(got > 0 ? got : 0) * 2);
    if (got < 0) return Error(ErrorCode::media_failed, "swr_convert: " + av_text(got));
    return Duration(held);
  }

  Resampler resampler;
  int format = -1;
  int rate = 0;
  int channels_in = 0;
};

SoundConverter::SoundConverter() : impl_(std::make_unique<Impl>()) {
}
SoundConverter::~SoundConverter() = default;
SoundConverter::SoundConverter(SoundConverter&&) noexcept = default;

Result<Duration> SoundConverter::convert(const AVFrame& frame, std::vector<float>& out) {
  if (frame.nb_samples <= 0 || frame.sample_rate <= 0 || frame.extended_data == nullptr)
    return Error(ErrorCode::decode_failed, "no sound");
  XB_TRY(impl_->prepare(frame));
  return impl_->run(frame, out);
}

void SoundConverter::reset() {
  impl_->resampler.reset();
}

}  // namespace xb::media
