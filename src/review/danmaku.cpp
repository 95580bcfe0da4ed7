// A reader of its own for each form; what is none of it is counted.
// SPDX-License-Identifier: Apache-2.0
#include "review/danmaku.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "base/text.h"
#include "net/json.h"
#include "review/json_bits.h"

namespace xb::review {
namespace {

constexpr std::size_t most_foreign_lines = 2'000'000;
constexpr double longest_s = static_cast<double>(longest_ms) / 1000;

void append_entity(std::string& out, std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char>, 5> known{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [each, c] : known)
    if (each == name) return out.push_back(c);
  if (name.size() < 2 || name[0] != '#') return;
  const bool is_hex = name[1] == 'x' || name[1] == 'X';
  const auto digits = name.substr(is_hex ? 2 : 1);
  std::uint32_t code = 0;
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
  if (read.ec == std::errc{} && code > 0 && code < 0x110000) append_utf8(out, char32_t{code});
}

std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto amp = text.find('&');
    out.append(text.substr(0, amp));
    if (amp == text.npos) break;
    text.remove_prefix(amp);
    const auto end = text.substr(0, 12).find(';');
    if (end == text.npos) {
      out.push_back('&');
      text.remove_prefix(1);
      continue;
    }
    append_entity(out, text.substr(1, end - 1));
    text.remove_prefix(end + 1);
  }
  return out;
}

// The value of ` name="..."` in a tag.
std::optional<std::string_view> attribute(std::string_view tag, std::string_view name) {
  for (const char quote : {'"', '\''}) {
    std::string wanted = " ";
    wanted.append(name).append("=").push_back(quote);
    const auto at = tag.find(wanted);
    if (at == tag.npos) continue;
    const auto from = at + wanted.size();
    const auto end = tag.find(quote, from);
    if (end != tag.npos) return tag.substr(from, end - from);
  }
  return std::nullopt;
}

std::string_view part_of(std::string_view list, int number) {
  for (; number > 0; --number) {
    const auto comma = list.find(',');
    if (comma == list.npos) return {};
    list.remove_prefix(comma + 1);
  }
  return list.substr(0, list.find(','));
}

std::optional<ForeignLine> line_of(std::string_view tag, std::string_view text) {
  const auto p = attribute(tag, "p");
  if (!p) return std::nullopt;
  const auto seconds_text = part_of(*p, 0);
  double seconds = -1;
  std::from_chars(seconds_text.data(), seconds_text.data() + seconds_text.size(), seconds);
  if (!(seconds >= 0 && seconds <= longest_s)) return std::nullopt;
  ForeignLine out;
  out.ms = std::llround(seconds * 1000);
  const auto user = part_of(*p, 6);
  if (user != "0") out.user = clean_outside_text(unescaped(user), {.graphemes = 60});
  if (const auto name = attribute(tag, "user"))
    out.name = clean_outside_text(unescaped(*name), {.graphemes = 24});
  out.text = clean_outside_text(unescaped(text));
  if (out.text.empty()) return std::nullopt;
  return out;
}

void read_xml(std::string_view rest, ForeignChat& out) {
  while (out.lines.size() < most_foreign_lines) {
    const auto at = rest.find("<d ");
    if (at == rest.npos) return;
    rest.remove_prefix(at);
    const auto tag_end = rest.find('>');
    if (tag_end == rest.npos) break;
    const auto close = rest.find("</d>", tag_end);
    if (close == rest.npos) break;
    if (auto line = line_of(rest.substr(0, tag_end), rest.substr(tag_end + 1, close - tag_end - 1)))
      out.lines.push_back(std::move(*line));
    else
      ++out.unread;
    rest.remove_prefix(close + 4);
  }
  ++out.unread;  // cut off, or too many
}

void read_jsonl(std::string_view rest, ForeignChat& out) {
  while (!rest.empty() && out.lines.size() < most_foreign_lines) {
    const auto end = rest.find('\n');
    const auto text = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (text.find_first_not_of(" \r\t") == text.npos) continue;
    const auto json = object_in(text.substr(0, 65'536));
    ForeignLine line;
    line.ms = integer_of(json, "t", -1);
    line.name = text_of(json, "name", 24);
    line.user = text_of(json, "user", 60);
    line.text = text_of(json, "text");
    const auto kind = text_of(json, "kind");
    if (!kind.empty() && kind != "chat") continue;
    if (line.ms < 0 || line.ms > longest_ms || line.text.empty())
      ++out.unread;
    else
      out.lines.push_back(std::move(line));
  }
}

}  // namespace

Result<ForeignChat> read_foreign_chat(std::string_view bytes) {
  ForeignChat out;
  const auto first = bytes.find_first_not_of(" \r\n\t\xEF\xBB\xBF");
  const bool is_xml = first != bytes.npos && bytes[first] == '<';
  if (is_xml)
    read_xml(bytes, out);
  else if (first != bytes.npos)
    read_jsonl(bytes.substr(first), out);
  if (out.lines.empty())
    return Error(ErrorCode::review_import, "没有弹幕", "there is no line of chat");
  std::stable_sort(out.lines.begin(), out.lines.end(),
                   [](const auto& a, const auto& b) { return a.ms < b.ms; });
  return out;
}

}  // namespace xb::review
