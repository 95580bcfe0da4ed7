// A CSV whose heading is known: cells by the name of their column, mistakes with their place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "studio/csv.h"

namespace xb::studio {

struct Column {
  std::string_view name;
  Need need = Need::optional;
  std::size_t most = 0;  // characters
  std::string_view zh;   // "价格"
};

// A cell of the heading as columns are named: "Price" is price.
std::string heading_name(std::string cell);

// One row being read. Lives no longer than the call that gives it.
class TableRowReader {
 public:
  TableRowReader(const CsvRow& row, std::span<const Column> columns,
                 const std::vector<int>& positions, const Reporter& report)
      : row_(row), columns_(columns), positions_(positions), report_(report) {}

  // The cleaned cell; reports it when it is too long or required and empty.
  std::string text(std::string_view column);
  void wrong(std::string_view column, Sentence sentence);
  bool is_right() const { return is_right_; }
  int number() const { return row_.number; }  // of the row in the file

 private:
  int position_of(std::string_view column) const;

  const CsvRow& row_;
  std::span<const Column> columns_;
  const std::vector<int>& positions_;  // of each column in the file, -1 when it is not there
  const Reporter& report_;
  bool is_right_ = true;
};

// Checks the heading and calls `read` for each row under it.
void read_table(std::string_view bytes, std::span<const Column> columns, const Reporter& report,
                const std::function<void(TableRowReader&)>& read);

}  // namespace xb::studio
