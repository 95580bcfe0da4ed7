// Writes the files of a Show whole, as the setup page saves them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "studio/secrets.h"
#include "studio/show.h"
#include "studio/table_row.h"

namespace xb::studio {

// show.toml from the schema: every key with its comments, Chinese first; what is as without it
// stands there commented out. `show` is as read_show_text() gives it, its paths as they were
// written. Reading the text gives the same Show.
std::string show_text(const Show& show);

// The cells of one row, in the order of the columns.
using Cells = std::vector<std::string>;

// A table for office programs: UTF-8 with a byte order mark, CR LF, quotes where a cell needs them.
// Cells are as TableRowReader::text() gives them; then reading the text gives the same rows.
std::string table_text(std::span<const Column> columns, std::span<const Cells> rows);

// The secrets file. The text holds what nobody may see: hand it to write_secrets() alone.
std::string secrets_text(const Secrets& secrets);

// Replaces one file of the folder ("products.csv"): whoever reads, and whenever the power goes,
// finds the former or the new one, whole. The former one stays beside it as NAME.former. The same
// bytes again write nothing. Blocking. Errors: file_unwritable.
Status replace_show_file(const std::filesystem::path& folder, const std::string& name,
                         std::string_view bytes);

// The same with mode 0600 and no former one: a key that was replaced is gone. Errors:
// file_unwritable.
Status write_secrets(const std::filesystem::path& file, const Secrets& secrets);

}  // namespace xb::studio
