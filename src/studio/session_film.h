// SessionFilm: what a Session folder holds for composing its evening again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "session/queries.h"
#include "studio/show.h"

namespace xb::studio {

// One file of a recording, in the frames of its run.
struct FilmPart {
  std::filesystem::path file;
  FrameNumber first;
  std::optional<FrameNumber> end;  // the first frame that is not in it; nothing after a crash
  bool is_as_delivered = false;    // the source's own pictures, to be placed on the Canvas
};

// From a `begin` or `resume` to the next: frames are counted anew in each.
struct FilmRun {
  std::int64_t from = 0;   // number of its first Entry
  std::int64_t until = 0;  // of the first that is not its own
  VideoShow video;         // size, rate and placement of what was recorded
  std::string show;        // the folder of the Show
  std::vector<FilmPart> program;
  std::vector<FilmPart> clean;
};

struct SessionFilm {
  session::Reader reader;
  std::vector<FilmRun> runs;  // never empty
};

// True for a folder with a ledger, whatever is in it.
bool is_session(const std::filesystem::path& folder);

// Changes nothing on the disk but for a copy of the ledger in the system's own temporary folder
// while there are Entries that a crash left beside it. Errors: session_unreadable, database_newer.
Result<SessionFilm> open_session_film(const std::filesystem::path& folder);

}  // namespace xb::studio
