// A table of the Show as it is being edited: every row, the wrong ones too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "studio/problem.h"
#include "studio/show_write.h"
#include "studio/table_row.h"

namespace xb::studio {

enum class Table : std::uint8_t { products = 1, captions };

std::optional<Table> table_named(std::string_view name);  // "products"
std::string_view name_of(Table table);
const char* file_of(Table table);  // "products.csv"
std::span<const Column> columns_of(Table table);

struct DraftRow {
  int number = 0;  // in the file; 0: not written yet
  Cells cells;     // in the order of columns_of()
};

struct TableDraft {
  std::vector<DraftRow> rows;
  std::string version;  // another one when the file is another one
  // The file as a whole, or a row of it, cannot be taken apart: writing the rows would lose what
  // stands there.
  std::optional<Problem> unreadable;
};

// Blocking. A missing file is an empty table.
TableDraft read_draft(const std::filesystem::path& folder, Table table);

std::string draft_text(Table table, const TableDraft& draft);

// Of bytes, and of a row: what an edit is based on.
std::string version_of(std::string_view bytes);
std::string version_of(const Cells& cells);

}  // namespace xb::studio
