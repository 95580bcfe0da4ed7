// Chat and followers as text. SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "net/json.h"
#include "review/evening_json.h"
#include "review/exports.h"

namespace xb::review {
namespace {

constexpr std::size_t most_export_bytes = std::size_t{512} << 20U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // office programs ask for it

// Calls `write` for each line with the name it is exported by.
template <class Write>
Result<std::string> lines_as_text(const ExportInput& in, std::string begin, Write write) {
  Pseudonyms names(in.wishes);
  XB_TRY(each_line(in.reader, in.evening, {}, [&](ChatLine&& line) {
    line.name = names.name_of(line);
    line.text = names.text_of(line);
    write(begin, line);
    return begin.size() < most_export_bytes;
  }));
  if (begin.size() >= most_export_bytes) return Error(ErrorCode::file_too_large, in.id);
  return begin;
}

// The id of what was on at `t`.
template <class One>
std::string on_at(const std::vector<One>& spans, std::int64_t t, std::string One::*name) {
  for (const auto& one : spans)
    if (one.on.from <= t && t < one.on.to) return one.*name;
  return {};
}

// What the end of a file says of a ledger that was cut; empty: it is whole.
std::string cut_words(const ExportInput& in) {
  if (!in.evening.cut) return {};
  return in.wishes.is_english ? in.evening.cut->en : in.evening.cut->zh;
}

}  // namespace

Result<std::string> chat_csv(const ExportInput& in) {
  std::string begin(byte_order_mark);
  begin += in.wishes.is_english ? "time,milliseconds,clock,kind,platform,name,role,text,hidden\r\n"
                                : "时间,毫秒,钟点,类型,平台,名字,身份,内容,隐藏\r\n";
  XB_TRY_ASSIGN(
      auto table, lines_as_text(in, std::move(begin), [](std::string& out, const ChatLine& line) {
        out += fmt::format("{},{},{},{},{},{},{},{},{}\r\n", clock_text(line.t), line.t,
                           wall_text(line.wall_ms), chat::name_of(line.kind),
                           csv_cell(line.platform), csv_cell(line.name), csv_cell(line.role),
                           csv_cell(line.text), line.is_hidden ? 1 : 0);
      }));
  if (const auto cut = cut_words(in); !cut.empty())
    table += fmt::format(",,,missing,,,,{},0\r\n", csv_cell(cut));
  return table;
}

// Messages only, timed by the recording: players lay them over program-000.mp4.
Result<std::string> chat_xml(const ExportInput& in) {
  const auto begin = video_begin(in.evening);
  XB_TRY_ASSIGN(auto out, lines_as_text(in,
                                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<i>\n"
                                        "<chatserver>xiangbo</chatserver>\n<chatid>0</chatid>\n",
                                        [&](std::string& to, const ChatLine& line) {
                                          if (line.kind != chat::Kind::chat || line.is_hidden)
                                            return;
                                          const auto ms = std::max<std::int64_t>(0, line.t - begin);
                                          to += fmt::format(
                                              "<d p=\"{}.{:03},1,25,16777215,{},0,{},{}\">{}</d>\n",
                                              ms / 1000, ms % 1000, line.wall_ms / 1000,
                                              xml_text(line.name), line.seq, xml_text(line.text));
                                        }));
  if (const auto cut = cut_words(in); !cut.empty()) out += "<!-- " + xml_text(cut) + " -->\n";
  return out + "</i>\n";
}

Result<std::string> chat_jsonl(const ExportInput& in) {
  XB_TRY_ASSIGN(auto lines, lines_as_text(in, {}, [](std::string& out, const ChatLine& line) {
                  out += net::dump(line_json(line));
                  out += '\n';
                }));
  if (const auto cut = cut_words(in); !cut.empty())
    lines += net::dump(OrderedJson{{"kind", "missing"}, {"text", cut}}) + '\n';
  return lines;
}

Result<std::string> followers_csv(const ExportInput& in) {
  XB_TRY_ASSIGN(const auto pluses, named_pluses(in));
  std::string out(byte_order_mark);
  out += in.wishes.is_english ? "time,milliseconds,clock,name,platform,by,count,card,caption\r\n"
                              : "时间,毫秒,钟点,名字,平台,来自,人数,当时的商品卡,当时的字幕\r\n";
  for (const auto& plus : pluses) {
    out += fmt::format("{},{},{},{},{},{},{},{},{}\r\n", clock_text(plus.t), plus.t,
                       wall_text_at(in.evening, plus.t), csv_cell(plus.name),
                       csv_cell(plus.platform), csv_cell(plus.by), plus.gains,
                       csv_cell(on_at(in.evening.products, plus.t, &ProductSpan::title)),
                       csv_cell(on_at(in.evening.captions, plus.t, &CaptionSpan::text)));
  }
  if (const auto cut = cut_words(in); !cut.empty())
    out += fmt::format(",,,,,missing,,,{}\r\n", csv_cell(cut));
  return out;
}

std::string captions_srt(const ExportInput& in) {
  const auto begin = video_begin(in.evening);
  std::string out;
  int number = 0;
  for (const auto& caption : in.evening.captions) {
    if (caption.on.to <= begin) continue;
    out += fmt::format("{}\r\n{} --> {}\r\n{}\r\n\r\n", ++number,
                       clock_text(std::max<std::int64_t>(0, caption.on.from - begin), ','),
                       clock_text(caption.on.to - begin, ','), caption.text);
  }
  return out;
}

std::string chapters_vtt(const ExportInput& in) {
  const auto begin = video_begin(in.evening);
  std::string out = "WEBVTT\n\n";
  int number = 0;
  for (const auto& product : in.evening.products) {
    if (product.on.to <= begin) continue;
    out += fmt::format("{}\n{} --> {}\n{} {}\n\n", ++number,
                       clock_text(std::max<std::int64_t>(0, product.on.from - begin)),
                       clock_text(product.on.to - begin), product.number, xml_text(product.title));
  }
  return out;
}

}  // namespace xb::review
