// TOML as a plain tree with places: the one door to toml++.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "studio/text_file.h"

namespace xb::studio {

enum class TomlKind : std::uint8_t { text = 1, whole, decimal, yes_no, date, list, table };

struct TomlEntry;

struct TomlValue {
  TomlKind kind = TomlKind::table;
  Place place;
  std::string text;
  std::int64_t whole = 0;
  double decimal = 0;
  bool yes_no = false;
  std::vector<TomlValue> items;    // of a list
  std::vector<TomlEntry> entries;  // of a table, in the order of the file
};

struct TomlEntry {
  std::string key;
  Place place;  // of the key
  TomlValue value;
};

enum class TomlFault : std::uint8_t { quote = 1, repeated, syntax };

// Either `root` or a fault and its place. The parser's own sentence is not passed on: it quotes
// pieces of the file, and those may be a stream key.
struct TomlText {
  std::optional<TomlValue> root;
  TomlFault fault = TomlFault::syntax;
  Place place;
};

// `text` must be valid UTF-8 (first_bad_byte).
TomlText parse_toml(std::string_view text);

}  // namespace xb::studio
