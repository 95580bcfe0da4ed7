// Where themes, example Shows and samples are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace xb::studio {

// The first that exists of: share/xiangbo beside the executable's bin/, assets/ of the source tree
// the executable was built in. The environment is not asked. Errors: file_missing.
Result<std::filesystem::path> assets_folder();
// The built pages, likewise. Error file_missing: they were not built.
Result<std::filesystem::path> pages_folder();

}  // namespace xb::studio
