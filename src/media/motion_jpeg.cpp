// libjpeg-turbo without its colours: planes as they are coded. SPDX-License-Identifier: Apache-2.0
#include "media/motion_jpeg.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/buffer.h>
#include <libavutil/frame.h>
}

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <utility>
// clang-format off
#include <jpeglib.h>  // behind what it needs and does not include
// clang-format on

namespace xb::media {
namespace {

constexpr int planes = 3;
constexpr int block = DCTSIZE;
constexpr int row_alignment = 64;

}  // namespace

// The library ends a call by a jump: nothing that has a destructor may lie between it and read().
struct MotionJpeg::Impl {
  struct Plane {
    std::size_t offset = 0;
    int stride = 0;
  };
  struct Layout {
    std::array<Plane, planes> plane;
    std::size_t bytes = 0;
  };

  // Whole blocks, also below the picture and beside it.
  static Layout layout_of(int width, int height) {
    Layout out;
    const auto up = [](int value, int step) { return (value + step - 1) / step * step; };
    const int rows = up(height, 2 * block);
    for (int i = 0; i < planes; ++i) {
      const int columns = up(width, 2 * block) / (i == 0 ? 1 : 2);
      auto& plane = out.plane[static_cast<std::size_t>(i)];
      plane = {out.bytes, up(columns, row_alignment)};
      out.bytes += static_cast<std::size_t>(plane.stride) * static_cast<std::size_t>(rows);
    }
    out.bytes += AV_INPUT_BUFFER_PADDING_SIZE;
    return out;
  }

