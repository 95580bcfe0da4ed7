// The two tables: one row, or all of them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "rules/price_label.h"
#include "studio/schema_value.h"
#include "studio/show_editor.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_cell_bytes = 8192;
constexpr std::size_t most_draft_rows = 20'000;

Error wrong_arguments(std::string what) {
  return Error(ErrorCode::command_arguments, std::move(what));
}

Result<Table> table_asked(const Json& asked) {
  XB_TRY_ASSIGN(const auto name, net::require_string(asked, "table"));
  const auto table = table_named(name);
  if (!table) return wrong_arguments("table: products, captions");
  return *table;
}

// Puts what `cells` names into `out`; what it does not name stays.
Status put_cells(const Json& cells, Table table, Cells& out) {
  if (!cells.is_object()) return wrong_arguments("cells: an object");
  const auto columns = columns_of(table);
  out.resize(columns.size());
  for (const auto& [name, value] : cells.items()) {
    const auto column =
        std::find_if(columns.begin(), columns.end(),
                     [&wanted = name](const auto& one) { return one.name == wanted; });
    if (column == columns.end()) return wrong_arguments("cells: a name that is no column");
    if (!value.is_string()) return wrong_arguments("cells." + std::string(column->name) + ": text");
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > most_cell_bytes)
      return wrong_arguments("cells." + std::string(column->name) + ": too long");
    out[static_cast<std::size_t>(column - columns.begin())] = clean_outside_text(text, whole_text);
  }
  return ok();
}

bool is_blank(const Cells& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); });
}

Edited refused_as_unreadable(const TableDraft& draft, Table table) {
  FieldProblem told{.file = file_of(table), .zh = draft.unreadable->zh, .en = draft.unreadable->en};
  told.row = std::max(0, draft.unreadable->line - 1);
  return refusal_of({told});
}

// The row of this version; else, in `present`, the row that has the same id now.
std::size_t find_row(const TableDraft& draft, Table table, const std::string& id,
                     const std::string& version, OrderedJson& present) {
  const auto at = std::find_if(draft.rows.begin(), draft.rows.end(), [&](const auto& row) {
    return row.cells.front() == id && version_of(row.cells) == version;
  });
  if (at == draft.rows.end()) {
    const auto now = std::find_if(draft.rows.begin(), draft.rows.end(),
                                  [&](const auto& row) { return row.cells.front() == id; });
    present = now == draft.rows.end() ? OrderedJson(nullptr) : row_json(table, *now);
  }
  return static_cast<std::size_t>(at - draft.rows.begin());
}

}  // namespace

Edited ShowEditor::save_row(const Json& asked, std::string_view who) {
  const auto table = table_asked(asked);
  if (!table) return failure_of(table.error());
  const auto before = read();
  auto after = before;
  auto& draft = after.table(*table);
  if (draft.unreadable) return refused_as_unreadable(draft, *table);
  const auto row = asked.find("row");
  const auto cells = asked.find("cells");
  const bool is_new = row == asked.end() || row->is_null();
  const bool is_gone = cells == asked.end() || cells->is_null();
  const auto place = net::optional_integer(asked, "at");
  if (!place) return failure_of(place.error());
  auto at = draft.rows.size();
  if (!is_new) {
    const auto id = net::require_string(*row, "id");
    const auto version = net::require_string(*row, "version");
    if (!id || !version) return failure_of(wrong_arguments("row: {\"id\",\"version\"}"));
    OrderedJson present;
    at = find_row(draft, *table, *id, *version, present);
    if (at == draft.rows.size()) return changed_by_another({{"row", std::move(present)}});
  } else if (is_gone) {
    return failure_of(wrong_arguments("row or cells"));
  }
  DraftRow edited;
  if (!is_new) {
    edited = draft.rows[at];
    draft.rows.erase(draft.rows.begin() + static_cast<std::ptrdiff_t>(at));
  }
  auto body = done_body({});
  if (!is_gone) {
    if (const auto status = put_cells(*cells, *table, edited.cells); !status)
      return failure_of(status.error());
    if (is_blank(edited.cells)) return failure_of(wrong_arguments("cells: nothing in them"));
    if (place->has_value())
      at = static_cast<std::size_t>(
          std::clamp<std::int64_t>(**place, 0, static_cast<std::int64_t>(draft.rows.size())));
    at = std::min(at, draft.rows.size());
    draft.rows.insert(draft.rows.begin() + static_cast<std::ptrdiff_t>(at), edited);
    body["row"] = row_json(*table, edited);
    body["at"] = at;
  }
  return write_table(before, std::move(after), *table, who, std::move(body));
}

Status ShowEditor::set_price(const std::string& id, const std::string& old,
                             const std::string& price, std::string_view who) {
  const auto before = read();
  if (before.products.unreadable) {
    return Error(ErrorCode::show_invalid, before.products.unreadable->zh,
                 before.products.unreadable->en);
  }
  auto after = before;
  auto& rows = after.products.rows;
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const auto& one) { return one.cells.front() == id; });
  const auto columns = columns_of(Table::products);
  const auto column = std::find_if(columns.begin(), columns.end(),
                                   [](const auto& one) { return one.name == "price"; });
  if (row == rows.end() || column == columns.end()) return Error(ErrorCode::row_unknown, id);
  row->cells.resize(columns.size());
  auto& cell = row->cells[static_cast<std::size_t>(column - columns.begin())];
  const auto present = rules::shown_price(cell).value_or(cell);
  if (present == price) return ok();
  if (present != rules::shown_price(old).value_or(old)) {
    return Error(ErrorCode::price_changed, "现在是 ¥" + present, "it is ¥" + present + " now");
  }
  cell = price;
  const auto edited = write_table(before, std::move(after), Table::products, who, done_body({}));
  if (edited.how == Edited::How::done) return ok();
  if (edited.error) return *edited.error;
  const auto& problem = edited.body["problems"].front();
  return Error(ErrorCode::show_invalid, problem["zh"].get<std::string>(),
               problem["en"].get<std::string>());
}

Edited ShowEditor::save_table(const Json& asked, std::string_view who) {
  const auto table = table_asked(asked);
  if (!table) return failure_of(table.error());
  const auto version = net::require_string(asked, "version");
  if (!version) return failure_of(version.error());
  const auto rows = asked.find("rows");
  if (rows == asked.end() || !rows->is_array() || rows->size() > most_draft_rows)
    return failure_of(wrong_arguments("rows: a list of 20000 at the most"));
  const auto is_dry = net::optional_bool(asked, "dry");
  if (!is_dry) return failure_of(is_dry.error());
  auto before = read();
  auto after = before;
  auto& draft = after.table(*table);
  if (draft.version != *version) return changed_by_another(table_json(*table, draft));
  draft.unreadable.reset();
  draft.rows.clear();
  for (const auto& cells : *rows) {
    DraftRow row;
    if (const auto status = put_cells(cells, *table, row.cells); !status)
      return failure_of(status.error());
    draft.rows.push_back(std::move(row));
  }
  if (is_dry->value_or(false)) {
    std::vector<FieldProblem> told;
    for (auto& problem : check(after).problems)
      if (problem.file == file_of(*table)) told.push_back(std::move(problem));
    auto body = done_body({});
    body["problems"] = problems_json(told);
    return {Edited::How::done, std::move(body), std::nullopt};
  }
  return write_table(before, std::move(after), *table, who, done_body({}));
}

}  // namespace xb::studio
