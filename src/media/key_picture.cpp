// One packet in, one frame out. SPDX-License-Identifier: Apache-2.0
#include "media/key_picture.h"

#include <cstring>

#include "media/av.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xb::media {

Result<Picture> decode_key_frame(const Packet& packet) {
  if (!packet.codec || !packet.data) return Error(ErrorCode::decode_failed, "no parameters");
  const auto* parameters = packet.codec->parameters.get();
  const auto* decoder = avcodec_find_decoder(parameters->codec_id);
  if (decoder == nullptr) return Error(ErrorCode::decode_failed, "no decoder");
  const CodecContext context(avcodec_alloc_context3(decoder));
  XB_TRY(checked(avcodec_parameters_to_context(context.get(), parameters),
                 "avcodec_parameters_to_context", ErrorCode::decode_failed));
  context->thread_count = 1;
  XB_TRY(checked(avcodec_open2(context.get(), decoder, nullptr), "avcodec_open2",
                 ErrorCode::decode_failed));
  XB_TRY(checked(avcodec_send_packet(context.get(), packet.data.get()), "avcodec_send_packet",
                 ErrorCode::decode_failed));
  XB_TRY(checked(avcodec_send_packet(context.get(), nullptr), "avcodec_send_packet",
                 ErrorCode::decode_failed));
  const auto frame = make_av_frame();
  XB_TRY(checked(avcodec_receive_frame(context.get(), frame.get()), "avcodec_receive_frame",
                 ErrorCode::decode_failed));
  const bool is_i420 = frame->format == AV_PIX_FMT_YUV420P || frame->format == AV_PIX_FMT_YUVJ420P;
  const bool is_even = frame->width % 2 == 0 && frame->height % 2 == 0 && frame->width > 0;
  if (!is_i420 || !is_even) return Error(ErrorCode::decode_failed, "not I420 of even size");
  Picture picture(frame->width, frame->height);
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int y = 0; y < frame->height >> shift; ++y) {
      std::memcpy(picture.plane(plane) + y * picture.stride(plane),
                  frame->data[plane] + y * frame->linesize[plane],
                  static_cast<std::size_t>(frame->width >> shift));
    }
  }
  return picture;
}

}  // namespace xb::media
