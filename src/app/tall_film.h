// A part of a Session composed again for a tall picture.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "review/clips.h"

namespace xb::app {

// Of parts that the clean feed of one run holds (clean_pieces.h): the camera's picture fills 9:16,
// and what the Ledger says was painted is painted for that size. Errors of what it makes:
// clean_feed_missing (it is not there, or not all of it), session_no_paints, and those of
// output::cut_clip. `clock` outlives it.
review::TallFilm tall_film(Clock& clock);

}  // namespace xb::app
