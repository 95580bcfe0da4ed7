// Header checks by hand, then the library of the format, and OpenCV, whose exceptions end here.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/picture.h"

#include <algorithm>
#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "base/files.h"
#include "overlay/picture_decode.h"

namespace xb::overlay {
namespace {

using namespace std::string_view_literals;

// Encoders write 10 at the most; each costs a pass over the whole picture, and 20 bytes make one.
constexpr int most_scans = 50;

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  bool has(std::size_t at, std::size_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }
  std::uint32_t byte(std::size_t at) const { return static_cast<std::uint8_t>(bytes_[at]); }
  std::uint32_t big16(std::size_t at) const { return byte(at) << 8 | byte(at + 1); }
  std::uint32_t big32(std::size_t at) const { return big16(at) << 16 | big16(at + 2); }
  std::uint32_t little16(std::size_t at) const { return byte(at) | byte(at + 1) << 8; }
  std::uint32_t little24(std::size_t at) const { return little16(at) | byte(at + 2) << 16; }
  std::uint32_t little32(std::size_t at) const { return little16(at) | little16(at + 2) << 16; }
  std::string_view view(std::size_t at, std::size_t count) const {
    return bytes_.substr(at, count);
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

using Size = std::optional<std::pair<std::uint32_t, std::uint32_t>>;

// Calls `see` with name, begin and length (head and checksum included) of each chunk to IEND; false
// when the file ends before: one cut short is refused before the decoder sees it.
template <class See>
bool each_png_chunk(const Bytes& b, See see) {
  std::size_t at = 8;
  while (b.has(at, 12)) {
    const std::size_t length = std::size_t{12} + b.big32(at);
    if (!b.has(at, length)) return false;
    const auto name = b.view(at + 4, 4);
    see(name, at, length);
    if (name == "IEND"sv) return true;
    at += length;
  }
  return false;
}

Size png_size(const Bytes& b) {
  if (!b.has(0, 45) || b.view(12, 4) != "IHDR"sv) return std::nullopt;
  if (!each_png_chunk(b, [](auto, auto, auto) {})) return std::nullopt;
  return std::pair{b.big32(16), b.big32(20)};
}

// What makes the picture and nothing else: libpng unpacks every compressed text on its way, and
// 8 MiB of them keep it busy for a minute.
std::string bare_png(std::string_view bytes) {
  std::string bare(bytes.substr(0, 8));
  each_png_chunk(Bytes(bytes), [&](std::string_view name, std::size_t at, std::size_t length) {
    const bool is_wanted = name == "IHDR"sv || name == "PLTE"sv || name == "tRNS"sv ||
                           name == "IDAT"sv || name == "IEND"sv;
    if (is_wanted) bare += bytes.substr(at, length);
  });
  return bare;
}

// The first marker behind the coded data of a scan; stuffed bytes and restarts belong to the data.
std::size_t end_of_scan(const Bytes& b, std::size_t at) {
  for (; b.has(at, 2); ++at) {
    if (b.byte(at) != 0xFF) continue;
    const auto next = b.byte(at + 1);
    if (next != 0 && (next < 0xD0 || next > 0xD7)) break;
  }
  return at;
}

// Marker by marker to the end of the picture; what a camera appends after it does not count.
Size jpeg_size(const Bytes& b) {
  Size size;
  int scans = 0;
  std::size_t at = 2;
  while (b.has(at, 2)) {
    if (b.byte(at) != 0xFF) return std::nullopt;
    const auto marker = b.byte(at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == 0xD9) return scans > 0 ? size : std::nullopt;
    // TEM, RST and SOI have no length and no place here: who reads one where the decoder does not
    // sees another picture than the decoder.
    if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8)) return std::nullopt;
    if (!b.has(at + 2, 2)) return std::nullopt;
    const std::size_t length = b.big16(at + 2);
    if (length < 2 || !b.has(at + 2, length)) return std::nullopt;
    const bool is_frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame) {
      if (length < 8 || size) return std::nullopt;
      size = std::pair{b.big16(at + 7), b.big16(at + 5)};
    }
    at += 2 + length;
    if (marker != 0xDA) continue;
    if (!size || ++scans > most_scans) return std::nullopt;
    at = end_of_scan(b, at);
  }
  return std::nullopt;
}

