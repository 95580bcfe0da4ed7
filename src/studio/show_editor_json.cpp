// The bodies of the setup page's answers.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_editor.h"

namespace xb::studio {

OrderedJson problems_json(const std::vector<FieldProblem>& problems) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : problems) {
    out.push_back({{"file", one.file},
                   {"field", one.field},
                   {"row", one.row},
                   {"id", one.id},
                   {"zh", one.zh},
                   {"en", one.en}});
  }
  return out;
}

OrderedJson row_json(Table table, const DraftRow& row) {
  OrderedJson cells = OrderedJson::object();
  const auto columns = columns_of(table);
  for (std::size_t i = 0; i < columns.size() && i < row.cells.size(); ++i)
    cells[std::string(columns[i].name)] = row.cells[i];
  return {{"version", version_of(row.cells)}, {"cells", std::move(cells)}};
}

OrderedJson table_json(Table table, const TableDraft& draft) {
  OrderedJson columns = OrderedJson::array();
  for (const auto& one : columns_of(table)) {
    columns.push_back(
        {{"name", one.name}, {"required", one.need == Need::required}, {"most", one.most}});
  }
  OrderedJson rows = OrderedJson::array();
  for (const auto& row : draft.rows) rows.push_back(row_json(table, row));
  OrderedJson unreadable = nullptr;
  if (draft.unreadable) unreadable = {{"zh", draft.unreadable->zh}, {"en", draft.unreadable->en}};
  return {{"version", draft.version},
          {"columns", std::move(columns)},
          {"rows", std::move(rows)},
          {"unreadable", std::move(unreadable)}};
}

OrderedJson ShowEditor::all() const {
  const auto draft = read();
  OrderedJson broken = OrderedJson::array();
  for (const auto& one : draft.show_problems)
    broken.push_back({{"line", one.line}, {"zh", one.zh}, {"en", one.en}});
  return {{"sections", sections_json(draft.show)},
          {"publish", publish_json(draft.show, secrets_)},
          {"lists", lists_json(draft.show, secrets_)},
          {"products", table_json(Table::products, draft.products)},
          {"captions", table_json(Table::captions, draft.captions)},
          {"show_problems", std::move(broken)},
          {"problems", problems_json(check(draft).problems)}};
}

Edited refusal_of(const std::vector<FieldProblem>& problems) {
  const auto& first = problems.front();
  return {Edited::How::refused,
          {{"ok", false},
           {"code", "setup.refused"},
           {"zh", first.zh},
           {"en", first.en},
           {"problems", problems_json(problems)}},
          std::nullopt};
}

Edited changed_by_another(OrderedJson present) {
  return {Edited::How::changed,
          {{"ok", false},
           {"code", "setup.changed"},
           {"zh", "别人刚刚改了这里，您的改动还没有存：看一眼现在的内容，再决定用哪一个"},
           {"en",
            "Somebody has just changed this and yours is not saved: look at what stands there "
            "now, then choose"},
           {"present", std::move(present)}},
          std::nullopt};
}

Edited failure_of(Error error) {
  return {Edited::How::failed, OrderedJson(), std::move(error)};
}

OrderedJson done_body(const std::vector<std::string>& restart) {
  return {{"ok", true}, {"restart", restart}};
}

}  // namespace xb::studio
