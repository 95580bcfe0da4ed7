// libpng, libjpeg and libwebp. SPDX-License-Identifier: Apache-2.0
#include "overlay/picture_decode.h"

#include <png.h>
#include <webp/decode.h>

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <opencv2/core.hpp>
// clang-format off
#include <jpeglib.h>  // behind what it needs and does not include
// clang-format on

#include "overlay/picture.h"

namespace xb::overlay {
namespace {

using namespace std::string_view_literals;

// Another size than was announced may be hidden behind the header that was checked.
bool is_small_enough(cv::Size size) {
  return !size.empty() && size.width <= most_picture_side && size.height <= most_picture_side;
}

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// The library ends a call by a jump: nothing that has a destructor may lie between it and here.
class Jpeg {
 public:
  Jpeg() {
    decoder_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr which) {
      std::longjmp(static_cast<Jpeg*>(which->client_data)->jump_, 1);
    };
    errors_.emit_message = [](j_common_ptr, int) {};
    errors_.output_message = [](j_common_ptr) {};
    decoder_.client_data = this;
  }
  ~Jpeg() { jpeg_destroy_decompress(&decoder_); }
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;

  // Size and channels of what comes; nothing when there is none.
  cv::Size open(std::string_view bytes, int part) {
    if (setjmp(jump_) != 0) return {};  // NOLINT(cert-err52-cpp): it is how this library ends
    jpeg_create_decompress(&decoder_);
    jpeg_mem_src(&decoder_, bytes_of(bytes), bytes.size());
    if (jpeg_read_header(&decoder_, TRUE) != JPEG_HEADER_OK) return {};
    // before it takes memory for the whole of a picture that comes in passes
    if (decoder_.image_width > most_picture_side || decoder_.image_height > most_picture_side)
      return {};
    decoder_.scale_num = 1;
    decoder_.scale_denom = static_cast<unsigned>(part);
    decoder_.out_color_space = decoder_.num_components == 4 ? JCS_CMYK : JCS_EXT_BGR;
    jpeg_start_decompress(&decoder_);
    return {static_cast<int>(decoder_.output_width), static_cast<int>(decoder_.output_height)};
  }
  bool is_for_print() const { return decoder_.out_color_space == JCS_CMYK; }
  bool read(cv::Mat& out) {
    if (setjmp(jump_) != 0) return false;  // NOLINT(cert-err52-cpp)
    while (decoder_.output_scanline < decoder_.output_height) {
      JSAMPROW row = out.ptr(static_cast<int>(decoder_.output_scanline));
      if (jpeg_read_scanlines(&decoder_, &row, 1) != 1) return false;
    }
    return true;
  }

 private:
  jpeg_decompress_struct decoder_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf jump_{};
};

// Inks as programs for print keep them, the other way round.
cv::Mat of_inks(const cv::Mat& inks) {
  cv::Mat out(inks.size(), CV_8UC3);
  for (int y = 0; y < inks.rows; ++y) {
    const auto* from = inks.ptr(y);
    auto* to = out.ptr(y);
    for (int x = 0; x < inks.cols; ++x, from += 4, to += 3) {
      const int key = from[3];
      for (int i = 0; i < 3; ++i)
        to[2 - i] = static_cast<std::uint8_t>(key - (((255 - from[i]) * key) >> 8));
    }
  }
  return out;
}

// A number of an EXIF block, in its order of bytes; 0 beyond its end.
class Exif {
 public:
  explicit Exif(std::string_view block) : block_(block), is_big_(block.starts_with("MM"sv)) {}
  std::size_t number(std::size_t at, std::size_t count) const {
    if (at > block_.size() || count > block_.size() - at) return 0;
    std::size_t out = 0;
    for (std::size_t i = 0; i < count; ++i)
      out = out << 8 | static_cast<std::uint8_t>(block_[at + (is_big_ ? i : count - 1 - i)]);
    return out;
  }
  // 1 to 8; 1: as it is.
  std::size_t turn() const {
    constexpr std::size_t orientation = 0x112;
    constexpr std::size_t entry_bytes = 12;
    const auto first = number(4, 4);
    const auto entries = number(first, 2);
    for (std::size_t i = 0; i < entries; ++i) {
      const auto at = first + 2 + i * entry_bytes;
      if (at >= block_.size()) break;
      if (number(at, 2) == orientation) return number(at + 8, 2);
    }
    return 1;
  }

 private:
  std::string_view block_;
  bool is_big_;
};

// The markers before the picture itself were checked.
std::size_t turn_of(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    if (byte(at + 1) == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const auto marker = byte(at + 1);
    const auto length = static_cast<std::size_t>(byte(at + 2) << 8 | byte(at + 3));
    if (marker == 0xDA || length < 2) break;
    const auto block = bytes.substr(at + 4, length - 2);
    if (marker == 0xE1 && block.starts_with("Exif\0\0"sv)) return Exif(block.substr(6)).turn();
    at += 2 + length;
  }
  return 1;
}

void turn(cv::Mat& picture, std::size_t how) {
  constexpr int upside_down = 0;
  constexpr int mirrored = 1;
  constexpr int both = -1;
  if (how >= 5 && how <= 8) cv::transpose(picture, picture);
  if (how == 2 || how == 6) cv::flip(picture, picture, mirrored);
  if (how == 3 || how == 7) cv::flip(picture, picture, both);
  if (how == 4 || how == 8) cv::flip(picture, picture, upside_down);
}

}  // namespace

cv::Mat decode_png(std::string_view bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return {};
  if (!is_small_enough({static_cast<int>(image.width), static_cast<int>(image.height)})) {
    png_image_free(&image);
    return {};
  }
  const bool has_opacity = (image.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  image.format = has_opacity ? PNG_FORMAT_BGRA : PNG_FORMAT_BGR;
  image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  cv::Mat out;
  try {
    out.create(static_cast<int>(image.height), static_cast<int>(image.width),
               has_opacity ? CV_8UC4 : CV_8UC3);
  } catch (...) {
    png_image_free(&image);
    throw;
  }
  const auto stride = static_cast<png_int_32>(out.step);
  if (png_image_finish_read(&image, nullptr, out.data, stride, nullptr) == 0) return {};
  return out;
}

cv::Mat decode_webp(std::string_view bytes) {
  WebPBitstreamFeatures about{};
  if (WebPGetFeatures(bytes_of(bytes), bytes.size(), &about) != VP8_STATUS_OK ||
      !is_small_enough({about.width, about.height}))
    return {};
  cv::Mat out(about.height, about.width, about.has_alpha != 0 ? CV_8UC4 : CV_8UC3);
  const auto size = out.step * static_cast<std::size_t>(out.rows);
  const auto decode = about.has_alpha != 0 ? &WebPDecodeBGRAInto : &WebPDecodeBGRInto;
  if (decode(bytes_of(bytes), bytes.size(), out.data, size, static_cast<int>(out.step)) == nullptr)
    return {};
  return out;
}

cv::Mat decode_jpeg(std::string_view bytes, int part) {
  Jpeg jpeg;
  const auto size = jpeg.open(bytes, part);
  if (!is_small_enough(size)) return {};
  cv::Mat out(size, jpeg.is_for_print() ? CV_8UC4 : CV_8UC3);
  if (!jpeg.read(out)) return {};
  if (jpeg.is_for_print()) out = of_inks(out);
  turn(out, turn_of(bytes));
  return out;
}

}  // namespace xb::overlay
