// Chapters of the files of a Session: its markers, and the products that came on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "output/finisher.h"
#include "session/queries.h"

namespace xb::studio {

// By the name of the file, each from its beginning; files with nothing in them are not named. Each
// list begins at 0. What in the Ledger cannot be understood is passed over. Errors: those of the
// Reader.
using ChaptersByFile = std::map<std::string, std::vector<output::Chapter>>;
Result<ChaptersByFile> chapters_of(session::Reader& ledger);

}  // namespace xb::studio
