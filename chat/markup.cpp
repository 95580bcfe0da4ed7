// SPDX-License-Identifier: Apache-2.0
#include "chat/markup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_bytes = 65'536;
constexpr std::size_t most_entity_bytes = 10;  // between & and ;

using Row = std::pair<std::string_view, char32_t>;
// The rest of HTML's 2231 names is not written by chat servers.
constexpr std::array entities{
    Row{"amp", U'&'},         Row{"lt", U'<'},          Row{"gt", U'>'},
    Row{"quot", U'"'},        Row{"apos", U'\''},       Row{"nbsp", U' '},
    Row{"hellip", U'\u2026'}, Row{"mdash", U'\u2014'},  Row{"ndash", U'\u2013'},
    Row{"ldquo", U'\u201c'},  Row{"rdquo", U'\u201d'},  Row{"lsquo", U'\u2018'},
    Row{"rsquo", U'\u2019'},  Row{"middot", U'\u00b7'}, Row{"copy", U'\u00a9'},
    Row{"yen", U'\u00a5'},
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// At an '&': appends what it stands for and returns how many bytes it took.
std::size_t take_entity(std::string_view rest, std::string& out) {
  const auto end = rest.substr(0, most_entity_bytes + 2).find(';');
  const auto as_it_is = [&] {
    out += '&';
    return std::size_t{1};
  };
  if (end == std::string_view::npos || end < 2) return as_it_is();
  auto name = rest.substr(1, end - 1);
  if (name.front() != '#') {
    const auto row = std::find_if(entities.begin(), entities.end(),
                                  [&](const Row& known) { return known.first == name; });
    if (row == entities.end()) return as_it_is();
    append_utf8(out, row->second);
    return end + 1;
  }
  name.remove_prefix(1);
  const bool is_hex = !name.empty() && (name.front() == 'x' || name.front() == 'X');
  if (is_hex) name.remove_prefix(1);
  std::uint32_t value = 0;
  const auto [at, error] =
      std::from_chars(name.data(), name.data() + name.size(), value, is_hex ? 16 : 10);
  if (name.empty() || error != std::errc() || at != name.data() + name.size()) return as_it_is();
  const bool is_character = value != 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  append_utf8(out, is_character ? static_cast<char32_t>(value) : U'\uFFFD');
  return end + 1;
}

// The end of the tag that begins at `html[at]` ('<'): the place behind its '>', quotes respected.
std::size_t tag_end(std::string_view html, std::size_t at) {
  char quote = 0;
  for (std::size_t i = at + 1; i < html.size(); ++i) {
    const char c = html[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if ((c == '"' || c == '\'') && html[i - 1] == '=') {
      quote = c;
    } else if (c == '>') {
      return i + 1;
    }
  }
  return html.size();
}

// The value of `alt` of a tag, undecoded.
std::string_view alt_of(std::string_view tag) {
  for (std::size_t at = tag.find("alt="); at != std::string_view::npos;
       at = tag.find("alt=", at + 1)) {
    if (at == 0 || !is_blank(tag[at - 1]) || at + 4 >= tag.size()) continue;
    const char quote = tag[at + 4];
    if (quote != '"' && quote != '\'') continue;
    const auto begin = at + 5;
    const auto end = tag.find(quote, begin);
    return end == std::string_view::npos ? std::string_view() : tag.substr(begin, end - begin);
  }
  return {};
}

void append_decoded(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '&') {
      i += take_entity(text.substr(i), out);
    } else {
      out += text[i++];
    }
  }
}

// At a '<' that begins a tag or a comment: returns the place behind it.
std::size_t take_tag(std::string_view html, std::size_t at, std::string& out) {
  if (html.substr(at, 4) == "<!--") {
    const auto end = html.find("-->", at + 4);
    return end == std::string_view::npos ? html.size() : end + 3;
  }
  const auto end = tag_end(html, at);
  const auto tag = html.substr(at, end - at);
  std::string name;
  for (auto i = std::min(tag.find_first_not_of("</"), tag.size());
       i < tag.size() && name.size() < 16 && is_letter(tag[i]); ++i) {
    name += lower(tag[i]);
  }
  const bool is_opening = tag.size() > 1 && tag[1] != '/';
  if (is_opening && (name == "script" || name == "style")) {
    const auto wanted = "</" + name;
    const auto* const found =
        std::search(html.begin() + static_cast<std::ptrdiff_t>(end), html.end(), wanted.begin(),
                    wanted.end(), [](char a, char b) { return lower(a) == b; });
    if (found == html.end()) return html.size();
    return tag_end(html, static_cast<std::size_t>(found - html.begin()));
  }
  if (name == "img") append_decoded(alt_of(tag), out);
  const bool is_break = name == "br" || name == "p" || name == "div" || name == "li";
  if (is_break && !out.empty() && out.back() != ' ') out += ' ';
  return end;
}

}  // namespace

std::string text_of_html(std::string_view html) {
  html = html.substr(0, most_bytes);
  std::string out;
  for (std::size_t i = 0; i < html.size();) {
    const char next = i + 1 < html.size() ? html[i + 1] : ' ';
    if (html[i] == '<' && (is_letter(next) || next == '/' || next == '!')) {
      i = take_tag(html, i, out);
    } else if (html[i] == '&') {
      i += take_entity(html.substr(i), out);
    } else {
      out += html[i++];
    }
  }
  while (!out.empty() && is_blank(out.back())) out.pop_back();
  const auto begin = std::find_if_not(out.begin(), out.end(), is_blank);
  out.erase(out.begin(), begin);
  return out;
}

}  // namespace xb::chat
