// Decoded pictures onto the Canvas: libyuv for the forms cameras and phones give, swscale for the
// rest. SPDX-License-Identifier: Apache-2.0
#include "media/convert.h"

#include <libyuv.h>

#include <array>
#include <new>
#include <optional>

#include "media/av.h"
#include "media/placement.h"
#include "media/recolour.h"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace xb::media {
namespace {

// The j forms are the plain ones with full range.
AVPixelFormat plain(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P: return AV_PIX_FMT_YUV411P;
    default: return static_cast<AVPixelFormat>(format);
  }
}

bool is_full_range(const AVFrame& frame) {
  return frame.color_range == AVCOL_RANGE_JPEG || plain(frame.format) != frame.format;
}

AVColorSpace matrix_of(const AVFrame& frame) {
  if (frame.colorspace != AVCOL_SPC_UNSPECIFIED && frame.colorspace != AVCOL_SPC_RESERVED &&
      frame.colorspace != AVCOL_SPC_RGB)
    return frame.colorspace;
  return frame.height < 720 && frame.width < 1280 ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709;
}

Recolour recolour_of(const AVFrame& frame) {
  const bool is_full = is_full_range(frame);
  switch (matrix_of(frame)) {
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M: return recolour_from(0.299, 0.114, is_full);
    case AVCOL_SPC_FCC: return recolour_from(0.30, 0.11, is_full);
    case AVCOL_SPC_SMPTE240M: return recolour_from(0.212, 0.087, is_full);
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return recolour_from(0.2627, 0.0593, is_full);
    default: return recolour_from(0.2126, 0.0722, is_full);
  }
}

double pixel_aspect_of(const AVFrame& frame) {
  const auto ratio = frame.sample_aspect_ratio;
  if (ratio.num <= 0 || ratio.den <= 0) return 1;
  const double aspect = av_q2d(ratio);
  return aspect > 0.1 && aspect < 10 ? aspect : 1;
}

int half(int length) {
  return (length + 1) / 2;
}

struct ConstI420 {
  std::array<const std::uint8_t*, 3> plane;
  std::array<int, 3> stride;
};

I420View view_of(Picture& picture, const PixelRect& at) {
  I420View out{};
  out.width = at.width;
  out.height = at.height;
  for (int i = 0; i < 3; ++i) {
    const int shift = i == 0 ? 0 : 1;
    out.stride[i] = picture.stride(i);
    out.plane[i] = picture.plane(i) +
                   static_cast<std::ptrdiff_t>(at.y >> shift) * picture.stride(i) + (at.x >> shift);
  }
  return out;
}

ConstI420 const_of(const I420View& view) {
  return {{view.plane[0], view.plane[1], view.plane[2]},
          {view.stride[0], view.stride[1], view.stride[2]}};
}

const std::uint8_t* at(const AVFrame& frame, int plane, int x_bytes, int y) {
  return frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane] + x_bytes;
}

bool is_yuv_form(AVPixelFormat format) {
  return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUV422P ||
         format == AV_PIX_FMT_YUV444P || format == AV_PIX_FMT_NV12 || format == AV_PIX_FMT_NV21 ||
         format == AV_PIX_FMT_YUYV422 || format == AV_PIX_FMT_UYVY422;
}

// Planar, with half as much chroma across: what recolour() takes.
bool has_half_chroma(AVPixelFormat format) {
  return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUV422P;
}

PlanarView planar_of(const AVFrame& f, AVPixelFormat format, const PixelRect& from) {
  const bool has_all_rows = format == AV_PIX_FMT_YUV422P;
  const int chroma_y = has_all_rows ? from.y : from.y / 2;
  return {
      {at(f, 0, from.x, from.y), at(f, 1, from.x / 2, chroma_y), at(f, 2, from.x / 2, chroma_y)},
      {f.linesize[0], f.linesize[1], f.linesize[2]},
      has_all_rows ? ChromaRows::all : ChromaRows::every_second};
}

