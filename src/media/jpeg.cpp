// Scales and encodes one Picture.
// SPDX-License-Identifier: Apache-2.0
#include "media/jpeg.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

#include <algorithm>

#include "media/av.h"

namespace xb::media {

Result<std::string> jpeg_of(const Picture& picture, int width, int quality) {
  const int height = std::max(2, (picture.height() * width / picture.width() + 1) / 2 * 2);
  const Scaler scaler(sws_getContext(picture.width(), picture.height(), AV_PIX_FMT_YUV420P, width,
                                     height, AV_PIX_FMT_YUV420P, SWS_AREA, nullptr, nullptr,
                                     nullptr));
  if (!scaler) return Error(ErrorCode::media_failed, "sws_getContext");
  // BT.709 limited in, BT.601 full range out, as every JPEG reader assumes.
  sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_ITU709), 0,
                           sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16);
  auto small = make_av_frame();
  small->format = AV_PIX_FMT_YUVJ420P;
  small->width = width;
  small->height = height;
  small->color_range = AVCOL_RANGE_JPEG;
  small->quality = quality * FF_QP2LAMBDA;
  XB_TRY(checked(av_frame_get_buffer(small.get(), 0), "av_frame_get_buffer"));
  const std::uint8_t* planes[] = {picture.plane(0), picture.plane(1), picture.plane(2)};
  const int strides[] = {picture.stride(0), picture.stride(1), picture.stride(2)};
  XB_TRY(checked(
      sws_scale(scaler.get(), planes, strides, 0, picture.height(), small->data, small->linesize),
      "sws_scale"));
  const CodecContext encoder(avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG)));
  if (!encoder) return Error(ErrorCode::media_failed, "no JPEG encoder");
  encoder->width = width;
  encoder->height = height;
  encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
  encoder->color_range = AVCOL_RANGE_JPEG;
  encoder->time_base = AVRational{1, 10};
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_QSCALE;
  encoder->global_quality = quality * FF_QP2LAMBDA;
  XB_TRY(checked(avcodec_open2(encoder.get(), nullptr, nullptr), "avcodec_open2"));
  XB_TRY(checked(avcodec_send_frame(encoder.get(), small.get()), "avcodec_send_frame"));
  const auto packet = make_av_packet();
  XB_TRY(checked(avcodec_receive_packet(encoder.get(), packet.get()), "avcodec_receive_packet"));
  return std::string(reinterpret_cast<const char*>(packet->data),
                     static_cast<std::size_t>(packet->size));
}

}  // namespace xb::media
