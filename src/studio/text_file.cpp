// UTF-8 checking with a place, and GB18030 through the C library.
// SPDX-License-Identifier: Apache-2.0
#include "studio/text_file.h"

#include <iconv.h>

#include <algorithm>
#include <cstdint>

namespace xb::studio {
namespace {

// Bytes of the valid sequence at `at`, or 0.
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const auto first = byte(at);
  if (first == 0) return 0;
  if (first < 0x80U) return 1;
  const std::size_t size = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || first > 0xF4U) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  }
  const auto second = byte(at + 1);
  const bool is_overlong = (first == 0xE0U && second < 0xA0U) || (first == 0xF0U && second < 0x90U);
  const bool is_outside = (first == 0xEDU && second > 0x9FU) || (first == 0xF4U && second > 0x8FU);
  return is_overlong || is_outside ? 0 : size;
}

struct Converter {
  iconv_t handle = ::iconv_open("UTF-8", "GB18030");
  Converter() = default;
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  bool is_open() const { return handle != reinterpret_cast<iconv_t>(std::intptr_t{-1}); }
  ~Converter() {
    if (is_open()) ::iconv_close(handle);
  }
};

}  // namespace

std::optional<std::size_t> first_bad_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto size = sequence_at(text, at);
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

Place place_of(std::string_view text, std::size_t byte) {
  Place place;
  for (std::size_t i = 0; i < std::min(byte, text.size()); ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<std::uint8_t>(text[i]) & 0xC0U) != 0x80U) {
      ++place.column;
    }
  }
  return place;
}

std::string_view without_bom(std::string_view text) {
  constexpr std::string_view bom = "\xEF\xBB\xBF";
  if (text.substr(0, bom.size()) == bom) text.remove_prefix(bom.size());
  return text;
}

std::optional<std::string> from_gb18030(std::string_view bytes) {
  const Converter converter;
  if (!converter.is_open()) return std::nullopt;
  std::string in(bytes);
  std::string out(bytes.size() * 2 + 16, '\0');  // 2 GB18030 bytes become 3 in UTF-8 at the most
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size();
  std::size_t room = out.size();
  if (::iconv(converter.handle, &from, &left, &to, &room) == static_cast<std::size_t>(-1))
    return std::nullopt;
  out.resize(out.size() - room);
  return out;
}

std::size_t length_of(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace xb::studio