  explicit Impl(const AVCodecParameters& parameters)
      : width(parameters.width),
        height(parameters.height),
        aspect(parameters.sample_aspect_ratio),
        layout(layout_of(width, height)) {
    decoder.err = jpeg_std_error(&errors);
    errors.error_exit = [](j_common_ptr which) {
      std::longjmp(static_cast<Impl*>(which->client_data)->jump, 1);
    };
    errors.emit_message = [](j_common_ptr which, int level) {
      if (level < 0) ++which->err->num_warnings;
    };
    errors.output_message = [](j_common_ptr) {};
    decoder.client_data = this;
  }
  ~Impl() {
    jpeg_destroy_decompress(&decoder);
    av_buffer_pool_uninit(&pool);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool is_usual() const {
    if (static_cast<int>(decoder.image_width) != width ||
        static_cast<int>(decoder.image_height) != height)
      return false;  // one of two fields, or another size than was announced
    if (decoder.num_components != planes || decoder.jpeg_color_space != JCS_YCbCr ||
        decoder.data_precision != 8 || decoder.progressive_mode != 0 || decoder.arith_code != 0)
      return false;
    if (decoder.saw_JFIF_marker != 0 && decoder.X_density != decoder.Y_density) return false;
    const auto* part = decoder.comp_info;
    const auto has = [](const jpeg_component_info& one, int h, int v) {
      return one.h_samp_factor == h && one.v_samp_factor == v;
    };
    const int rows = part[1].v_samp_factor;  // ffmpeg writes 4:2:2 as 2x2, 1x2, 1x2
    return rows <= 2 && has(part[1], 1, rows) && has(part[2], 1, rows) &&
           (has(part[0], 2, 2) || has(part[0], 2, rows));
  }

  // Until what is asked of the picture is known. False: not for us.
  bool open(const AVPacket& packet) {
    if (setjmp(jump) != 0) return false;  // NOLINT(cert-err52-cpp): it is how this library ends
    if (!is_made) {
      jpeg_create_decompress(&decoder);
      is_made = true;
    }
    jpeg_mem_src(&decoder, packet.data, static_cast<unsigned long>(packet.size));
    if (jpeg_read_header(&decoder, TRUE) != JPEG_HEADER_OK || !is_usual()) return false;
    decoder.raw_data_out = TRUE;
    decoder.do_fancy_upsampling = FALSE;
    decoder.dct_method = JDCT_ISLOW;
    return jpeg_start_decompress(&decoder) != FALSE;
  }

  bool read(std::uint8_t* const (&data)[planes]) {
    if (setjmp(jump) != 0) return false;  // NOLINT(cert-err52-cpp)
    JSAMPROW rows[planes][2 * block];
    JSAMPARRAY parts[planes] = {rows[0], rows[1], rows[2]};
    const int rows_at_once[planes] = {decoder.comp_info[0].v_samp_factor * block,
                                      decoder.comp_info[1].v_samp_factor * block,
                                      decoder.comp_info[2].v_samp_factor * block};
    tall = rows_at_once[0] / rows_at_once[1];
    std::uint8_t* next[planes] = {data[0], data[1], data[2]};
    for (int y = 0; y < height; y += rows_at_once[0]) {
      for (int i = 0; i < planes; ++i) {
        for (int k = 0; k < rows_at_once[i]; ++k, next[i] += layout.plane[i].stride)
          rows[i][k] = next[i];
      }
      if (jpeg_read_raw_data(&decoder, parts, static_cast<JDIMENSION>(rows_at_once[0])) == 0)
        return false;
    }
    return jpeg_finish_decompress(&decoder) != FALSE && errors.num_warnings == 0;
  }

  // One that is not at its end would be gone on with.
  void give_up() {
    if (setjmp(jump) != 0) return;  // NOLINT(cert-err52-cpp)
    if (is_made) jpeg_abort_decompress(&decoder);
  }

  const int width;
  const int height;
  const AVRational aspect;
  const Layout layout;
  AVBufferPool* pool = nullptr;
  jpeg_decompress_struct decoder{};
  jpeg_error_mgr errors{};
  std::jmp_buf jump{};
  bool is_made = false;
  int tall = 1;  // rows of luma for one of chroma, in the picture that was read
};

MotionJpeg::MotionJpeg(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
}
MotionJpeg::~MotionJpeg() = default;

std::unique_ptr<MotionJpeg> MotionJpeg::make(const AVCodecParameters& parameters) {
  if (parameters.codec_id != AV_CODEC_ID_MJPEG || parameters.width <= 0 || parameters.height <= 0)
    return nullptr;
  auto impl = std::make_unique<Impl>(parameters);
  impl->pool = av_buffer_pool_init(impl->layout.bytes, nullptr);
  if (impl->pool == nullptr) return nullptr;
  return std::unique_ptr<MotionJpeg>(new MotionJpeg(std::move(impl)));
}

bool MotionJpeg::decode(const AVPacket& packet, AVFrame& into) {
  auto& its = *impl_;
  av_frame_unref(&into);
  into.buf[0] = packet.size > 0 ? av_buffer_pool_get(its.pool) : nullptr;
  if (into.buf[0] == nullptr) return false;
  std::uint8_t* data[planes];
  for (int i = 0; i < planes; ++i) {
    data[i] = into.data[i] = into.buf[0]->data + its.layout.plane[i].offset;
    into.linesize[i] = its.layout.plane[i].stride;
  }
  if (!its.open(packet) || !its.read(data)) {
    its.give_up();
    av_frame_unref(&into);
    return false;
  }
  into.extended_data = into.data;
  into.width = its.width;
  into.height = its.height;
  into.format = its.tall == 2 ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUVJ422P;
  into.sample_aspect_ratio = its.decoder.saw_JFIF_marker != 0 ? AVRational{1, 1} : its.aspect;
  into.color_range = AVCOL_RANGE_JPEG;
  into.colorspace = AVCOL_SPC_BT470BG;
  into.chroma_location = AVCHROMA_LOC_CENTER;
  into.key_frame = 1;
  into.pict_type = AV_PICTURE_TYPE_I;
  into.pts = packet.pts;
  into.pkt_dts = packet.dts;
  into.best_effort_timestamp = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  into.pkt_duration = packet.duration;
  return true;
}

}  // namespace xb::media
