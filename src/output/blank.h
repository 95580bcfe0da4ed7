// A recording from which something was taken out, for a copy that is given away.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "output/clip.h"

namespace xb::output {

// Times of a file.
struct FileSpan {
  Duration from{};
  Duration to{};
};

// Writes all of `from` to `to`, which must not be there yet; in the spans stand black pictures with
// the words 已剪去 / removed, and silence. What lies beside them is copied where clips are
// (output/clip.h). Every picture keeps its time; chapters are left out. `length` of the file is for
// the progress alone. Blocks. Errors: as cut_clip.
Result<ClipMade> blank_recording(const std::filesystem::path& from,
                                 const std::vector<FileSpan>& spans, Duration length,
                                 const std::filesystem::path& to, Clock& clock,
                                 const std::function<bool(double)>& progress);

}  // namespace xb::output
