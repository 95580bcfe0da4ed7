// Where a span of an evening lies in its clean feed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "review/evening.h"
#include "studio/session_film.h"

namespace xb::app {

// What of one file of the clean feed is in the span, in frames of the run.
struct CleanPiece {
  std::filesystem::path file;
  Duration from{};  // in the file
  FrameNumber first;
  FrameNumber end;
};

// One after the other, with no hole between them that is longer than a second: there the last
// picture stands. The copy of a camera's pictures begins when it can, behind some that were
// encoded, and a busy machine begins late with both.
struct CleanPieces {
  const studio::FilmRun* run = nullptr;
  FrameNumber first;
  FrameNumber end;
  std::vector<CleanPiece> pieces;  // never empty
};

// `clean` are the files of the clean feed as the evening's time has them, those of `runs`. Closed
// up. Error: clean_feed_missing, also where another run was recorded within the span.
Result<CleanPieces> clean_pieces_of(const std::vector<studio::FilmRun>& runs,
                                    const std::vector<review::Segment>& clean, review::Span on);

// Where the feed begins within the span's first second, or ends within its last, the span becomes
// so much shorter; to be called again when pieces are left out. Error: clean_feed_missing, where
// more than a second is missing in one place.
Status close_up(CleanPieces& pieces);

}  // namespace xb::app
