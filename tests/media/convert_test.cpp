// Colours, ranges, sizes and turns of converted pictures; sound in any form.
// SPDX-License-Identifier: Apache-2.0
#include "media/convert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <tuple>

#include "media/av.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace xb::media {
namespace {

AvFramePtr frame_of(AVPixelFormat format, int width, int height, int alignment = 0) {
  auto out = make_av_frame();
  out->format = format;
  out->width = width;
  out->height = height;
  EXPECT_EQ(av_frame_get_buffer(out.get(), alignment), 0);
  return out;
}

// Planar 8-bit: every plane one value; the luma may be given by place.
void paint(AVFrame& f, std::function<int(int, int)> luma, int u, int v) {
  const auto* about = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(f.format));
  for (int p = 0; p < 3; ++p) {
    const int w = p == 0 ? f.width : -(-f.width >> about->log2_chroma_w);
    const int h = p == 0 ? f.height : -(-f.height >> about->log2_chroma_h);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        f.data[p][y * f.linesize[p] + x] =
            static_cast<std::uint8_t>(p == 0 ? luma(x, y) : (p == 1 ? u : v));
      }
    }
  }
}

int luma_at(const Picture& p, int x, int y) {
  return p.plane(0)[y * p.stride(0) + x];
}
int u_at(const Picture& p, int x, int y) {
  return p.plane(1)[y / 2 * p.stride(1) + x / 2];
}
int v_at(const Picture& p, int x, int y) {
  return p.plane(2)[y / 2 * p.stride(2) + x / 2];
}

TEST(Convert, copies_what_already_is_as_the_program_wants_it) {
  auto f = frame_of(AV_PIX_FMT_YUV420P, 64, 36);
  f->colorspace = AVCOL_SPC_BT709;
  f->color_range = AVCOL_RANGE_MPEG;
  paint(
      *f, [](int x, int y) { return 16 + x + y; }, 90, 200);
  Picture out(64, 36);
  PictureConverter converter(Canvas{64, 36, {}});
  ASSERT_TRUE(converter.convert(*f, 0, out));
  EXPECT_EQ(luma_at(out, 0, 0), 16);
  EXPECT_EQ(luma_at(out, 63, 35), 16 + 63 + 35);
  EXPECT_EQ(u_at(out, 33, 17), 90);
  EXPECT_EQ(v_at(out, 33, 17), 200);
}

TEST(Convert, full_range_camera_pictures_become_limited_709_in_every_form) {
  // full-range 601 red (76, 85, 255), as JPEG cameras give it; 709 limited red is (63, 102, 240)
  for (const auto format :
       {AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P}) {
    for (const auto& [width, height] : {std::pair{64, 36}, {128, 72}, {50, 30}}) {
      auto f = frame_of(format, width, height);
      f->colorspace = AVCOL_SPC_BT470BG;
      f->color_range = AVCOL_RANGE_JPEG;
      paint(
          *f, [](int, int) { return 76; }, 85, 255);
      Picture out(64, 36);
      PictureConverter converter(Canvas{64, 36, {}});
      ASSERT_TRUE(converter.convert(*f, 0, out)) << format;
      EXPECT_NEAR(luma_at(out, 32, 18), 63, 1) << format << ' ' << width;
      EXPECT_NEAR(u_at(out, 32, 18), 102, 1) << format << ' ' << width;
      EXPECT_NEAR(v_at(out, 32, 18), 240, 1) << format << ' ' << width;
    }
  }
}

// As of a camera: soft gradients, hard edges, a little noise, little colour detail.
AvFramePtr camera_picture(AVPixelFormat format, int width, int height, int alignment) {
  auto f = frame_of(format, width, height, alignment);
  std::mt19937 random(1);
  const auto* about = av_pix_fmt_desc_get(format);
  const auto wave = [](double x, double y, double length) {
    return std::sin(x / length) + std::cos((x + 2 * y) / length);
  };
  for (int p = 0; p < 3; ++p) {
    const int shift_x = p == 0 ? 0 : about->log2_chroma_w;
    const int shift_y = p == 0 ? 0 : about->log2_chroma_h;
    for (int y = 0; y < -(-height >> shift_y); ++y) {
      for (int x = 0; x < -(-width >> shift_x); ++x) {
        const int fx = x << shift_x;
        const int fy = y << shift_y;
        const int noise = static_cast<int>(random() % 7) - 3;
        const int edge = p == 0 && (fx / 37 + fy / 23) % 3 == 0 ? 40 : 0;
        const double value = p == 0 ? 110 + 45 * wave(fx, fy, 60) : 128 + 40 * wave(fx, fy, 50 * p);
        f->data[p][y * f->linesize[p] + x] =
            static_cast<std::uint8_t>(std::clamp(static_cast<int>(value) + edge + noise, 0, 255));
      }
    }
  }
  return f;
}