// `from` of a frame of one of the forms above, as I420 at the same size.
int to_i420(const AVFrame& f, AVPixelFormat format, const PixelRect& from, const I420View& to) {
  const int w = from.width;
  const int h = from.height;
  const auto luma = at(f, 0, from.x, from.y);
  switch (format) {
    case AV_PIX_FMT_YUV420P:
      return libyuv::I420Copy(luma, f.linesize[0], at(f, 1, from.x / 2, from.y / 2), f.linesize[1],
                              at(f, 2, from.x / 2, from.y / 2), f.linesize[2], to.plane[0],
                              to.stride[0], to.plane[1], to.stride[1], to.plane[2], to.stride[2], w,
                              h);
    case AV_PIX_FMT_YUV422P:
      return libyuv::I422ToI420(luma, f.linesize[0], at(f, 1, from.x / 2, from.y), f.linesize[1],
                                at(f, 2, from.x / 2, from.y), f.linesize[2], to.plane[0],
                                to.stride[0], to.plane[1], to.stride[1], to.plane[2], to.stride[2],
                                w, h);
    case AV_PIX_FMT_YUV444P:
      return libyuv::I444ToI420(luma, f.linesize[0], at(f, 1, from.x, from.y), f.linesize[1],
                                at(f, 2, from.x, from.y), f.linesize[2], to.plane[0], to.stride[0],
                                to.plane[1], to.stride[1], to.plane[2], to.stride[2], w, h);
    case AV_PIX_FMT_NV12:
      return libyuv::NV12ToI420(luma, f.linesize[0], at(f, 1, from.x, from.y / 2), f.linesize[1],
                                to.plane[0], to.stride[0], to.plane[1], to.stride[1], to.plane[2],
                                to.stride[2], w, h);
    case AV_PIX_FMT_NV21:
      return libyuv::NV21ToI420(luma, f.linesize[0], at(f, 1, from.x, from.y / 2), f.linesize[1],
                                to.plane[0], to.stride[0], to.plane[1], to.stride[1], to.plane[2],
                                to.stride[2], w, h);
    case AV_PIX_FMT_YUYV422:
      return libyuv::YUY2ToI420(at(f, 0, from.x * 2, from.y), f.linesize[0], to.plane[0],
                                to.stride[0], to.plane[1], to.stride[1], to.plane[2], to.stride[2],
                                w, h);
    case AV_PIX_FMT_UYVY422:
      return libyuv::UYVYToI420(at(f, 0, from.x * 2, from.y), f.linesize[0], to.plane[0],
                                to.stride[0], to.plane[1], to.stride[1], to.plane[2], to.stride[2],
                                w, h);
    default: return -1;
  }
}

Status checked_yuv(int code, const char* call) {
  if (code == 0) return ok();
  return Error(ErrorCode::media_failed, call);
}

// A scratch picture that is made again only when its size changes. Odd sizes get the next even one.
Picture& sized(std::optional<Picture>& scratch, int width, int height) {
  const int w = half(width) * 2;
  const int h = half(height) * 2;
  if (!scratch || scratch->width() != w || scratch->height() != h) scratch.emplace(w, h);
  return *scratch;
}

libyuv::RotationMode rotation(int turn) {
  switch (turn) {
    case 90: return libyuv::kRotate90;
    case 180: return libyuv::kRotate180;
    case 270: return libyuv::kRotate270;
    default: return libyuv::kRotate0;
  }
}

}  // namespace

struct PictureConverter::Impl {
  explicit Impl(const Canvas& c) : canvas(c) {}

  Status convert(const AVFrame& frame, int turn, Picture& into) {
    const auto laid = lay_out(canvas, frame.width, frame.height, pixel_aspect_of(frame), turn);
    if (!(laid.to == PixelRect{0, 0, canvas.width, canvas.height})) into.fill(16, 128, 128);
    const auto to = view_of(into, laid.to);
    if (turn == 0) {
      XB_TRY(scaled(frame, laid.from, to));
    } else {
      const bool is_on_side = turn != 180;
      const int width = is_on_side ? to.height : to.width;
      const int height = is_on_side ? to.width : to.height;
      const auto lying = view_of(sized(turned, width, height), {0, 0, width, height});
      XB_TRY(scaled(frame, laid.from, lying));
      XB_TRY(
          checked_yuv(libyuv::I420Rotate(lying.plane[0], lying.stride[0], lying.plane[1],
                                         lying.stride[1], lying.plane[2], lying.stride[2],
                                         to.plane[0], to.stride[0], to.plane[1], to.stride[1],
                                         to.plane[2], to.stride[2], width, height, rotation(turn)),
                      "I420Rotate"));
    }
    if (is_recolour_due) {
      const auto how = recolour_of(frame);
      if (!how.is_identity) recolour(how, to);
    }
    return ok();
  }

  // The part of the frame at the size of `to`; colours as they are unless is_recolour_due is false.
  Status scaled(const AVFrame& frame, const PixelRect& from, const I420View& to) {
    const auto format = plain(frame.format);
    if (!is_yuv_form(format)) return by_swscale(frame, format, from, to);
    is_recolour_due = true;
    if (from.width == to.width && from.height == to.height)
      return at_own_size(frame, format, from, to);
    ConstI420 source{};
    if (format == AV_PIX_FMT_YUV420P) {
      source = {{at(frame, 0, from.x, from.y), at(frame, 1, from.x / 2, from.y / 2),
                 at(frame, 2, from.x / 2, from.y / 2)},
                {frame.linesize[0], frame.linesize[1], frame.linesize[2]}};
    } else {
      const auto whole =
          view_of(sized(planar, from.width, from.height), {0, 0, from.width, from.height});
      XB_TRY(checked_yuv(to_i420(frame, format, from, whole), "to I420"));
      source = const_of(whole);
    }
    // Box looks at all pixels when shrinking and is bilinear when growing.
    return checked_yuv(
        libyuv::I420Scale(source.plane[0], source.stride[0], source.plane[1], source.stride[1],
                          source.plane[2], source.stride[2], from.width, from.height, to.plane[0],
                          to.stride[0], to.plane[1], to.stride[1], to.plane[2], to.stride[2],
                          to.width, to.height, libyuv::kFilterBox),
        "I420Scale");
  }

