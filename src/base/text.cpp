// UTF-8, grapheme clusters, cleaning of outside text, Chinese numbers.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "base/text_marks.h"

namespace xb {
namespace {

constexpr char32_t replacement = 0xfffd;
constexpr char32_t zwj = 0x200d;
constexpr char32_t zwnj = 0x200c;

struct Decoded {
  char32_t code_point;
  std::size_t bytes;
  bool is_valid;
};

// The code point at `at`; an invalid byte is one replacement character. Refuses overlong forms,
// surrogates and what lies beyond U+10FFFF.
Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const auto lead = byte(at);
  if (lead < 0x80) return {static_cast<char32_t>(lead), 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const Decoded invalid{replacement, 1, false};
  if (lead < 0xc2 || lead > 0xf4 || at + length > text.size()) return invalid;
  auto value = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return invalid;
    value = value << 6U | (byte(at + i) & 0x3fU);
  }
  constexpr std::uint32_t least[]{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return invalid;
  return {static_cast<char32_t>(value), length, true};
}

// Eight bytes of ASCII at `at`: most of what comes is JSON, and one byte a time was an eighth of
// what the relay does for an event.
bool is_ascii_word(std::string_view bytes, std::size_t at) {
  std::uint64_t word = 0;
  if (bytes.size() - at < sizeof(word)) return false;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  return (word & 0x8080808080808080U) == 0;
}

bool is_tag(char32_t c) {
  return c >= 0xe0000 && c <= 0xe007f;
}
bool extends(char32_t c) {
  return c == zwj || c == zwnj || is_mark(c) || is_skin_tone(c) || is_tag(c);
}
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

// Where the cluster that begins at `from` ends.
std::size_t cluster_end(std::span<const char32_t> text, std::size_t from) {
  const auto first = text[from];
  auto at = from + 1;
  if (first == '\r' && at < text.size() && text[at] == '\n') return at + 1;
  if (is_control(first)) return at;
  if (is_regional(first) && at < text.size() && is_regional(text[at])) ++at;
  bool is_picture = is_pictograph(first);
  while (at < text.size()) {
    if (extends(text[at])) {
      ++at;
    } else if (is_picture && text[at - 1] == zwj && is_pictograph(text[at])) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

bool is_line_end_or_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

// What nobody sees, or what changes how others are seen.
bool is_unwanted(char32_t c) {
  return is_control(c) || is_tag(c) || c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f ||
         c == 0x1160 || c == 0x180e || c == 0x3164 || c == 0xffa0 || c == 0xfeff ||
         (c >= 0x200b && c <= 0x200f && c != zwj) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || (c >= 0xfff0 && c <= 0xfffb) ||
         (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffeU) == 0xfffe || (c >= 0xe01f0 && c <= 0xe0fff);
}

// Removes the unwanted, makes one space of every run of spaces, none at the ends, and caps the
// marks on each base.
std::vector<char32_t> filtered(std::span<const char32_t> text, std::size_t marks_per_base) {
  std::vector<char32_t> out;
  out.reserve(text.size());
  std::size_t marks = 0;
  bool space_waits = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = text[i];
    if (is_line_end_or_space(c)) {
      space_waits = !out.empty();
      continue;
    }
    if (is_unwanted(c)) continue;
    if (c == zwj) {
      const auto is_joinable = [](char32_t p) {
        return is_pictograph(p) || is_skin_tone(p) || p == 0xfe0f;
      };
      const bool joins = !space_waits && !out.empty() && is_joinable(out.back()) &&
                         i + 1 < text.size() && is_pictograph(text[i + 1]);
      if (!joins) continue;
    } else if (is_mark(c) || is_skin_tone(c)) {
      if (++marks > marks_per_base) continue;
    } else {
      marks = 0;
    }
    if (space_waits) out.push_back(' ');
    space_waits = false;
    out.push_back(c);
  }
  return out;
}

std::size_t utf8_bytes(char32_t c) {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

bool is_cjk(char32_t c) {
  return (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x323af);
}

char32_t full_width(char32_t c) {
  return std::u32string_view(U",!?:;").find(c) == std::u32string_view::npos ? c : c + 0xfee0;
}

std::string to_utf8(std::span<const char32_t> text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (const auto c : text) append_utf8(out, c);
  return out;
}

std::uint64_t magnitude(std::int64_t n) {
  return n < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
}

std::size_t edit_distance(std::span<const char32_t> a, std::span<const char32_t> b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (is_ascii_word(bytes, at)) {
      at += sizeof(std::uint64_t);
      continue;
    }
    const auto one = decode(bytes, at);
    if (!one.is_valid) return false;
    at += one.bytes;
  }
  return true;
}

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const auto one = decode(utf8, at);
    out.push_back(one.code_point);
    at += one.bytes;
  }
  return out;
}

void append_utf8(std::string& out, char32_t code_point) {
  auto c = static_cast<std::uint32_t>(code_point);
  if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = replacement;
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0U | c >> 6U);
    put(0x80U | (c & 0x3fU));
  } else if (c < 0x10000) {
    put(0xe0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3fU));
    put(0x80U | (c & 0x3fU));
  } else {
    put(0xf0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3fU));
    put(0x80U | (c >> 6U & 0x3fU));
    put(0x80U | (c & 0x3fU));
  }
}