// swscale at its most careful, colours of the same matrix.
Picture by_swscale(const AVFrame& f, bool is_full) {
  Picture out(f.width, f.height);
  const Scaler scaler(sws_getContext(f.width, f.height, static_cast<AVPixelFormat>(f.format),
                                     f.width, f.height, AV_PIX_FMT_YUV420P,
                                     SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr,
                                     nullptr, nullptr));
  const int* matrix = sws_getCoefficients(SWS_CS_ITU709);
  sws_setColorspaceDetails(scaler.get(), matrix, is_full ? 1 : 0, matrix, 0, 0, 1 << 16, 1 << 16);
  std::uint8_t* planes[] = {out.plane(0), out.plane(1), out.plane(2)};
  const int strides[] = {out.stride(0), out.stride(1), out.stride(2)};
  sws_scale(scaler.get(), f.data, f.linesize, 0, f.height, planes, strides);
  return out;
}

TEST(Convert, whole_pictures_of_cameras_are_as_swscale_makes_them) {
  struct Form {
    AVPixelFormat format;
    bool is_full;
  };
  for (const auto& [format, is_full] :
       {Form{AV_PIX_FMT_YUVJ422P, true}, Form{AV_PIX_FMT_YUVJ420P, true},
        Form{AV_PIX_FMT_YUV422P, false}, Form{AV_PIX_FMT_YUV420P, false}}) {
    // widths of whole vectors and not, lines next to each other (odd strides) and aligned
    for (const auto& [width, height, alignment] :
         {std::tuple{640, 360, 0}, {322, 242, 1}, {98, 66, 1}, {1080, 1920, 1}, {34, 18, 1}}) {
      const auto f = camera_picture(format, width, height, alignment);
      f->colorspace = AVCOL_SPC_BT709;
      f->color_range = is_full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
      Picture ours(width, height);
      PictureConverter converter(Canvas{width, height, {}});
      ASSERT_TRUE(converter.convert(*f, 0, ours));
      const Picture theirs = by_swscale(*f, is_full);
      int worst = 0;
      double squares = 0;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          worst = std::max(worst, std::abs(luma_at(ours, x, y) - luma_at(theirs, x, y)));
          squares += std::pow(u_at(ours, x, y) - u_at(theirs, x, y), 2);
          squares += std::pow(v_at(ours, x, y) - v_at(theirs, x, y), 2);
        }
      }
      const double psnr =
          10 * std::log10(255.0 * 255 * 2 * width * height / std::max(squares, 1.0));
      EXPECT_LE(worst, 1) << format << ' ' << width;
      EXPECT_GE(psnr, 45) << format << ' ' << width;
    }
  }
}

TEST(Convert, rgb_becomes_709) {
  auto f = frame_of(AV_PIX_FMT_RGB24, 64, 36);
  for (int y = 0; y < 36; ++y) {
    for (int x = 0; x < 64; ++x) {
      auto* p = f->data[0] + y * f->linesize[0] + 3 * x;
      p[0] = 255;
      p[1] = p[2] = 0;
    }
  }
  Picture out(64, 36);
  PictureConverter converter(Canvas{64, 36, {}});
  ASSERT_TRUE(converter.convert(*f, 0, out));
  EXPECT_NEAR(luma_at(out, 32, 18), 63, 2);
  EXPECT_NEAR(u_at(out, 32, 18), 102, 2);
  EXPECT_NEAR(v_at(out, 32, 18), 240, 2);
}

