// The operator's own Show, where none is named: made from the example at the first start.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace xb::app {

// `data`/shows/main, whole or not at all: it is copied beside its place and then renamed. One that
// is there is never touched. Errors: file_unwritable.
Result<std::filesystem::path> own_show(const std::filesystem::path& data,
                                       const std::filesystem::path& assets);

// Opens the page in the operator's browser, if there is one; whoever cannot see it finds the
// address on standard output.
void open_page(const std::string& address);

}  // namespace xb::app