std::size_t grapheme_count(std::string_view utf8) {
  const auto text = code_points(utf8);
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = cluster_end(text, at)) ++count;
  return count;
}

std::string cut_graphemes(std::string_view utf8, std::size_t most) {
  if (most == 0) return {};
  const auto text = code_points(utf8);
  std::size_t count = 0;
  std::size_t at = 0;
  std::size_t before_last = 0;  // where the last grapheme that fits begins
  while (at < text.size() && count < most) {
    before_last = at;
    at = cluster_end(text, at);
    ++count;
  }
  if (at == text.size()) return to_utf8(text);
  return to_utf8(std::span(text).first(before_last)) + "…";
}

std::string clean_outside_text(std::string_view text, OutsideLimits limits) {
  const auto kept = filtered(code_points(text), limits.marks_per_base);
  std::string out;
  for (std::size_t at = 0; at < kept.size();) {
    const auto end = cluster_end(kept, at);
    const auto cluster = std::span(kept).subspan(at, end - at);
    std::size_t bytes = 0;
    for (const auto c : cluster) bytes += utf8_bytes(c);
    if (bytes > limits.cluster_bytes) {
      append_utf8(out, cluster.front());
    } else {
      for (const auto c : cluster) append_utf8(out, c);
    }
    at = end;
  }
  return cut_graphemes(out, limits.graphemes);
}

std::string full_width_punctuation(std::string_view utf8) {
  auto text = code_points(utf8);
  // innermost pairs of brackets with Chinese inside
  for (std::size_t open = text.size(), i = 0; i < text.size(); ++i) {
    if (text[i] == '(') open = i;
    if (text[i] != ')' || open >= i) continue;
    const auto inside = std::span(text).subspan(open, i - open);
    if (std::any_of(inside.begin(), inside.end(), is_cjk)) {
      text[open] = 0xff08;
      text[i] = 0xff09;
    }
    open = text.size();
  }
  std::vector<char32_t> out;
  out.reserve(text.size());
  for (const auto c : text) {
    const auto wide = full_width(c);
    const auto back = out.size() >= 1 ? out.back() : U'\0';
    const bool after_space = back == ' ' && out.size() >= 2;
    const auto before = after_space ? out[out.size() - 2] : back;
    const bool is_chinese = is_cjk(before) || before == 0xff09 || before == 0x201d ||
                            (!after_space && std::u32string_view(U"，！？：；").find(before) !=
                                                 std::u32string_view::npos);
    if (wide != c && is_chinese) {
      if (after_space) out.pop_back();
      out.push_back(wide);
    } else {
      out.push_back(c);
    }
  }
  return to_utf8(out);
}

std::string grouped(std::int64_t n) {
  auto digits = std::to_string(magnitude(n));
  for (auto at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return n < 0 ? "-" + digits : digits;
}

std::string count_zh(std::int64_t n) {
  const auto size = magnitude(n);
  if (size < 100'000) return grouped(n);
  const bool is_yi = size >= 100'000'000;
  const auto tenths = size / (is_yi ? 10'000'000 : 1'000);
  return std::string(n < 0 ? "-" : "") + grouped(static_cast<std::int64_t>(tenths / 10)) + "." +
         std::to_string(tenths % 10) + (is_yi ? " 亿" : " 万");
}

std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t longest = 64;  // nobody mistypes longer words into something known
  const auto wanted = code_points(word.substr(0, longest * 4));
  if (wanted.size() > longest) return {};
  std::string_view best;
  auto best_distance = std::min<std::size_t>(3, wanted.size() / 2) + 1;
  for (const auto candidate : candidates) {
    const auto offered = code_points(candidate);
    const auto distance = edit_distance(wanted, offered);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

}  // namespace xb
