// CSV with quotes as cells with places; knows nothing of products or captions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "studio/schema_value.h"

namespace xb::studio {

// Cells are UTF-8 without blanks at their ends. Row 1 is the heading; rows without any text are
// left out but counted.
struct CsvRow {
  int number = 1;
  std::vector<std::string> cells;
};

// Either rows, or what is wrong with the file as a whole.
struct CsvText {
  std::vector<CsvRow> rows;
  std::optional<Sentence> wrong;
  Place place;
};

// `bytes` is UTF-8 with or without BOM, or GB18030; the separator is found in the heading.
CsvText parse_csv(std::string_view bytes);

}  // namespace xb::studio
