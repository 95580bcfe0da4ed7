// Workbooks. SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "review/evening_json.h"
#include "review/exports.h"

namespace xb::review {
namespace {

constexpr std::size_t most_chat_rows = 50'000;
constexpr std::size_t most_book_bytes = std::size_t{256} << 20U;
constexpr int most_villages = 100;
constexpr std::size_t longest_sheet_name = 31;
constexpr std::size_t longest_cell = 2000;  // bytes; the format's limit is far above

// Never cut inside a character.
std::string short_enough(std::string text) {
  if (text.size() <= longest_cell) return text;
  text.resize(longest_cell);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
    text.pop_back();
  if (!text.empty()) text.pop_back();
  return text;
}

// A workbook, made in a file of the system's own temporary folder. Text is written as text: no cell
// is ever a formula.
class Workbook {
 public:
  explicit Workbook(bool is_english) : is_english_(is_english) {
    path_ = (std::filesystem::temp_directory_path() / "xiangbo-sheet-XXXXXX").string();
    const int fd = ::mkstemp(path_.data());
    if (fd < 0) return;
    ::close(fd);
    book_ = workbook_new(path_.c_str());
    if (book_ == nullptr) return;
    bold_ = workbook_add_format(book_);
    format_set_bold(bold_);
  }
  ~Workbook() {
    if (book_ != nullptr) workbook_close(book_);
    ::unlink(path_.c_str());
  }
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  void sheet(const char* zh, const char* en) {
    sheet_ = book_ == nullptr ? nullptr : workbook_add_worksheet(book_, is_english_ ? en : zh);
    row_ = 0;
  }
  using Heading = std::pair<const char*, const char*>;
  void headings(std::initializer_list<Heading> names) {
    if (sheet_ == nullptr) return;
    lxw_col_t column = 0;
    for (const auto& [zh, en] : names)
      worksheet_write_string(sheet_, 0, column++, is_english_ ? en : zh, bold_);
    worksheet_freeze_panes(sheet_, 1, 0);
    worksheet_set_column(sheet_, 0, static_cast<lxw_col_t>(column - 1), 16, nullptr);
    next_row();
  }
  Workbook& put(const std::string& text) {
    if (sheet_ != nullptr)
      worksheet_write_string(sheet_, row_, column_, short_enough(text).c_str(), nullptr);
    ++column_;
    return *this;
  }
  // A cell that stays empty where nothing is known.
  Workbook& put(const std::optional<std::int64_t>& value) {
    if (value) return put(*value);
    ++column_;
    return *this;
  }
  Workbook& put(std::int64_t value) {
    if (sheet_ != nullptr)
      worksheet_write_number(sheet_, row_, column_, static_cast<double>(value), nullptr);
    ++column_;
    return *this;
  }
  void next_row() {
    ++row_;
    column_ = 0;
  }
  std::string word(const char* zh, const char* en) const { return is_english_ ? en : zh; }
  void fact(const char* zh, const char* en, std::int64_t value) {
    put(word(zh, en)).put(value).next_row();
  }
  void fact(const char* zh, const char* en, const std::string& value) {
    put(word(zh, en)).put(value).next_row();
  }

  // Errors: file_unwritable.
  Result<std::string> finish() {
    if (book_ == nullptr) return Error(ErrorCode::file_unwritable, path_);
    const auto closed = workbook_close(std::exchange(book_, nullptr));
    if (closed != LXW_NO_ERROR) return Error(ErrorCode::file_unwritable, lxw_strerror(closed));
    return read_file(path_, most_book_bytes);
  }

