// products.csv and captions.csv as office programs write them: UTF-8 with or without BOM or
// GB18030; comma, semicolon or tab; LF or CRLF. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "overlay/values.h"
#include "studio/problem.h"
#include "studio/show_folder.h"
#include "studio/table_row.h"

namespace xb::studio {

// Of an id of a product or a caption, in characters; commands name them.
inline constexpr std::size_t longest_id = 40;
// Of the file of a table.
inline constexpr std::size_t most_table_bytes = 2U * 1024U * 1024U;

// In the order in which they are written.
std::span<const Column> product_columns();
std::span<const Column> caption_columns();

// Each adds what is wrong to `problems` (row and column as in a spreadsheet) and returns the rows
// that are right. `bytes` is the file as it is. Limits: 2 MiB, 20 000 rows. Prices become what is
// shown, pictures absolute paths.
std::vector<overlay::Product> read_products(std::string_view bytes, const std::string& file,
                                            ShowPictures& pictures, std::vector<Problem>& problems);
std::vector<overlay::Caption> read_captions(std::string_view bytes, const std::string& file,
                                            std::vector<Problem>& problems);

// Both tables of a Show's folder; a missing file is an empty table.
overlay::Tables load_tables(const std::filesystem::path& folder, const Drafts& drafts,
                            ShowPictures& pictures, std::vector<Problem>& problems);

}  // namespace xb::studio
