// toml++ nodes become plain values; nothing of toml++ leaves this file.
// SPDX-License-Identifier: Apache-2.0
#include "studio/toml_tree.h"

#include <toml++/toml.h>

#include <algorithm>

namespace xb::studio {
namespace {

Place place_at(const toml::source_position& position) {
  return Place{static_cast<int>(position.line), static_cast<int>(position.column)};
}

TomlValue value_of(const toml::node& node);

void add_entries(const toml::table& table, TomlValue& out) {
  out.kind = TomlKind::table;
  for (const auto& [key, node] : table)
    out.entries.push_back({std::string(key.str()), place_at(key.source().begin), value_of(node)});
  std::stable_sort(out.entries.begin(), out.entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
}

TomlValue value_of(const toml::node& node) {
  TomlValue out;
  out.place = place_at(node.source().begin);
  switch (node.type()) {
    case toml::node_type::string:
      out.kind = TomlKind::text;
      out.text = node.ref<std::string>();
      break;
    case toml::node_type::integer:
      out.kind = TomlKind::whole;
      out.whole = node.ref<std::int64_t>();
      break;
    case toml::node_type::floating_point:
      out.kind = TomlKind::decimal;
      out.decimal = node.ref<double>();
      break;
    case toml::node_type::boolean:
      out.kind = TomlKind::yes_no;
      out.yes_no = node.ref<bool>();
      break;
    case toml::node_type::array:
      out.kind = TomlKind::list;
      for (const auto& item : *node.as_array()) out.items.push_back(value_of(item));
      break;
    case toml::node_type::table: add_entries(*node.as_table(), out); break;
    default: out.kind = TomlKind::date; break;
  }
  return out;
}

TomlFault fault_of(std::string_view description) {
  if (description.find("redefine") != std::string_view::npos) return TomlFault::repeated;
  if (description.find("string") != std::string_view::npos) return TomlFault::quote;
  return TomlFault::syntax;
}

}  // namespace

TomlText parse_toml(std::string_view text) {
  TomlText out;
  try {
    const toml::table table = toml::parse(text);
    out.root.emplace();
    add_entries(table, *out.root);
  } catch (const toml::parse_error& error) {
    out.root.reset();
    out.fault = fault_of(error.description());
    out.place = place_at(error.source().begin);
  }
  return out;
}

}  // namespace xb::studio
