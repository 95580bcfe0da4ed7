// The parts of show.toml, by the keys of the schema.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "studio/schema.h"
#include "studio/schema_value.h"
#include "studio/show_editor.h"
#include "studio/show_values.h"

namespace xb::studio {
namespace {

bool is_section(std::string_view name) {
  const auto tables = schema_tables();
  return std::any_of(tables.begin(), tables.end(),
                     [&](const auto& table) { return table.name == name && !table.is_list; });
}

}  // namespace

OrderedJson sections_json(const Show& show) {
  auto written = show;
  OrderedJson out = OrderedJson::object();
  for (const auto& table : schema_tables()) {
    if (table.is_list) continue;
    OrderedJson values = OrderedJson::object();
    OrderedJson restart = OrderedJson::array();
    for (const auto& field : schema_fields()) {
      if (field.table != table.name) continue;
      values[std::string(field.key)] = value_json(field, field.slot({.show = &written}));
      if (field.effect == Effect::restart) restart.push_back(field.key);
    }
    out[std::string(table.name)] = {{"version", section_version(show, table.name)},
                                    {"values", std::move(values)},
                                    {"restart", std::move(restart)}};
  }
  return out;
}

std::string section_version(const Show& show, std::string_view section) {
  auto written = show;
  Cells texts;
  for (const auto& field : schema_fields())
    if (field.table == section) texts.push_back(toml_text(field, field.slot({.show = &written})));
  return version_of(texts);
}

Edited ShowEditor::save_section(const Json& asked, std::string_view who) {
  const auto section = net::require_string(asked, "section");
  const auto version = net::require_string(asked, "version");
  if (!section) return failure_of(section.error());
  if (!version) return failure_of(version.error());
  if (!is_section(*section)) return failure_of(Error(ErrorCode::command_arguments, "section"));
  const auto values = net::require_object(asked, "values");
  if (!values) return failure_of(values.error());
  const auto before = read();
  auto after = before;
  if (section_version(before.show, *section) != *version && before.show_problems.empty())
    return changed_by_another(sections_json(before.show)[*section]);
  std::vector<FieldProblem> wrong;
  std::vector<std::string> restart;
  Show usual;
  for (const auto& [key, value] : (*values)->items()) {
    const auto* field = field_named(*section, key);
    if (field == nullptr)
      return failure_of(Error(ErrorCode::command_arguments, "values: a name that is no key"));
    const auto slot = field->slot({.show = &after.show});
    if (value.is_null()) {
      set_to_usual(slot, field->slot({.show = &usual}));
    } else if (auto sentence = store(*field, toml_of(value), slot)) {
      wrong.push_back({.file = "show.toml",
                       .field = path_of(*field),
                       .zh = std::move(sentence->zh),
                       .en = std::move(sentence->en)});
    }
    auto former = before.show;
    const bool is_other =
        toml_text(*field, slot) != toml_text(*field, field->slot({.show = &former}));
    if (is_other && field->effect == Effect::restart) restart.push_back(path_of(*field));
  }
  if (!wrong.empty()) return refusal_of(wrong);
  auto body = done_body(restart);
  body["section"] = sections_json(after.show)[*section];
  return write_show(before, std::move(after), who, std::move(body));
}

}  // namespace xb::studio
