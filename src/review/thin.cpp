// Thinning by spans of time. SPDX-License-Identifier: Apache-2.0
#include "review/thin.h"

#include <algorithm>
#include <array>

namespace xb::review {
namespace {

// What a span of time is shown by, in order.
void put_span(const std::vector<Point>& points, std::size_t from, std::size_t to,
              std::vector<Point>& out) {
  std::array<std::size_t, 3> kept{from, from, to - 1};
  for (auto i = from; i < to; ++i) {
    if (points[i].value < points[kept[0]].value) kept[0] = i;
    if (points[i].value > points[kept[1]].value) kept[1] = i;
  }
  std::sort(kept.begin(), kept.end());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i == 0 || kept.at(i) != kept.at(i - 1)) out.push_back(points[kept.at(i)]);
  }
}

}  // namespace

std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most) {
  if (points.size() <= most) return points;
  const auto spans = static_cast<std::int64_t>(std::max<std::size_t>(most / 3, 2) - 1);
  const auto first = points.front().t;
  const auto width = std::max<std::int64_t>(1, (points.back().t - first) / spans + 1);
  std::vector<Point> out;
  out.reserve(most);
  for (std::size_t from = 0; from < points.size();) {
    const auto span = (points[from].t - first) / width;
    auto to = from + 1;
    while (to < points.size() && (points[to].t - first) / width == span) ++to;
    put_span(points, from, to, out);
    from = to;
  }
  return out;
}

void add_step(std::vector<Point>& points, std::int64_t t, std::int64_t value) {
  if (!points.empty() && points.back().value == value) return;
  if (!points.empty()) t = std::max(t, points.back().t);
  if (!points.empty() && points.back().t == t) {
    points.back().value = value;
    return;
  }
  if (points.size() >= most_curve_steps) points = thinned(points, most_curve_steps / 2);
  points.push_back({t, value});
}

}  // namespace xb::review
