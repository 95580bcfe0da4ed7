// The CSV reader: RFC 4180 and what office programs make of it.
// SPDX-License-Identifier: Apache-2.0
#include "studio/csv.h"

#include <algorithm>

namespace xb::studio {
namespace {

constexpr std::size_t most_bytes = 2U * 1024U * 1024U;
constexpr int most_rows = 20'000;
constexpr std::size_t most_cells = 64;  // of a row; a table has ten columns

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

// The separator most used in the heading, outside quotes.
char separator_of(std::string_view text) {
  char best = ',';
  std::ptrdiff_t most = 0;
  const auto heading = text.substr(0, text.find_first_of("\r\n"));
  for (const char candidate : {',', ';', '\t'}) {
    const auto count = std::count(heading.begin(), heading.end(), candidate);
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}

class Parser {
 public:
  Parser(std::string_view text, char separator) : text_(text), separator_(separator) {}

  CsvText parse() {
    while (at_ < text_.size() && !out_.wrong) read_row();
    return std::move(out_);
  }

 private:
  void read_row() {
    CsvRow row;
    row.number = ++number_;
    while (!out_.wrong) {
      row.cells.push_back(read_cell(row));
      if (row.cells.size() > most_cells) {
        fail(row, {"这一行的格子太多：检查有没有多余的逗号",
                   "Too many cells in this row: look for separators too many"});
      }
      if (at_ >= text_.size() || text_[at_] != separator_) break;
      ++at_;
    }
    skip_line_end();
    const bool is_empty = std::all_of(row.cells.begin(), row.cells.end(),
                                      [](const auto& cell) { return cell.empty(); });
    if (!is_empty) out_.rows.push_back(std::move(row));
    if (number_ > most_rows + 1) {
      fail(CsvRow{number_, {}}, {"行数太多：最多 20000 行，请分开",
                                 "Too many rows: 20000 at the most, divide the table"});
    }
  }

  std::string read_cell(const CsvRow& row) {
    // office programs write the quote first in a cell, or not at all
    if (at_ < text_.size() && text_[at_] == '"') return read_quoted(row);
    const auto begin = at_;
    while (at_ < text_.size() && !ends_cell(text_[at_])) ++at_;
    return trimmed(text_.substr(begin, at_ - begin));
  }

  std::string read_quoted(const CsvRow& row) {
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        cell += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += '"';
        ++at_;
      } else {
        ++at_;
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        if (at_ < text_.size() && !ends_cell(text_[at_])) {
          fail(row, {"引号后面还有字：格子里的引号要写两遍 \"\"",
                     "Text after a closing quote: write a quote inside a cell twice \"\""});
        }
        return trimmed(cell);
      }
    }
    fail(row, {"引号没有关上：给这一格补上结尾的 \"",
               "A quote is never closed: add the \" at the end of this cell"});
    return cell;
  }

  bool ends_cell(char c) const { return c == separator_ || c == '\n' || c == '\r'; }

  void skip_line_end() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  }

  void fail(const CsvRow& row, Sentence wrong) {
    if (out_.wrong) return;
    out_.wrong = std::move(wrong);
    out_.place = {row.number, std::max(1, static_cast<int>(row.cells.size()) + 1)};
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  int number_ = 0;
  CsvText out_;
};

}  // namespace

CsvText parse_csv(std::string_view bytes) {
  CsvText out;
  if (bytes.size() > most_bytes) {
    out.wrong = Sentence{"表格太大：最多 2 MB", "The table is too large: 2 MiB at the most"};
    return out;
  }
  std::string converted;
  std::string_view text = without_bom(bytes);
  if (const auto bad = first_bad_byte(text)) {
    auto chinese = text.find('\0') == std::string_view::npos ? from_gb18030(text) : std::nullopt;
    if (!chinese || first_bad_byte(*chinese)) {
      out.wrong = Sentence{"文字编码认不出来：另存为 “CSV UTF-8”",
                           "The encoding is not known: save it as CSV UTF-8"};
      out.place = place_of(text, *bad);
      return out;
    }
    converted = std::move(*chinese);
    text = converted;
  }
  return Parser(text, separator_of(text)).parse();
}

}  // namespace xb::studio
