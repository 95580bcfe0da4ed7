// toml++ nodes become plain values; nothing of toml++ leaves this file.
// SPDX-License-Identifier: Apache-2.0
#include "studio/toml_tree.h"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>

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

// A Show needs a depth of two. The parser bounds nested values but not the parts of a key, and a
// tree of 20 000 levels ends the stack in its own destructor, so it must not be built at all.
constexpr int most_depth = 16;

// Where the string that begins at `at` ends, as toml++ sees it: on a line of its own or, after
// three quotes, anywhere; the last two of five closing quotes belong to the text.
std::size_t string_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const auto quotes_at = [&](std::size_t from) {
    const auto other = text.find_first_not_of(quote, from);
    return std::min(other, text.size()) - from;
  };
  const bool is_multi_line = quotes_at(at) >= 3;
  for (at += is_multi_line ? 3 : 1; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (!is_multi_line && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    } else if (is_multi_line && text[at] == quote) {
      const auto quotes = quotes_at(at);
      if (quotes >= 3) return at + std::min<std::size_t>(quotes, 5);
      at += quotes - 1;
    }
  }
  return text.size();
}

// Where keys or values are nested deeper than any Show needs.
std::optional<std::size_t> too_deep(std::string_view text) {
  int dots = 0;
  int open = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = string_end(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '[' || c == '{') ++open;
    if (c == ']' || c == '}') --open;
    if (c == '.') ++dots;
    if (std::string_view("=[]{},\n").find(c) != std::string_view::npos) dots = 0;
    if (dots > most_depth || open > most_depth) return at;
    ++at;
  }
  return std::nullopt;
}

}  // namespace

TomlText parse_toml(std::string_view text) {
  TomlText out;
  if (const auto deep = too_deep(text)) {
    out.place = place_of(text, *deep);
    return out;
  }
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
