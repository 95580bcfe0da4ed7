// SPDX-License-Identifier: Apache-2.0
#include "output/clip_blank.h"

#include <algorithm>
#include <array>
#include <cstring>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
}

namespace xb::output {
namespace {

constexpr int words_width = 209;
constexpr int words_height = 28;
constexpr int word_bits = 32;
constexpr int silent_frames = 6;  // the first ones carry what the encoder begins with
// The words, a bit a dot, drawn with Noto Sans CJK (SIL Open Font License).
constexpr std::array<std::array<std::uint32_t, 7>, words_height> dots{{
    {0x00000000, 0x200C0000, 0x38000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
    {0x00000000, 0xF00E0000, 0x3C000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
    {0xFFFFF800, 0x781E0000, 0x3C000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
    {0xFFFFF80F, 0xFFFFF000, 0x3C000000, 0x00000000, 0x00000000, 0x00000000, 0x00078000},
    {0xFFFFF80F, 0xFFFFF07F, 0xFFFE0000, 0x00000000, 0x00000000, 0x00000000, 0x00078000},
    {0x0000380F, 0xFFFFF07F, 0xFFFE0000, 0x00000000, 0x00000000, 0x00000000, 0x00078000},
    {0x00003800, 0x0000C07F, 0xFFFE0000, 0x00000000, 0x00000000, 0x00000000, 0x00078000},
    {0x00003807, 0xFE71C000, 0x3C000000, 0x00000000, 0x00000000, 0x00000000, 0x00078000},
    {0x38003807, 0xFE71C000, 0x3C000000, 0x00000000, 0x00000000, 0x00000000, 0x00078000},
    {0x38003807, 0x4671C000, 0x3C00003C, 0xF03E03CF, 0x83C007E0, 0x7C0781F0, 0x01E78000},
    {0x38003807, 0xFE71C000, 0x3C00003D, 0xF0FF83DF, 0xCFF01FF0, 0x3C0F07FC, 0x07FF8000},
    {0x38003807, 0x1671C000, 0x3C00003F, 0xF1FFC3FF, 0xFFF03FF8, 0x3C0F0FFE, 0x0FFF8000},
    {0x3FFFF807, 0x6671C1FF, 0xFFFF803F, 0xF1E3C3FF, 0xFFF83FFC, 0x3E0F0F1E, 0x0FFF8000},
    {0x3FFFF807, 0xFE71C1FF, 0xFFFF803F, 0x03C1E3E1, 0xF8F87C3E, 0x1E1E1E0F, 0x1F0F8000},
    {0x3FFFF807, 0x1601C1FF, 0xFFFF803E, 0x0381E3C1, 0xF078781E, 0x1E1E1C0F, 0x1E078000},
    {0x38003807, 0x0601C001, 0xF000003C, 0x07FFE3C1, 0xF078F81E, 0x1E1E3FFF, 0x3E078000},
    {0x38003807, 0x1E07C001, 0xE000003C, 0x07FFE3C1, 0xF078F81E, 0x0F1C3FFF, 0x3E078000},
    {0x38000007, 0x1C078003, 0xE060003C, 0x07FFE3C1, 0xF078F81E, 0x0F3C3FFF, 0x3E078000},
    {0x3800000F, 0xFFFFE003, 0xC0F0003C, 0x078003C1, 0xF078F81E, 0x0F3C3C00, 0x3E078000},
    {0x3800030F, 0xFFFFE003, 0xC0F8003C, 0x03C003C1, 0xF078781E, 0x07B81E00, 0x1E078000},
    {0x3800078F, 0xFFFFE007, 0x8078003C, 0x03C003C1, 0xF0787C3E, 0x07B81E00, 0x1F0F8000},
    {0x38000780, 0x0F01E007, 0x803C003C, 0x01F1C3C1, 0xF0783EFC, 0x07F80F8E, 0x1FFF8000},
    {0x38000780, 0x1E01C00F, 0x9FFE003C, 0x01FFC3C1, 0xF0783FF8, 0x03F00FFE, 0x0FFF8000},
    {0x3E001F00, 0x3E01C0FF, 0xFFFE003C, 0x00FFC3C1, 0xF0781FF0, 0x03F007FE, 0x07F78000},
    {0x3FFFFF00, 0xFC03C0FF, 0xFFFF003C, 0x003F03C1, 0xF07807E0, 0x01F001F8, 0x03E78000},
    {0x1FFFFE0F, 0xF83FC07F, 0xFFFF8000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
    {0x0FFFFC0F, 0xE03F8078, 0x00070000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
    {0x00000006, 0x001F0000, 0x00040000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
}};

bool is_dot(int x, int y) {
  const auto word = dots[static_cast<std::size_t>(y)][static_cast<std::size_t>(x / word_bits)];
  return (word >> static_cast<unsigned>(word_bits - 1 - x % word_bits) & 1U) != 0;
}

}  // namespace

Result<media::AvFramePtr> removed_picture(int width, int height, bool is_full_range) {
  auto out = media::make_av_frame();
  out->width = width;
  out->height = height;
  out->format = is_full_range ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
  XB_TRY(media::checked(av_frame_get_buffer(out.get(), 0), "av_frame_get_buffer"));
  const int black = is_full_range ? 0 : 16;
  const int white = is_full_range ? 200 : 190;
  const auto lines = [](int size) { return static_cast<std::size_t>(size); };
  std::memset(out->data[0], black, lines(out->linesize[0]) * lines(height));
  for (const int plane : {1, 2})
    std::memset(out->data[plane], 128, lines(out->linesize[plane]) * lines((height + 1) / 2));
  const int scale = std::max(1, width * 2 / 5 / words_width);
  const int left = (width - words_width * scale) / 2;
  const int top = (height - words_height * scale) / 2;
  for (int y = std::max(0, top); y < std::min(height, top + words_height * scale); ++y)
    for (int x = std::max(0, left); x < std::min(width, left + words_width * scale); ++x)
      if (is_dot((x - left) / scale, (y - top) / scale))
        out->data[0][std::ptrdiff_t{y} * out->linesize[0] + x] = static_cast<std::uint8_t>(white);
  return out;
}

std::vector<std::uint8_t> silent_packet(const AVCodecParameters& sound) {
  const auto* codec = avcodec_find_encoder_by_name("aac");
  if (sound.codec_id != AV_CODEC_ID_AAC || codec == nullptr) return {};
  media::CodecContext context(avcodec_alloc_context3(codec));
  if (!context) return {};
  context->sample_fmt = AV_SAMPLE_FMT_FLTP;
  context->sample_rate = sound.sample_rate;
  context->bit_rate = 64'000;
  context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_channel_layout_default(&context->ch_layout, sound.ch_layout.nb_channels);
  if (avcodec_open2(context.get(), codec, nullptr) < 0) return {};
  std::vector<std::uint8_t> out;
  const auto packet = media::make_av_packet();
  for (int i = 0; i < silent_frames; ++i) {
    const auto frame = media::make_av_frame();
    frame->nb_samples = context->frame_size;
    frame->format = context->sample_fmt;
    frame->sample_rate = context->sample_rate;
    frame->pts = std::int64_t{i} * context->frame_size;
    if (av_channel_layout_copy(&frame->ch_layout, &context->ch_layout) < 0) return {};
    if (av_frame_get_buffer(frame.get(), 0) < 0) return {};
    for (int channel = 0; channel < context->ch_layout.nb_channels; ++channel)
      std::memset(frame->extended_data[channel], 0,
                  static_cast<std::size_t>(frame->nb_samples) * sizeof(float));
    if (avcodec_send_frame(context.get(), frame.get()) < 0) return {};
    while (avcodec_receive_packet(context.get(), packet.get()) == 0) {
      out.assign(packet->data, packet->data + packet->size);
      av_packet_unref(packet.get());
    }
  }
  return out;
}

}  // namespace xb::output
