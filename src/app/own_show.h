// The operator's own Show, where none is named: made from the example at the first start.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace xb::app {

// The Show of `data`/shows that was chosen. Where there is none: `data`/shows/main, whole or not at
// all, and the walk through the first set-up is open. Errors: file_unwritable.
Result<std::filesystem::path> own_show(const std::filesystem::path& data,
                                       const std::filesystem::path& assets);

// Opens the page in the operator's browser, if there is one; whoever cannot see it finds the
// address on standard output.
void open_page(const std::string& address);

}  // namespace xb::app
