// Heading and cells of the two tables.
// SPDX-License-Identifier: Apache-2.0
#include "studio/table_row.h"

#include <algorithm>

#include "base/text.h"

namespace xb::studio {
namespace {

std::string heading_of(std::span<const Column> columns) {
  std::string out;
  for (const auto& column : columns) out.append(out.empty() ? "" : ",").append(column.name);
  return out;
}

bool is_one_of(std::string_view name, std::span<const Column> columns) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const auto& column) { return column.name == name; });
}

void report_unknown(const std::string& cell, Place place, std::span<const Column> columns,
                    const Reporter& report) {
  std::vector<std::string_view> names;
  for (const auto& column : columns) names.push_back(column.name);
  const auto shown = clean_outside_text(cell, {.graphemes = 40});
  Sentence out{"没有 “" + shown + "” 这一列：可以用的列是 " + heading_of(columns),
               "There is no column \"" + shown + "\": the columns are " + heading_of(columns)};
  if (const auto near = closest(cell, names); !near.empty()) {
    out.zh += "。是不是想写 " + std::string(near) + "？";
    out.en += ". Did you mean " + std::string(near) + "?";
  }
  report.add(place, std::move(out));
}

std::vector<int> positions_in(const CsvRow& heading, std::span<const Column> columns,
                              const Reporter& report) {
  std::vector<int> out(columns.size(), -1);
  for (std::size_t i = 0; i < heading.cells.size(); ++i) {
    const auto cell = heading_name(heading.cells[i]);
    const Place place{heading.number, static_cast<int>(i) + 1};
    if (cell.empty()) continue;  // office programs write empty columns at the end
    const auto column =
        std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == cell; });
    if (column == columns.end()) {
      report_unknown(cell, place, columns, report);
      continue;
    }
    auto& position = out[static_cast<std::size_t>(column - columns.begin())];
    if (position >= 0) {
      report.add(place, {"“" + cell + "” 这一列写了两次：删掉一列",
                         "The column \"" + cell + "\" stands here twice: take one away"});
    }
    position = static_cast<int>(i);
  }
  return out;
}

}  // namespace

std::string heading_name(std::string cell) {
  std::transform(cell.begin(), cell.end(), cell.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return cell;
}

int TableRowReader::position_of(std::string_view column) const {
  const auto at = std::find_if(columns_.begin(), columns_.end(),
                               [&](const auto& c) { return c.name == column; });
  return positions_[static_cast<std::size_t>(at - columns_.begin())];
}

std::string TableRowReader::text(std::string_view name) {
  const auto column =
      std::find_if(columns_.begin(), columns_.end(), [&](const auto& c) { return c.name == name; });
  const auto position = position_of(name);
  std::string cell;
  if (position >= 0 && static_cast<std::size_t>(position) < row_.cells.size())
    cell = clean_outside_text(row_.cells[static_cast<std::size_t>(position)], whole_text);
  if (cell.empty() && column->need == Need::required) {
    wrong(name, {"缺" + std::string(column->zh) + "：把 " + std::string(name) + " 这一格填上",
                 "The " + std::string(name) + " is missing: fill in this cell"});
  } else if (length_of(cell) > column->most) {
    wrong(name, {std::string(column->zh) + "太长：最多 " + std::to_string(column->most) + " 个字",
                 "The " + std::string(name) + " is too long: " + std::to_string(column->most) +
                     " characters at the most"});
  }
  return cell;
}

void TableRowReader::wrong(std::string_view column, Sentence sentence) {
  is_right_ = false;
  report_.add({row_.number, position_of(column) + 1}, std::move(sentence));
}

void read_table(std::string_view bytes, std::span<const Column> columns, const Reporter& report,
                const std::function<void(TableRowReader&)>& read) {
  auto csv = parse_csv(bytes);
  if (csv.wrong) return report.add(csv.place, std::move(*csv.wrong));
  if (csv.rows.empty()) {
    return report.add({1, 1}, {"表格是空的：第一行要写表头 " + heading_of(columns),
                               "The table is empty: its first row must be " + heading_of(columns)});
  }
  const auto& heading = csv.rows.front();
  const bool is_heading =
      std::any_of(heading.cells.begin(), heading.cells.end(),
                  [&](const auto& cell) { return is_one_of(heading_name(cell), columns); });
  if (!is_heading) {
    return report.add({heading.number, 1},
                      {"第一行不是表头：在最上面加一行 " + heading_of(columns),
                       "The first row is no heading: put this above it: " + heading_of(columns)});
  }
  const auto before = report.problems.size();
  const auto positions = positions_in(heading, columns, report);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].need != Need::required || positions[i] >= 0) continue;
    report.add({heading.number, 1},
               {"表头里缺 " + std::string(columns[i].name) + " 这一列：第一行应当是 " +
                    heading_of(columns),
                "The heading lacks the column " + std::string(columns[i].name) +
                    ": the first row should be " + heading_of(columns)});
  }
  // under a wrong heading every row would be reported for the same reason
  if (report.problems.size() != before) return;
  for (std::size_t i = 1; i < csv.rows.size(); ++i) {
    TableRowReader row(csv.rows[i], columns, positions, report);
    if (csv.rows[i].cells.size() > heading.cells.size()) {
      const auto extra =
          csv.rows[i].cells.begin() + static_cast<std::ptrdiff_t>(heading.cells.size());
      if (std::any_of(extra, csv.rows[i].cells.end(), [](const auto& c) { return !c.empty(); })) {
        report.add({csv.rows[i].number, static_cast<int>(heading.cells.size()) + 1},
                   {"这一行比表头多出格子：文字里有逗号时，整格要加引号",
                    "This row has more cells than the heading: put a cell with a comma in quotes"});
        continue;
      }
    }
    read(row);
  }
}

}  // namespace xb::studio
