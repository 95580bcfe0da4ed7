// Curves short enough for a page. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "review/evening.h"

namespace xb::review {

// Pure. A step curve (rising t) of at most `most` points (at least 8) that has in each of equal
// spans of time the lowest, the highest and the last value of it; unchanged when it is short
// enough.
std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most);

// A curve that is folded has no more steps than this, whoever wrote the Ledger: ten a second for
// five hours.
inline constexpr std::size_t most_curve_steps = 200'000;

// Adds a step; one at the time of the last one, or without another value, takes no place. A curve
// of `most_curve_steps` is thinned to half of them first.
void add_step(std::vector<Point>& points, std::int64_t t, std::int64_t value);

}  // namespace xb::review
