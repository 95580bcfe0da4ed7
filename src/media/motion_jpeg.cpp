// libjpeg's raw planes: no upsampling, no colours, so nothing is undone afterwards.
// SPDX-License-Identifier: Apache-2.0
#include "media/motion_jpeg.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
// clang-format off
#include <jpeglib.h>  // behind what it needs and does not include
// clang-format on

#include "base/log.h"
#include "media/av.h"
#include "media/decoder_rules.h"

extern "C" {
#include <libavcodec/codec_par.h>
#include <libavcodec/packet.h>
#include <libavutil/frame.h>
}

namespace xb::media {
namespace {

constexpr int most_refused = 100;       // in a row: it is another kind of JPEG
constexpr int most_rows = 2 * DCTSIZE;  // of a plane at once

// How the colours of a frame lie beside its luma.
std::optional<AVPixelFormat> pixel_format_of(const jpeg_decompress_struct& jpeg) {
  if (jpeg.num_components != 3 || jpeg.jpeg_color_space != JCS_YCbCr) return std::nullopt;
  const auto& luma = jpeg.comp_info[0];
  const auto& u = jpeg.comp_info[1];
  const auto& v = jpeg.comp_info[2];
  const bool is_alike = u.h_samp_factor == v.h_samp_factor && u.v_samp_factor == v.v_samp_factor;
  const bool is_whole = luma.h_samp_factor == jpeg.max_h_samp_factor &&
                        luma.v_samp_factor == jpeg.max_v_samp_factor &&
                        luma.v_samp_factor * DCTSIZE <= most_rows;
  if (!is_alike || !is_whole) return std::nullopt;
  const auto is_by = [&](int across, int down) {
    return luma.h_samp_factor == across * u.h_samp_factor &&
           luma.v_samp_factor == down * u.v_samp_factor;
  };
  if (is_by(2, 2)) return AV_PIX_FMT_YUVJ420P;
  if (is_by(2, 1)) return AV_PIX_FMT_YUVJ422P;
  if (is_by(1, 1)) return AV_PIX_FMT_YUVJ444P;
  return std::nullopt;
}

// What a comment changes for libavcodec: limited range, two fields, upside down.
constexpr std::array<std::string_view, 5> telling_comments{"CS=ITU601", "AVID", "MULTISCOPE II",
                                                           "Metasoft MJPEG Codec",
                                                           "Intel(R) JPEG Library, version 1"};
constexpr unsigned longest_telling_comment = 32;

bool has_telling_comment(const jpeg_decompress_struct& jpeg) {
  for (auto* marker = jpeg.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view text(reinterpret_cast<const char*>(marker->data), marker->data_length);
    const auto is_said = [&](std::string_view comment) { return text.starts_with(comment); };
    if (std::any_of(telling_comments.begin(), telling_comments.end(), is_said)) return true;
  }
  return false;
}

int up_to(int length, int step) {
  return (length + step - 1) / step * step;
}

}  // namespace

struct MotionJpeg::Impl {
  Impl(int w, int h, AVRational its_aspect) : width(w), height(h), aspect(its_aspect) {
    jpeg.err = jpeg_std_error(&errors);
    errors.error_exit = [](j_common_ptr which) {
      std::longjmp(static_cast<Impl*>(which->client_data)->jump, 1);
    };
    errors.emit_message = [](j_common_ptr which, int level) {
      if (level < 0) static_cast<Impl*>(which->client_data)->has_warned = true;
    };
    errors.output_message = [](j_common_ptr) {};
    jpeg.client_data = this;
  }
  ~Impl() { jpeg_destroy_decompress(&jpeg); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // The library ends a call by a jump: nothing that has a destructor may lie between it and here.
  bool open() {
    if (setjmp(jump) != 0) return false;  // NOLINT(cert-err52-cpp): it is how this library ends
    jpeg_create_decompress(&jpeg);
    jpeg_save_markers(&jpeg, JPEG_COM, longest_telling_comment);
    return true;
  }

  bool read_header(const AVPacket& packet) {
    if (setjmp(jump) != 0) return false;  // NOLINT(cert-err52-cpp)
    jpeg_mem_src(&jpeg, packet.data, static_cast<unsigned long>(packet.size));
    if (jpeg_read_header(&jpeg, TRUE) != JPEG_HEADER_OK) return false;
    // one that comes in passes would first be read whole
    return std::cmp_equal(jpeg.image_width, width) && std::cmp_equal(jpeg.image_height, height) &&
           jpeg.data_precision == 8 && !jpeg.progressive_mode && !jpeg.arith_code &&
           !jpeg_has_multiple_scans(&jpeg);
  }

  // What is read goes into `to`, so many rows at a time.
  bool start(AVFrame& to, int rows) {
    if (!make_room(to, rows) || av_frame_copy_props(&to, header.get()) < 0) return false;
    if (setjmp(jump) != 0) return false;  // NOLINT(cert-err52-cpp)
    jpeg.raw_data_out = TRUE;
    jpeg.out_color_space = JCS_YCbCr;
    jpeg.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&jpeg);
    return true;
  }

