// Runs and pairs. SPDX-License-Identifier: Apache-2.0
#include "review/grams.h"

#include <vector>

#include "base/text.h"

namespace xb::review {
namespace {

constexpr std::size_t most_asked = 32;  // characters of a query

char32_t folded(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  return c >= U'A' && c <= U'Z' ? c + 32 : c;
}

// ASCII signs, spaces and the punctuation of CJK part runs; all else is a letter.
bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z');
  return c > 0xBF && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F);
}

std::vector<std::vector<char32_t>> runs_of(std::string_view text, std::size_t most) {
  std::vector<std::vector<char32_t>> out;
  bool is_in_run = false;
  std::size_t read = 0;
  for (const auto each : code_points(text)) {
    if (++read > most) break;
    const auto c = folded(each);
    if (is_letter(c)) {
      if (!is_in_run) out.emplace_back();
      out.back().push_back(c);
    }
    is_in_run = is_letter(c);
  }
  return out;
}

std::string pair_of(const std::vector<char32_t>& run, std::size_t at) {
  std::string out;
  append_utf8(out, run[at]);
  if (at + 1 < run.size()) append_utf8(out, run[at + 1]);
  return out;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  for (const auto c : code_points(text)) append_utf8(out, folded(c));
  return out;
}

std::string grams_of(std::string_view text, std::size_t most) {
  std::string out;
  for (const auto& run : runs_of(text, most)) {
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (!out.empty()) out += ' ';
      out += pair_of(run, i);
    }
  }
  return out;
}

std::string gram_query(std::string_view text) {
  std::string out;
  for (const auto& run : runs_of(text, most_asked)) {
    const auto pairs = run.size() > 1 ? run.size() - 1 : 1;
    for (std::size_t i = 0; i < pairs; ++i) {
      if (!out.empty()) out += " AND ";
      out.append("\"").append(pair_of(run, i)).append(run.size() > 1 ? "\"" : "\"*");
    }
  }
  return out;
}

}  // namespace xb::review
