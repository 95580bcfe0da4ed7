// Peaks: spans of an evening worth a clip. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
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

// The two minutes in which most came while, or up to half a minute after, a caption or a card was
// on: that they came meanwhile, no more.
struct BestMoment {
  std::int64_t t = 0;  // of the first of them
  std::int64_t came = 0;
  std::string caption, product;  // one of them is empty; the caption goes first
};
// Pure. Nothing where nobody came.
std::optional<BestMoment> best_moment(const Evening& evening);

}  // namespace xb::review