TEST(Convert, packed_and_half_planar_and_ten_bit_forms_keep_their_light) {
  for (const auto format : {AV_PIX_FMT_NV12, AV_PIX_FMT_YUYV422, AV_PIX_FMT_UYVY422,
                            AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_GRAY8}) {
    auto f = frame_of(format, 128, 72);
    f->colorspace = AVCOL_SPC_BT709;
    f->color_range = AVCOL_RANGE_MPEG;
    for (int y = 0; y < 72; ++y) {
      for (int x = 0; x < f->linesize[0]; ++x) {
        auto& byte = f->data[0][y * f->linesize[0] + x];
        byte = 128;
        if (format == AV_PIX_FMT_YUV420P10LE) byte = x % 2 == 0 ? 0 : 2;  // 512 of 1023
      }
    }
    for (int p = 1; p < 3 && f->data[p] != nullptr; ++p) {
      for (int y = 0; y < 36; ++y) {
        for (int x = 0; x < f->linesize[p]; ++x)
          f->data[p][y * f->linesize[p] + x] = static_cast<std::uint8_t>(
              format == AV_PIX_FMT_YUV420P10LE ? (x % 2 == 0 ? 0 : 2) : 128);
      }
    }
    Picture out(64, 36);
    PictureConverter converter(Canvas{64, 36, {}});
    ASSERT_TRUE(converter.convert(*f, 0, out)) << format;
    EXPECT_NEAR(luma_at(out, 32, 18), 128, 1) << format;
    EXPECT_NEAR(u_at(out, 32, 18), 128, 1) << format;
  }
}

TEST(Convert, turns_upright) {
  // the stored top is bright; turned clockwise by 90 it is on the right
  auto f = frame_of(AV_PIX_FMT_YUV420P, 72, 128);
  f->colorspace = AVCOL_SPC_BT709;
  paint(
      *f, [](int, int y) { return y < 64 ? 200 : 40; }, 128, 128);
  Picture out(128, 72);
  PictureConverter converter(Canvas{128, 72, {}});
  ASSERT_TRUE(converter.convert(*f, 90, out));
  EXPECT_EQ(luma_at(out, 120, 36), 200);
  EXPECT_EQ(luma_at(out, 8, 36), 40);
  ASSERT_TRUE(converter.convert(*f, 270, out));
  EXPECT_EQ(luma_at(out, 120, 36), 40);
  EXPECT_EQ(luma_at(out, 8, 36), 200);
}

TEST(Convert, contain_has_black_bars_and_the_size_may_change_between_pictures) {
  Picture out(128, 72);
  out.fill(99, 99, 99);
  PictureConverter converter(Canvas{128, 72, {Fit::contain, {}}});
  for (const auto& [width, height] : {std::pair{96, 72}, {40, 300}, {33, 17}, {1, 1}, {640, 480}}) {
    auto f = frame_of(AV_PIX_FMT_YUV420P, width, height);
    f->colorspace = AVCOL_SPC_BT709;
    paint(
        *f, [](int, int) { return 150; }, 128, 128);
    ASSERT_TRUE(converter.convert(*f, 0, out)) << width;
    EXPECT_NEAR(luma_at(out, 64, 36), 150, 1) << width;  // libyuv's box rounds down
  }
  EXPECT_EQ(luma_at(out, 2, 36), 16);
  EXPECT_EQ(u_at(out, 2, 36), 128);
}

TEST(SoundConvert, mono_keeps_its_level_and_rates_become_48000) {
  SoundConverter converter;
  std::vector<float> out;
  float peak = 0;
  for (const int rate : {44'100, 8'000, 48'000}) {
    auto f = make_av_frame();
    f->format = AV_SAMPLE_FMT_S16;
    f->sample_rate = rate;
    f->nb_samples = rate;
    av_channel_layout_default(&f->ch_layout, 1);
    ASSERT_EQ(av_frame_get_buffer(f.get(), 0), 0);
    auto* samples = reinterpret_cast<std::int16_t*>(f->data[0]);
    for (int i = 0; i < rate; ++i)
      samples[i] = static_cast<std::int16_t>(16'384 * std::sin(6.2831853 * 440 * i / rate));
    out.clear();
    ASSERT_TRUE(converter.convert(*f, out));
    EXPECT_NEAR(static_cast<double>(out.size() / 2), 48'000, 400) << rate;
    peak = 0;
    for (const float value : out) peak = std::max(peak, std::abs(value));
    EXPECT_NEAR(peak, 0.5, 0.01) << rate;
  }
}

}  // namespace
}  // namespace xb::media
