// products.csv and captions.csv: rows or sentences; a caption that is taken has its source, and
// what was written is read as the same cells.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "studio/csv.h"
#include "studio/show_write.h"
#include "studio/tables.h"

namespace {

using xb::studio::Cells;

std::vector<Cells> cells_of(std::string_view text) {
  static const std::string file = "captions.csv";
  std::vector<xb::studio::Problem> problems;
  std::vector<Cells> out;
  const auto columns = xb::studio::caption_columns();
  xb::studio::read_table(text, columns, {file, problems}, [&](xb::studio::TableRowReader& row) {
    auto& cells = out.emplace_back();
    for (const auto& column : columns) cells.push_back(row.text(column.name));
  });
  // a row of blanks alone is left out
  std::erase_if(out, [](const Cells& cells) {
    return std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); });
  });
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  for (const auto& row : xb::studio::parse_csv(text).rows)
    for (const auto& cell : row.cells) XB_CHECK(xb::is_utf8(cell));
  const auto cells = cells_of(text);
  XB_CHECK(cells_of(xb::studio::table_text(xb::studio::caption_columns(), cells)) == cells);
  std::vector<xb::studio::Problem> problems;
  for (const auto& caption : xb::studio::read_captions(text, "captions.csv", problems))
    XB_CHECK(!caption.id.empty() && !caption.source.empty());
  return 0;
}