 private:
  const bool is_english_;
  std::string path_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  lxw_row_t row_ = 0;
  lxw_col_t column_ = 0;
};

std::string hms(std::int64_t ms) {
  return clock_text(ms).substr(0, 8);
}

void put_summary(Workbook& book, const ExportInput& in) {
  const auto& e = in.evening;
  const auto& f = e.figures;
  book.sheet("概况", "Summary");
  book.headings({{"项目", "What"}, {"数值", "Value"}});
  book.fact("场次", "Session", e.title);
  book.fact("台站", "Station", e.station);
  book.fact("开始", "Began", wall_text(e.began_wall_ms));
  book.fact("时长", "Length", hms(e.duration_ms));
  book.fact("新增粉丝", "New followers", f.gained);
  if (f.total) book.fact("粉丝总数", "Followers", *f.total);
  if (f.peak_watching) book.fact("最多同时在看", "Peak watching", f.peak_watching->value);
  book.fact("弹幕", "Comments", f.comments);
  book.fact("提问", "Questions", f.questions);
  book.fact("答了", "Answered", f.answered);
  book.fact("礼物", "Gifts", f.gifts);
  book.fact("商品卡在屏上", "Cards on air", hms(f.cards_ms));
  book.fact("断流次数", "Drop-outs", f.drops);
  book.fact("断流时长", "Drop-outs, length", hms(f.drops_ms));
  if (in.faults.silence_ms) book.fact("没出声", "Silence", hms(*in.faults.silence_ms));
  if (in.faults.dark_ms) book.fact("画面偏暗", "Dark picture", hms(*in.faults.dark_ms));
}

void put_products(Workbook& book, const Evening& e) {
  book.sheet("商品", "Products");
  book.headings({{"从", "From"},
                 {"到", "To"},
                 {"编号", "Number"},
                 {"商品", "Product"},
                 {"在屏上（秒）", "On air (s)"},
                 {"提问", "Questions"},
                 {"这段时间来了几位", "Came meanwhile"}});
  for (const auto& one : e.products) {
    book.put(hms(one.on.from)).put(hms(one.on.to)).put(one.number).put(one.title);
    book.put(one.seen_ms / 1000).put(one.questions).put(one.gained).next_row();
  }
}

void put_pluses(Workbook& book, const ExportInput& in, const std::vector<Plus>& pluses) {
  book.sheet("新增粉丝", "Followers");
  book.headings({{"时间", "Time"},
                 {"钟点", "Clock"},
                 {"名字", "Name"},
                 {"平台", "Platform"},
                 {"来自", "By"},
                 {"人数", "Count"}});
  for (const auto& one : pluses) {
    book.put(hms(one.t)).put(wall_text_at(in.evening, one.t)).put(one.name);
    book.put(one.platform).put(one.by).put(one.gains).next_row();
  }
}

void put_problems(Workbook& book, const ExportInput& in) {
  book.sheet("问题", "Problems");
  book.headings({{"从", "From"}, {"到", "To"}, {"什么", "What"}});
  for (const auto& one : all_problems(in.evening, in.faults)) {
    book.put(hms(one.on.from)).put(hms(one.on.to));
    book.put(in.wishes.is_english ? one.said.en : one.said.zh).next_row();
  }
}

Status put_chat(Workbook& book, const ExportInput& in) {
  book.sheet("弹幕", "Chat");
  book.headings({{"时间", "Time"},
                 {"类型", "Kind"},
                 {"平台", "Platform"},
                 {"名字", "Name"},
                 {"内容", "Text"}});
  Pseudonyms names(in.wishes);
  std::size_t rows = 0;
  return each_line(in.reader, in.evening, {}, [&](ChatLine&& line) {
    book.put(clock_text(line.t)).put(std::string(chat::name_of(line.kind))).put(line.platform);
    book.put(names.name_of(line));
    book.put(names.text_of(line)).next_row();
    return ++rows < most_chat_rows;
  });
}

// What the format allows: 31 characters, none of []:*?/\\ in them, each name once.
std::string sheet_name(int number, const std::string& station) {
  auto name = station;
  for (auto& c : name)
    if (std::string_view("[]:*?/\\'").find(c) != std::string_view::npos) c = ' ';
  auto out = std::to_string(number) + " ";
  std::size_t length = out.size();  // in UTF-16, as the format counts
  for (const auto c : code_points(clean_outside_text(name, {.graphemes = 28}))) {
    length += c > 0xFFFF ? 2 : 1;
    if (length > longest_sheet_name) break;
    append_utf8(out, c);
  }
  return out;
}

void put_month(Workbook& book, const std::string& name, const std::vector<MonthRow>& rows) {
  book.sheet(name.c_str(), name.c_str());
  book.headings({{"开始", "Began"},
                 {"场次", "Session"},
                 {"台站", "Station"},
                 {"时长（分）", "Length (min)"},
                 {"新增粉丝", "New followers"},
                 {"粉丝总数", "Followers"},
                 {"最多同时在看", "Peak watching"},
                 {"弹幕", "Comments"},
                 {"提问", "Questions"},
                 {"答了", "Answered"},
                 {"讲商品（分）", "On products (min)"},
                 {"断流次数", "Drop-outs"}});
  MonthRow all;
  std::optional<std::int64_t> most_watching;
  for (const auto& row : rows) {
    const auto& f = row.figures;
    std::optional<std::int64_t> watching;
    if (f.peak_watching) watching = f.peak_watching->value;
    book.put(wall_text(row.began_wall_ms)).put(row.title).put(row.station);
    book.put(row.duration_ms / 60'000).put(f.gained).put(f.total);
    book.put(watching).put(f.comments).put(f.questions).put(f.answered);
    book.put(f.cards_ms / 60'000).put(f.drops).next_row();
    all.duration_ms += row.duration_ms;
    all.figures.gained += f.gained;
    all.figures.comments += f.comments;
    all.figures.questions += f.questions;
    all.figures.answered += f.answered;
    all.figures.cards_ms += f.cards_ms;
    all.figures.drops += f.drops;
    most_watching = std::max(most_watching, watching);  // nothing is less than all
  }
  const auto& f = all.figures;
  book.put(book.word("合计", "Total")).put(static_cast<std::int64_t>(rows.size())).put("");
  book.put(all.duration_ms / 60'000).put(f.gained).put("").put(most_watching).put(f.comments);
  book.put(f.questions).put(f.answered).put(f.cards_ms / 60'000).put(f.drops).next_row();
}

}  // namespace

Result<std::string> session_xlsx(const ExportInput& in) {
  XB_TRY_ASSIGN(const auto pluses, named_pluses(in));
  Workbook book(in.wishes.is_english);
  put_summary(book, in);
  put_products(book, in.evening);
  put_pluses(book, in, pluses);
  put_problems(book, in);
  XB_TRY(put_chat(book, in));
  return book.finish();
}

Result<std::string> month_xlsx(const std::vector<MonthRow>& rows, ExportWishes wishes) {
  Workbook book(wishes.is_english);
  put_month(book, wishes.is_english ? "Month" : "月报", rows);
  std::map<std::string, std::vector<MonthRow>> villages;
  for (const auto& row : rows) villages[row.station].push_back(row);
  if (villages.size() < 2) return book.finish();
  int number = 0;
  for (const auto& [station, its] : villages) {
    if (++number > most_villages) break;
    put_month(book, sheet_name(number, station), its);
  }
  return book.finish();
}

}  // namespace xb::review