  // A camera's JPEG at the size of the Canvas takes this way: what a pass costs is reading and
  // writing, so there is one.
  Status at_own_size(const AVFrame& frame, AVPixelFormat format, const PixelRect& from,
                     const I420View& to) {
    const auto how = recolour_of(frame);
    if (how.is_identity || !has_half_chroma(format))
      return checked_yuv(to_i420(frame, format, from, to), "to I420");
    recolour(how, planar_of(frame, format, from), to);
    is_recolour_due = false;
    return ok();
  }

  // YUV keeps its matrix and range here and is recoloured after; RGB, palette and gray become 709.
  Status by_swscale(const AVFrame& frame, AVPixelFormat format, const PixelRect& from,
                    const I420View& to) {
    const auto* about = av_pix_fmt_desc_get(format);
    if (about == nullptr || (about->flags & AV_PIX_FMT_FLAG_HWACCEL) != 0)
      return Error(ErrorCode::media_failed, "unknown pixel form");
    is_recolour_due = (about->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) == 0 &&
                      about->nb_components >= 3;
    AvFramePtr part(av_frame_clone(&frame));
    if (!part) throw std::bad_alloc();
    part->crop_left = static_cast<std::size_t>(from.x);
    part->crop_top = static_cast<std::size_t>(from.y);
    part->crop_right = static_cast<std::size_t>(frame.width - from.x - from.width);
    part->crop_bottom = static_cast<std::size_t>(frame.height - from.y - from.height);
    XB_TRY(checked(av_frame_apply_cropping(part.get(), AV_FRAME_CROP_UNALIGNED),
                   "av_frame_apply_cropping"));
    if (!scaler || scaler_format != format || !(scaler_from == from) || scaler_width != to.width ||
        scaler_height != to.height) {
      scaler.reset(sws_getContext(from.width, from.height, format, to.width, to.height,
                                  AV_PIX_FMT_YUV420P, SWS_BILINEAR | SWS_ACCURATE_RND, nullptr,
                                  nullptr, nullptr));
      if (!scaler) return Error(ErrorCode::media_failed, std::string("swscale: ") + about->name);
      scaler_format = format;
      scaler_from = from;
      scaler_width = to.width;
      scaler_height = to.height;
    }
    const int* target = sws_getCoefficients(SWS_CS_ITU709);
    // yuv to yuv with equal sides changes no colour
    const int range = is_recolour_due ? 0 : (is_full_range(frame) ? 1 : 0);
    sws_setColorspaceDetails(scaler.get(), target, range, target, 0, 0, 1 << 16, 1 << 16);
    return checked(
        sws_scale(scaler.get(), part->data, part->linesize, 0, from.height, to.plane, to.stride),
        "sws_scale");
  }

  const Canvas canvas;
  bool is_recolour_due = true;
  std::optional<Picture> planar;
  std::optional<Picture> turned;
  Scaler scaler;
  AVPixelFormat scaler_format = AV_PIX_FMT_NONE;
  PixelRect scaler_from;
  int scaler_width = 0;
  int scaler_height = 0;
};

PictureConverter::PictureConverter(const Canvas& canvas) : impl_(std::make_unique<Impl>(canvas)) {
}
PictureConverter::~PictureConverter() = default;
PictureConverter::PictureConverter(PictureConverter&&) noexcept = default;

Status PictureConverter::convert(const AVFrame& frame, int turn, Picture& into) {
  XB_CHECK(into.width() == impl_->canvas.width && into.height() == impl_->canvas.height);
  if (frame.width <= 0 || frame.height <= 0 || frame.data[0] == nullptr)
    return Error(ErrorCode::decode_failed, "no picture");
  return impl_->convert(frame, turn, into);
}

bool PictureConverter::takes_rows(const AVFrame& about, int turn) const {
  const auto& canvas = impl_->canvas;
  if (turn != 0 || !has_half_chroma(plain(about.format)) || recolour_of(about).is_identity)
    return false;
  const auto laid = lay_out(canvas, about.width, about.height, pixel_aspect_of(about), turn);
  const PixelRect whole{0, 0, canvas.width, canvas.height};
  return about.width == canvas.width && about.height == canvas.height && laid.from == whole &&
         laid.to == whole;
}

void PictureConverter::convert_rows(const AVFrame& rows, int y, Picture& into) const {
  XB_CHECK(y >= 0 && y % 2 == 0 && rows.height % 2 == 0 && rows.width == into.width() &&
           y + rows.height <= into.height());
  recolour(recolour_of(rows), planar_of(rows, plain(rows.format), {0, 0, rows.width, rows.height}),
           view_of(into, {0, y, rows.width, rows.height}));
}

}  // namespace xb::media
