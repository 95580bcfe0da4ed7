// products.csv and captions.csv: rows or sentences; a caption that is taken has its source.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "studio/csv.h"
#include "studio/tables.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  for (const auto& row : xb::studio::parse_csv(text).rows)
    for (const auto& cell : row.cells) XB_CHECK(xb::is_utf8(cell));
  std::vector<xb::studio::Problem> problems;
  for (const auto& caption : xb::studio::read_captions(text, "captions.csv", problems))
    XB_CHECK(!caption.id.empty() && !caption.source.empty());
  return 0;
}
