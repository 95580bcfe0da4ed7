// PNG through libavcodec, scaled by libswscale.
// SPDX-License-Identifier: Apache-2.0
#include "media/still.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/files.h"
#include "media/av.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

namespace xb::media {
namespace {

constexpr std::size_t most_bytes = 1024U * 1024U;
constexpr int most_side = 4096;

Result<AvFramePtr> decode(const std::string& bytes) {
  const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_PNG);
  if (codec == nullptr) return Error(ErrorCode::picture_invalid, "no png decoder");
  const CodecContext context(avcodec_alloc_context3(codec));
  context->max_pixels = std::int64_t{most_side} * most_side;
  context->thread_count = 1;
  XB_TRY(checked(avcodec_open2(context.get(), codec, nullptr), "avcodec_open2",
                 ErrorCode::picture_invalid));
  auto packet = make_av_packet();
  XB_TRY(checked(av_new_packet(packet.get(), static_cast<int>(bytes.size())), "av_new_packet"));
  std::memcpy(packet->data, bytes.data(), bytes.size());
  auto frame = make_av_frame();
  XB_TRY(
      checked(avcodec_send_packet(context.get(), packet.get()), "png", ErrorCode::picture_invalid));
  XB_TRY(checked(avcodec_receive_frame(context.get(), frame.get()), "png",
                 ErrorCode::picture_invalid));
  return frame;
}

// Planes in and out of the scaler, of one packed form.
Status scale(const std::uint8_t* const* from, const int* strides, int width, int height, int form,
             Still& out) {
  const Scaler scaler(sws_getContext(
      width, height, static_cast<AVPixelFormat>(form), out.width, out.height, AV_PIX_FMT_RGBA,
      out.width < width ? SWS_AREA : SWS_BILINEAR, nullptr, nullptr, nullptr));
  if (!scaler) return Error(ErrorCode::picture_invalid, "sws_getContext");
  out.rgba.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height) * 4);
  const std::array<std::uint8_t*, 4> to{out.rgba.data(), nullptr, nullptr, nullptr};
  const std::array<int, 4> to_strides{out.width * 4, 0, 0, 0};
  return checked(sws_scale(scaler.get(), from, strides, 0, height, to.data(), to_strides.data()),
                 "sws_scale");
}

void premultiply(Still& still) {
  for (std::size_t i = 0; i + 3 < still.rgba.size(); i += 4) {
    const unsigned alpha = still.rgba[i + 3];
    for (std::size_t c = 0; c < 3; ++c)
      still.rgba[i + c] = static_cast<std::uint8_t>((still.rgba[i + c] * alpha + 127U) / 255U);
  }
}

}  // namespace

Result<Still> read_still(const std::filesystem::path& file, int width, int height) {
  XB_TRY_ASSIGN(const auto bytes, read_file(file, most_bytes));
  auto frame = decode(bytes);
  if (!frame) return std::move(frame).error().during(file.filename().string());
  if (width < 1 || height < 1 || width > 2 * most_side || height > 2 * most_side)
    return Error(ErrorCode::picture_invalid, file.filename().string());
  const AVFrame& drawn = **frame;
  Still whole{drawn.width, drawn.height, {}};
  XB_TRY(scale(drawn.data, drawn.linesize, drawn.width, drawn.height, drawn.format, whole));
  // before scaling, or the colour of what is transparent would bleed into the edges
  premultiply(whole);
  if (width == whole.width && height == whole.height) return whole;
  Still out{width, height, {}};
  const std::array<const std::uint8_t*, 4> from{whole.rgba.data(), nullptr, nullptr, nullptr};
  const std::array<int, 4> strides{whole.width * 4, 0, 0, 0};
  XB_TRY(scale(from.data(), strides.data(), whole.width, whole.height, AV_PIX_FMT_RGBA, out));
  return out;
}

}  // namespace xb::media
