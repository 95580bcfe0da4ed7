// Exports: an evening as files other programs open.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "review/chat_window.h"
#include "review/evening.h"
#include "review/notes.h"
#include "session/queries.h"

namespace xb::review {

struct ExportWishes {
  bool has_names = false;   // else pseudonyms
  bool is_english = false;  // headings and pseudonyms
};

struct ExportFile {
  std::string name;
  std::string content_type;
  std::string bytes;
};

// Viewers as "观众 12", numbered as they are first heard of in the Session: the same in every
// export of it, and nobody can be found by it.
class Pseudonyms {
 public:
  explicit Pseudonyms(ExportWishes wishes) : wishes_(wishes) {}
  // Lines must come from the first of the Session on.
  std::string name_of(const ChatLine& line);
  // What was said, with "@NAME" as a pseudonym, too. After name_of() of the same line.
  std::string text_of(const ChatLine& line) const;

 private:
  std::string pseudonym(std::int64_t number) const;
  const ExportWishes wishes_;
  std::unordered_map<std::string, std::int64_t> numbers_;
  std::unordered_map<std::string, std::int64_t> by_name_;  // 0: the host, who is called so
};

// A cell of a CSV file that no spreadsheet takes for a formula; quoted where it has to be.
std::string csv_cell(std::string_view text);
// "1:02:03.456" with `point`, as SRT and WebVTT want it "01:02:03,456".
std::string clock_text(std::int64_t ms, char point = '.');
// "2026-05-01 19:30:05" where the machine is; empty where the time is not known (0).
std::string wall_text(std::int64_t wall_ms);
// The same of a moment of the Evening; empty where nobody knows when it began.
std::string wall_text_at(const Evening& evening, std::int64_t t);
// & < > " escaped; what XML 1.0 cannot hold is left out.
std::string xml_text(std::string_view text);
// What stands before the first picture is not counted by files that go with it.
std::int64_t video_begin(const Evening& evening);

struct ExportInput {
  const Evening& evening;
  Faults faults;
  session::Reader& reader;
  const Notes& notes;
  std::string id;
  ExportWishes wishes;
};

Result<std::string> chat_csv(const ExportInput& in);
Result<std::string> chat_xml(const ExportInput& in);  // Bilibili's danmaku form
Result<std::string> chat_jsonl(const ExportInput& in);
std::string captions_srt(const ExportInput& in);
std::string chapters_vtt(const ExportInput& in);
Result<std::string> followers_csv(const ExportInput& in);
Result<std::string> report_html(const ExportInput& in);
Result<std::string> session_xlsx(const ExportInput& in);

struct MonthRow {
  std::string id;
  std::string title;
  std::string station;
  std::int64_t began_wall_ms = 0;
  std::int64_t duration_ms = 0;
  Figures figures;
};
Result<std::string> month_xlsx(const std::vector<MonthRow>& rows, ExportWishes wishes);

// The new followers under the names they are exported by. Reads all lines where names are not
// wished for.
Result<std::vector<Plus>> named_pluses(const ExportInput& in);

// `kind` as in docs/wire.md section 13. Errors: review_unknown, and of the reader.
Result<ExportFile> export_of(const ExportInput& in, std::string_view kind);

}  // namespace xb::review
