// Peaks: spans of an evening worth a clip. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "review/evening.h"

namespace xb::review {

struct Peak {
  Span on;
  Sentence why;
  double score = 0;
};

// Pure. Minutes in which more came or more was said than usual, best first, at most 12, none over
// another; only where something is recorded.
std::vector<Peak> peaks_of(const Evening& evening);

}  // namespace xb::review
