// Walks the files by their own places, so that each character is found where it was written.
// SPDX-License-Identifier: Apache-2.0
#include "studio/glyph_check.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "base/files.h"
#include "base/text.h"
#include "studio/table_row.h"
#include "studio/toml_tree.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_bytes = 2U * 1024U * 1024U;
constexpr std::array<std::string_view, 8> drawn_columns{"name",  "origin", "unit",   "year",
                                                        "title", "text",   "source", "price"};
constexpr std::array<std::string_view, 2> drawn_tables{"station", "screen"};

struct Range {
  char32_t first;
  char32_t last;
  const char* package;
};
// Which Debian package has them; the first range that holds the character counts.
constexpr std::array ranges{
    Range{0x3400, 0x9FFF, "fonts-noto-cjk"},
    Range{0xF900, 0xFAFF, "fonts-noto-cjk"},
    Range{0x2600, 0x27BF, "fonts-noto-color-emoji"},
    Range{0x1F000, 0x1FAFF, "fonts-noto-color-emoji"},
    Range{0x20000, 0x3FFFF, "fonts-hanazono"},
};

bool is_private(char32_t c) {
  return (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
}

Sentence sentence_about(char32_t c) {
  std::array<char, 16> point{};
  std::snprintf(point.data(), point.size(), "U+%04X", static_cast<unsigned>(c));
  std::string shown;
  append_utf8(shown, c);
  Sentence out{"“" + shown + "”（" + point.data() + "）没有字体能显示，画面上会是 〓：",
               "\"" + shown + "\" (" + point.data() +
                   ") is in no font of this computer, 〓 is shown instead: "};
  if (is_private(c)) {
    out.zh += "它是自造字，换成标准的字";
    out.en += "it is a private character, use a standard one";
    return out;
  }
  const auto range = std::find_if(ranges.begin(), ranges.end(),
                                  [c](const auto& r) { return c >= r.first && c <= r.last; });
  const std::string package = range != ranges.end() ? range->package : "fonts-noto-core";
  out.zh += "运行 sudo apt install " + package + "，装了还不行就换一个字";
  out.en += "run sudo apt install " + package + "; if that does not help, use another character";
  return out;
}

class Search {
 public:
  Search(const Missing& missing, std::vector<Problem>& problems)
      : missing_(missing), problems_(problems) {}

  void text(const std::string& file, Place place, std::string_view text) {
    for (const char32_t c : missing_(clean_outside_text(text, whole_text)))
      Reporter{file, problems_}.add(place, sentence_about(c));
  }

  void toml(const std::string& file, const TomlValue& value) {
    if (value.kind == TomlKind::text) text(file, value.place, value.text);
    for (const auto& item : value.items) toml(file, item);
    for (const auto& entry : value.entries) toml(file, entry.value);
  }

  void csv(const std::string& file, const CsvText& table) {
    if (table.wrong || table.rows.empty()) return;
    const auto& heading = table.rows.front().cells;
    for (std::size_t i = 1; i < table.rows.size(); ++i) {
      const auto& row = table.rows[i];
      for (std::size_t column = 0; column < std::min(row.cells.size(), heading.size()); ++column) {
        const bool is_drawn = std::find(drawn_columns.begin(), drawn_columns.end(),
                                        heading_name(heading[column])) != drawn_columns.end();
        if (is_drawn) text(file, {row.number, static_cast<int>(column) + 1}, row.cells[column]);
      }
    }
  }

 private:
  const Missing& missing_;
  std::vector<Problem>& problems_;
};

}  // namespace

std::vector<Problem> missing_glyphs(const fs::path& folder, const Missing& missing) {
  std::vector<Problem> out;
  Search search(missing, out);
  const auto show_file = folder / "show.toml";
  if (const auto bytes = read_file(show_file, most_bytes);
      bytes && !first_bad_byte(without_bom(*bytes))) {
    if (const auto toml = parse_toml(without_bom(*bytes)); toml.root) {
      for (const auto& entry : toml.root->entries) {
        const bool is_drawn =
            std::find(drawn_tables.begin(), drawn_tables.end(), entry.key) != drawn_tables.end();
        if (is_drawn) search.toml(show_file.string(), entry.value);
      }
    }
  }
  for (const auto* name : {"products.csv", "captions.csv"}) {
    const auto file = folder / name;
    if (const auto bytes = read_file(file, most_bytes))
      search.csv(file.string(), parse_csv(*bytes));
  }
  return out;
}

}  // namespace xb::studio
