// Unicode is GLib's: its tables normalise and tell letters from signs. SPDX-License-Identifier:
// Apache-2.0
#include "chat/wording.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace xb::chat {
namespace {

constexpr std::size_t most_bytes = 256 << 10U;
constexpr std::size_t most_words = 20'000;
constexpr std::size_t longest_word = 64;  // letters

// Letters of Cyrillic and Greek that nobody tells from Latin ones, small.
constexpr std::u32string_view looks_from = U"авекмнорстухіјѕԁԛԝһӏαβγεικνορτυχωѵ";
constexpr std::u32string_view looks_to = U"abekmhopctyxijsdqwhlabyeikvoptuxwv";
static_assert(looks_from.size() == looks_to.size());

// Digits that stand for letters inside a word.
constexpr std::array<std::pair<char32_t, char32_t>, 6> digits{
    {{U'0', U'o'}, {U'1', U'i'}, {U'3', U'e'}, {U'4', U'a'}, {U'5', U's'}, {U'7', U't'}}};

// Marks that only dress up a letter; those of other scripts are letters of their words.
bool is_dress(char32_t c) {
  const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  return in(0x300, 0x36F) || in(0x1AB0, 0x1AFF) || in(0x1DC0, 0x1DFF) || in(0x20D0, 0x20FF) ||
         in(0xFE00, 0xFE0F) || in(0xFE20, 0xFE2F) || in(0xE0100, 0xE01EF);
}

// Belongs to the letter before it, as in か゛.
bool is_mark(char32_t c) {
  const auto type = g_unichar_type(c);
  return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_SPACING_MARK;
}

// Takes up no room on the screen, whatever the tables call it (the last three are letters without a
// shape).
bool is_invisible(char32_t c) {
  const auto type = g_unichar_type(c);
  return type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL || c == 0x115F || c == 0x3164 ||
         c == 0xFFA0;
}

char32_t plain(char32_t c) {
  c = g_unichar_tolower(c);
  const auto at = looks_from.find(c);
  return at == looks_from.npos ? c : looks_to[at];
}

bool is_latin(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
}

std::u32string decomposed(std::string_view text) {
  const std::unique_ptr<char, decltype(&g_free)> form(
      g_utf8_normalize(text.data(), static_cast<gssize>(text.size()), G_NORMALIZE_NFKD), g_free);
  std::u32string out;
  if (!form) return out;
  for (const char* at = form.get(); *at != 0; at = g_utf8_next_char(at)) out += g_utf8_get_char(at);
  return out;
}

// Words of one letter in a row are one word that was pulled apart.
void add_word(std::u32string& latin, std::u32string& word, bool& is_single) {
  if (word.empty()) return;
  const bool joins = word.size() == 1 && is_single;
  if (!joins) latin += U' ';
  latin += word;
  is_single = word.size() == 1;
  word.clear();
}

// The same with digits read as letters, in words that have both.
std::u32string with_letters(const std::u32string& latin) {
  std::u32string out = latin;
  std::size_t begin = 1;
  while (begin < out.size()) {
    const auto end = std::min(out.find(U' ', begin), out.size());
    const auto first = out.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = out.begin() + static_cast<std::ptrdiff_t>(end);
    if (std::any_of(first, last, [](char32_t c) { return c >= U'a'; })) {
      for (const auto& [digit, letter] : digits) std::replace(first, last, digit, letter);
    }
    begin = end + 1;
  }
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  std::array<char, 6> bytes{};
  for (const auto c : text)
    out.append(bytes.data(), static_cast<std::size_t>(g_unichar_to_utf8(c, bytes.data())));
  return out;
}

}  // namespace

Bare bare_of(std::string_view text) {
  Bare out;
  std::u32string word;
  bool is_single = false;
  for (const auto raw : decomposed(text)) {
    if (is_dress(raw) || is_invisible(raw)) continue;
    if (!g_unichar_isalnum(raw) && !is_mark(raw)) {
      add_word(out.latin, word, is_single);
      continue;
    }
    const auto c = plain(raw);
    out.letters += c;
    if (is_latin(c)) {
      word += c;
    } else {
      add_word(out.latin, word, is_single);
      is_single = false;
    }
  }
  add_word(out.latin, word, is_single);
  out.latin += U' ';
  return out;
}

std::string letters_of(std::string_view text) {
  return to_utf8(bare_of(text).letters);
}

Status WordList::add_lines(std::string_view text, std::string_view file) {
  const auto wrong = [&](std::string_view what) {
    return Error(ErrorCode::show_invalid, std::string(file).append(": ").append(what));
  };
  if (text.size() > most_bytes) return wrong("larger than 256 KiB");
  if (g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) == 0)
    return wrong("not UTF-8");
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    auto word = text.substr(0, std::min(end, text.find('#')));
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    const auto bare = bare_of(word);
    if (bare.letters.empty()) continue;
    if (bare.letters.size() > longest_word)
      return wrong("line " + std::to_string(line) + ": longer than 64 letters");
    if (++count_ > most_words) return wrong("more than 20 000 words");
    const bool is_all_latin = std::all_of(bare.letters.begin(), bare.letters.end(), is_latin);
    auto& words = is_all_latin ? whole_[bare.latin[1]] : anywhere_[bare.letters.front()];
    words.push_back(is_all_latin ? bare.latin : bare.letters);
    // a phrase whose letters stand apart comes as one word
    if (is_all_latin && bare.latin.size() > bare.letters.size() + 2)
      words.push_back(U' ' + bare.letters + U' ');
  }
  return ok();
}

bool WordList::is_in(std::string_view text) const {
  if (count_ == 0) return false;
  const auto bare = bare_of(text);
  const auto is_at = [](std::u32string_view all, std::size_t place, const ByFirst& words,
                        char32_t first) {
    const auto found = words.find(first);
    return found != words.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](const auto& word) { return all.substr(place, word.size()) == word; });
  };
  for (std::size_t i = 0; i < bare.letters.size(); ++i)
    if (is_at(bare.letters, i, anywhere_, bare.letters[i])) return true;
  if (whole_.empty() || bare.latin.size() < 2) return false;
  for (const auto& form : {bare.latin, with_letters(bare.latin)}) {
    for (std::size_t i = 0; i + 1 < form.size(); ++i)
      if (form[i] == U' ' && is_at(form, i, whole_, form[i + 1])) return true;
  }
  return false;
}

}  // namespace xb::chat
