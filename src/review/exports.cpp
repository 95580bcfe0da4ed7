// Kinds, pseudonyms and what the formats share.
// SPDX-License-Identifier: Apache-2.0
#include "review/exports.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <utility>

#include "base/local_time.h"
#include "base/text.h"

namespace xb::review {
namespace {

struct Kind {
  std::string_view name;
  std::string_view type;
  Result<std::string> (*make)(const ExportInput& in);
};

constexpr std::array kinds{
    Kind{"chat.csv", "text/csv; charset=utf-8", chat_csv},
    Kind{"chat.xml", "application/xml; charset=utf-8", chat_xml},
    Kind{"chat.jsonl", "application/x-ndjson; charset=utf-8", chat_jsonl},
    Kind{"captions.srt", "application/x-subrip; charset=utf-8",
         [](const ExportInput& in) { return Result<std::string>(captions_srt(in)); }},
    Kind{"chapters.vtt", "text/vtt; charset=utf-8",
         [](const ExportInput& in) { return Result<std::string>(chapters_vtt(in)); }},
    Kind{"followers.csv", "text/csv; charset=utf-8", followers_csv},
    Kind{"session.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         session_xlsx},
    Kind{"report.html", "text/html; charset=utf-8", report_html},
};

constexpr std::size_t longest_mention = 120;  // bytes

// What follows an "@" up to a space or the next one.
std::string_view name_at(std::string_view text) {
  auto end = text.find_first_of(" \t\r\n@");
  for (const std::string_view stop : {"　", "＠", "，", "。", "：", "！", "？"})
    end = std::min(end, text.find(stop));
  return text.substr(0, end);
}

// Between two characters, and not in the middle of a word or number in Latin letters.
bool may_end(std::string_view text, std::size_t length) {
  if (length >= text.size()) return true;
  const auto next = static_cast<unsigned char>(text[length]);
  if ((next & 0xC0U) == 0x80U) return false;
  const auto is_latin = [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; };
  return !is_latin(next) || !is_latin(static_cast<unsigned char>(text[length - 1]));
}

}  // namespace

std::string Pseudonyms::name_of(const ChatLine& line) {
  if (wishes_.has_names) return line.name;
  if (line.role == "host") {
    by_name_[line.name] = 0;
    return line.name;
  }
  if (line.user_id.empty() && line.name.empty()) return {};
  const auto key = line.platform + '\n' + (line.user_id.empty() ? '\n' + line.name : line.user_id);
  const auto next = static_cast<std::int64_t>(numbers_.size()) + 1;
  const auto number = numbers_.try_emplace(key, next).first->second;
  if (!line.name.empty()) by_name_.try_emplace(line.name, number);
  return pseudonym(number);
}

std::string Pseudonyms::pseudonym(std::int64_t number) const {
  return (wishes_.is_english ? "Viewer " : "观众 ") + std::to_string(number);
}

// The longest name that was heard of before; else all that may be one.
std::string Pseudonyms::text_of(const ChatLine& line) const {
  if (wishes_.has_names) return line.text;
  std::string out;
  std::string_view rest = line.text;
  while (!rest.empty()) {
    const auto at = std::min(rest.find('@'), rest.find("＠"));
    out.append(rest.substr(0, at));
    if (at == rest.npos) break;
    rest.remove_prefix(at + (rest[at] == '@' ? 1 : std::string_view("＠").size()));
    const auto word = name_at(rest);
    auto known = by_name_.end();
    for (auto length = std::min(rest.size(), longest_mention);
         length > 0 && known == by_name_.end(); --length)
      if (may_end(rest, length)) known = by_name_.find(std::string(rest.substr(0, length)));
    // one character of a longer name is nobody's name
    if (known != by_name_.end() && known->first.size() < word.size() &&
        code_points(known->first).size() == 1)
      known = by_name_.end();
    if (known != by_name_.end()) {
      out += '@' + (known->second == 0 ? known->first : pseudonym(known->second));
      rest.remove_prefix(known->first.size());
    } else if (word.empty()) {
      out += '@';
    } else {
      out += wishes_.is_english ? "@viewer" : "@观众";
      rest.remove_prefix(word.size());
    }
  }
  return out;
}

std::string csv_cell(std::string_view text) {
  std::string out(text);
  constexpr std::string_view formula = "=+-@\t\r";
  if (!out.empty() && formula.find(out.front()) != formula.npos) out.insert(out.begin(), '\'');
  if (out.find_first_of("\",\r\n") == out.npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string clock_text(std::int64_t ms, char point) {
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     point, ms % 1000);
}

std::string wall_text(std::int64_t wall_ms) {
  if (wall_ms <= 0) return {};
  const auto local = local_time(WallTime(std::chrono::milliseconds(wall_ms)));
  std::array<char, 32> out{};
  const auto size = std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M:%S", &local);
  return {out.data(), size};
}

std::string wall_text_at(const Evening& evening, std::int64_t t) {
  return evening.began_wall_ms > 0 ? wall_text(evening.began_wall_ms + t) : std::string();
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

std::int64_t video_begin(const Evening& evening) {
  return evening.segments.empty() ? 0 : evening.segments.front().on.from;
}

Result<std::vector<Plus>> named_pluses(const ExportInput& in) {
  auto out = in.evening.pluses;
  if (in.wishes.has_names) return out;
  Pseudonyms names(in.wishes);
  std::unordered_map<std::int64_t, std::string> by_seq;
  XB_TRY(each_line(in.reader, in.evening, {}, [&](ChatLine&& line) {
    auto name = names.name_of(line);
    if (line.kind == chat::Kind::follow) by_seq.emplace(line.seq, std::move(name));
    return true;
  }));
  for (auto& plus : out) {
    const auto at = by_seq.find(plus.seq);
    plus.name = at == by_seq.end() ? std::string() : at->second;
  }
  return out;
}

Result<ExportFile> export_of(const ExportInput& in, std::string_view kind) {
  for (const auto& one : kinds) {
    if (one.name != kind) continue;
    XB_TRY_ASSIGN(auto bytes, one.make(in));
    return ExportFile{in.id + "-" + std::string(kind), std::string(one.type), std::move(bytes)};
  }
  return Error(ErrorCode::review_unknown, clean_outside_text(kind));
}

}  // namespace xb::review
