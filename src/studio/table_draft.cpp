// Rows without judgement: what is wrong with a cell is said elsewhere.
// SPDX-License-Identifier: Apache-2.0
#include "studio/table_draft.h"

#include <fmt/core.h>

#include "studio/show_folder.h"
#include "studio/tables.h"

namespace xb::studio {
namespace {

std::uint64_t hash_of(std::string_view bytes, std::uint64_t hash = 0xCBF2'9CE4'8422'2325U) {
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x0000'0100'0000'01B3U;
  return hash;
}

}  // namespace

std::optional<Table> table_named(std::string_view name) {
  for (const auto table : {Table::products, Table::captions})
    if (name_of(table) == name) return table;
  return std::nullopt;
}

std::string_view name_of(Table table) {
  return table == Table::products ? "products" : "captions";
}

const char* file_of(Table table) {
  return table == Table::products ? "products.csv" : "captions.csv";
}

std::span<const Column> columns_of(Table table) {
  return table == Table::products ? product_columns() : caption_columns();
}

TableDraft read_draft(const std::filesystem::path& folder, Table table) {
  TableDraft out;
  std::vector<Problem> problems;
  const auto bytes =
      read_show_file(folder, file_of(table), Need::optional, most_table_bytes, problems);
  out.version = version_of(bytes.value_or(""));
  if (!problems.empty()) out.unreadable = problems.front();
  if (!bytes) return out;
  const auto file = (folder / file_of(table)).string();
  const Reporter report{file, problems};
  const auto columns = columns_of(table);
  std::size_t of_cells = 0;
  read_table(*bytes, columns, report, [&](TableRowReader& row) {
    const auto before = problems.size();
    DraftRow draft;
    draft.number = row.number();
    for (const auto& column : columns) draft.cells.push_back(row.text(column.name));
    out.rows.push_back(std::move(draft));
    of_cells += problems.size() - before;
  });
  if (problems.size() == of_cells) return out;
  // the first that is not about a cell
  std::vector<Problem> of_form;
  const Reporter again{file, of_form};
  read_table(*bytes, columns, again, [](TableRowReader&) {});
  out.unreadable = of_form.front();
  return out;
}

std::string draft_text(Table table, const TableDraft& draft) {
  std::vector<Cells> rows;
  rows.reserve(draft.rows.size());
  for (const auto& row : draft.rows) rows.push_back(row.cells);
  return table_text(columns_of(table), rows);
}

std::string version_of(std::string_view bytes) {
  return fmt::format("{:016x}", hash_of(bytes));
}

std::string version_of(const Cells& cells) {
  std::uint64_t hash = hash_of({});
  for (const auto& cell : cells) hash = hash_of("\x1F", hash_of(cell, hash));
  return fmt::format("{:016x}", hash);
}

}  // namespace xb::studio
