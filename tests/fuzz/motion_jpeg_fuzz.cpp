// Whatever a camera calls a JPEG.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/av.h"
#include "media/convert.h"
#include "media/motion_jpeg.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace {

constexpr int width = 64;
constexpr int height = 48;

std::unique_ptr<xb::media::MotionJpeg> camera() {
  AVCodecParameters* stream = avcodec_parameters_alloc();
  stream->codec_id = AV_CODEC_ID_MJPEG;
  stream->width = width;
  stream->height = height;
  auto made = xb::media::MotionJpeg::make(*stream);
  avcodec_parameters_free(&stream);
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace xb::media;
  static xb::media::PictureConverter converter(Canvas{width, height, {}});
  static Picture into(width, height);
  std::vector<std::uint8_t> bytes(data, data + size);
  AVPacket packet{};
  packet.data = bytes.data();
  packet.size = static_cast<int>(bytes.size());
  // a new one each time: after many that are none it would no longer look
  const auto jpegs = camera();
  if (const auto* about = jpegs->open(packet); about != nullptr && converter.takes_rows(*about, 0))
    jpegs->read_rows([](const AVFrame& rows, int y) { converter.convert_rows(rows, y, into); });
  if (jpegs->open(packet) == nullptr) return 0;
  if (const auto* whole = jpegs->read(); whole != nullptr)
    static_cast<void>(converter.convert(*whole, 0, into));
  return 0;
}
