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

// Adds a step; one at the time of the last one, or without another value, takes no place.
void add_step(std::vector<Point>& points, std::int64_t t, std::int64_t value);

}  // namespace xb::review