  // One row of blocks into `to`, from its row `y` of luma on.
  bool read_blocks(const AVFrame& to, int y) {
    std::array<std::array<JSAMPROW, most_rows>, 3> rows{};
    std::array<JSAMPARRAY, 3> planes{rows[0].data(), rows[1].data(), rows[2].data()};
    for (std::size_t plane = 0; plane < rows.size(); ++plane) {
      const int count = jpeg.comp_info[plane].v_samp_factor * DCTSIZE;
      const std::ptrdiff_t stride = to.linesize[plane];
      auto* row = to.data[plane] + stride * (y / rows_at_once() * count);
      for (int i = 0; i < count; ++i, row += stride) rows[plane][static_cast<std::size_t>(i)] = row;
    }
    if (setjmp(jump) != 0) return false;  // NOLINT(cert-err52-cpp)
    const auto count = static_cast<JDIMENSION>(rows_at_once());
    return jpeg_read_raw_data(&jpeg, planes.data(), count) == count && !has_warned;
  }

  void leave() {
    if (setjmp(jump) != 0) return;  // NOLINT(cert-err52-cpp)
    jpeg_abort_decompress(&jpeg);
  }

  int rows_at_once() const { return jpeg.max_v_samp_factor * DCTSIZE; }

  // Room for so many rows of the picture that was opened. Whole blocks are written, beyond its
  // edges too.
  bool make_room(AVFrame& in, int rows) const {
    if (in.format == header->format && in.height == rows) return true;
    av_frame_unref(&in);
    in.format = header->format;
    constexpr int largest_block = 4 * DCTSIZE;
    in.width = up_to(width, largest_block);
    in.height = up_to(rows, largest_block);
    if (av_frame_get_buffer(&in, 0) < 0) {
      av_frame_unref(&in);
      return false;
    }
    in.width = width;
    in.height = rows;
    return true;
  }

  void describe(const AVPacket& packet, AVPixelFormat format) const {
    auto& to = *header;
    to.format = format;
    to.width = width;
    to.height = height;
    to.color_range = AVCOL_RANGE_JPEG;
    to.colorspace = AVCOL_SPC_BT470BG;
    to.key_frame = 1;
    to.pts = packet.pts;
    to.pkt_dts = packet.dts;
    to.best_effort_timestamp = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
    to.pkt_duration = packet.duration;
    // a density is the form of a pixel
    to.sample_aspect_ratio = aspect;
    if (jpeg.saw_JFIF_marker && jpeg.X_density > 0 && jpeg.Y_density > 0)
      av_reduce(&to.sample_aspect_ratio.num, &to.sample_aspect_ratio.den, jpeg.X_density,
                jpeg.Y_density, 255);
  }

  bool open(const AVPacket& packet) {
    leave();
    has_warned = false;
    const bool is_read = read_header(packet) && !has_warned && !has_telling_comment(jpeg);
    const auto form = is_read ? pixel_format_of(jpeg) : std::nullopt;
    if (form) describe(packet, *form);
    return form.has_value();
  }

  bool read_rows(const Rows& take) {
    if (!start(*band, rows_at_once())) return false;
    for (int y = 0; y < height; y += rows_at_once()) {
      if (!read_blocks(*band, 0)) return false;
      band->height = std::min(rows_at_once(), height - y);
      take(*band, y);
      band->height = rows_at_once();
    }
    return true;
  }

  bool read() {
    if (!start(*whole, height)) return false;
    for (int y = 0; y < height; y += rows_at_once()) {
      if (!read_blocks(*whole, y)) return false;
    }
    return true;
  }

  // How often in a row it was in vain.
  void count(bool is_good) {
    refused = is_good ? 0 : refused + 1;
    if (refused == most_refused)
      log_info("media", "these JPEGs are decoded by libavcodec, which takes twice the time");
  }

  const int width;
  const int height;
  const AVRational aspect;  // of a pixel, as the stream says
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf jump{};
  AvFramePtr header = make_av_frame();
  AvFramePtr band = make_av_frame();
  AvFramePtr whole = make_av_frame();
  bool has_warned = false;  // the library warned
  int refused = 0;          // in a row
};

MotionJpeg::MotionJpeg(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
}
MotionJpeg::~MotionJpeg() = default;

std::unique_ptr<MotionJpeg> MotionJpeg::make(const AVCodecParameters& stream) {
  if (stream.codec_id != AV_CODEC_ID_MJPEG || stream.width <= 0 || stream.height <= 0 ||
      stream.width > most_pixels_a_side || stream.height > most_pixels_a_side ||
      stream.width * stream.height > most_pixels)
    return nullptr;
  auto impl = std::make_unique<Impl>(stream.width, stream.height, stream.sample_aspect_ratio);
  if (!impl->open()) return nullptr;
  return std::unique_ptr<MotionJpeg>(new MotionJpeg(std::move(impl)));
}

const AVFrame* MotionJpeg::open(const AVPacket& packet) {
  if (impl_->refused >= most_refused || packet.data == nullptr || packet.size <= 0) return nullptr;
  if (impl_->open(packet)) return impl_->header.get();
  impl_->count(false);
  return nullptr;
}

bool MotionJpeg::read_rows(const Rows& take) {
  const bool is_read = impl_->read_rows(take);
  impl_->count(is_read);
  return is_read;
}

const AVFrame* MotionJpeg::read() {
  const bool is_read = impl_->read();
  impl_->count(is_read);
  return is_read ? impl_->whole.get() : nullptr;
}

}  // namespace xb::media
