// Chat of other programs: Bilibili's danmaku XML, or one JSON object a line. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xb::review {

struct ForeignLine {
  std::int64_t ms = 0;  // of its own clock: the video's, or that of the recording program
  std::string name;     // may be empty
  std::string user;     // something that is the same for the same person; may be empty
  std::string text;
};

struct ForeignChat {
  std::vector<ForeignLine> lines;  // by time
  std::int64_t unread = 0;         // what looked like a line and is none
};

// XML: `<d p="SECONDS,...,USER,ID" user="NAME">TEXT</d>`; JSONL: our own export, or objects with
// `t` (ms), `name` and `text`. At most 2 000 000 lines. Errors: review_import (there is no line).
Result<ForeignChat> read_foreign_chat(std::string_view bytes);

}  // namespace xb::review