Size webp_size(const Bytes& b) {
  if (!b.has(0, 30) || b.view(8, 4) != "WEBP"sv) return std::nullopt;
  if (!b.has(8, b.little32(4))) return std::nullopt;
  const auto kind = b.view(12, 4);
  if (kind == "VP8X"sv) return std::pair{b.little24(24) + 1, b.little24(27) + 1};
  if (kind == "VP8L"sv) {
    if (b.byte(20) != 0x2F) return std::nullopt;
    const auto bits = b.little32(21);
    return std::pair{(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
  }
  if (kind == "VP8 "sv) {
    if (b.view(23, 3) != "\x9D\x01\x2A"sv) return std::nullopt;
    return std::pair{b.little16(26) & 0x3FFF, b.little16(28) & 0x3FFF};
  }
  return std::nullopt;
}

// A JPEG can be decoded to a half, a quarter or an eighth of its size in as much less time, and as
// smooth as if it were scaled down. What is left is a little larger than any place it fills, so
// that nothing is scaled up; where no place is known yet, it is only looked at whether it can be
// decoded.
int part_of_jpeg(PictureSize picture, std::span<const PictureSize> places) {
  for (const int part : {8, 4, 2}) {
    const bool is_enough = std::all_of(places.begin(), places.end(), [&](const auto& place) {
      const int least = std::min(picture.width, picture.height);  // EXIF may turn it
      return least / part >= std::max(place.width, place.height) * 4 / 3;
    });
    if (is_enough) return part;
  }
  return 1;
}

cv::Mat covering(const cv::Mat& picture, int width, int height) {
  const double scale = std::max(static_cast<double>(width) / picture.cols,
                                static_cast<double>(height) / picture.rows);
  const int w = std::clamp(static_cast<int>(width / scale), 1, picture.cols);
  const int h = std::clamp(static_cast<int>(height / scale), 1, picture.rows);
  const cv::Mat middle = picture(cv::Rect((picture.cols - w) / 2, (picture.rows - h) / 2, w, h));
  cv::Mat scaled;
  cv::resize(middle, scaled, cv::Size(width, height), 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return scaled;
}

Pixels premultiplied(const cv::Mat& picture) {
  cv::Mat bgra;
  const int channels = picture.channels();
  if (channels == 3) {
    cv::cvtColor(picture, bgra, cv::COLOR_BGR2BGRA);
  } else {
    bgra = picture;
  }
  Pixels pixels;
  pixels.is_opaque = channels != 4;
  pixels.width = bgra.cols;
  pixels.height = bgra.rows;
  pixels.stride = bgra.cols * 4;
  pixels.argb.reserve(static_cast<std::size_t>(pixels.stride) *
                      static_cast<std::size_t>(bgra.rows));
  for (int y = 0; y < bgra.rows; ++y) {
    const auto* p = bgra.ptr<std::uint8_t>(y);
    for (int x = 0; x < bgra.cols; ++x, p += 4) {
      const int a = p[3];
      for (int c = 0; c < 3; ++c) {
        pixels.argb.push_back(static_cast<std::uint8_t>((p[c] * a + 127) / 255));
      }
      pixels.argb.push_back(p[3]);
    }
  }
  return pixels;
}

Error unusable(std::string zh, std::string en) {
  return {ErrorCode::picture_invalid, std::move(zh), std::move(en)};
}

}  // namespace

Result<PictureSize> check_picture(std::string_view bytes) {
  if (bytes.size() > most_picture_bytes) return unusable("超过 8 MB", "larger than 8 MB");
  const Bytes b(bytes);
  Size size;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) {
    size = png_size(b);
  } else if (bytes.starts_with("\xFF\xD8\xFF"sv)) {
    size = jpeg_size(b);
  } else if (bytes.starts_with("RIFF"sv)) {
    size = webp_size(b);
  } else {
    return unusable("不是 PNG、JPEG 或 WebP", "not PNG, JPEG or WebP");
  }
  if (!size) return unusable("文件不全，或者坏了", "cut short or damaged");
  const auto [width, height] = *size;
  if (width < 1 || height < 1 || width > most_picture_side || height > most_picture_side) {
    const auto found = std::to_string(width) + "x" + std::to_string(height);
    return unusable("这张是 " + found, found + ", at most 4096x4096");
  }
  return PictureSize{static_cast<int>(width), static_cast<int>(height)};
}

Result<Pixels> load_picture(const std::string& path, int width, int height) {
  const PictureSize size{width, height};
  XB_TRY_ASSIGN(auto pixels, load_picture(path, {&size, 1}));
  return std::move(pixels.front());
}

Result<std::vector<Pixels>> load_picture(const std::string& path,
                                         std::span<const PictureSize> sizes) {
  XB_TRY_ASSIGN(const std::string bytes, read_file(path, most_picture_bytes));
  auto size = check_picture(bytes);
  if (!size) return std::move(size).error().during("read picture " + path);
  try {
    const bool is_jpeg = bytes[0] == '\xFF';
    const bool is_png = bytes[0] == '\x89';
    const int part = is_jpeg ? part_of_jpeg(*size, sizes) : 1;
    const cv::Mat picture = is_jpeg  ? decode_jpeg(bytes, part)
                            : is_png ? decode_png(bare_png(bytes))
                                     : decode_webp(bytes);
    if (picture.empty()) return unusable(path + "：解不开，可能坏了", path + ": cannot be decoded");
    // turned by EXIF, or as it was announced: any other size was hidden from the check
    const auto is_as_announced = [part, &picture](int width, int height) {
      const int slack = part > 1 ? 1 : 0;
      return std::abs(picture.cols - width / part) <= slack &&
             std::abs(picture.rows - height / part) <= slack;
    };
    if (!is_as_announced(size->width, size->height) &&
        !is_as_announced(size->height, size->width)) {
      return unusable(path + "：大小和文件里写的不一样",
                      path + ": not of the size its header says");
    }
    std::vector<Pixels> out;
    for (const auto& wanted : sizes) {
      XB_CHECK(wanted.width > 0 && wanted.height > 0);
      out.push_back(premultiplied(covering(picture, wanted.width, wanted.height)));
    }
    return out;
  } catch (const cv::Exception& e) {
    return unusable(path + "：解不开，可能坏了", path + ": " + e.err);
  } catch (const std::bad_alloc&) {
    return unusable(path + "：太大，内存不够", path + ": too large for the memory");
  }
}

}  // namespace xb::overlay
