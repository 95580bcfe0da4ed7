// Problems as a person reads them.
// SPDX-License-Identifier: Apache-2.0
#include "studio/problem.h"

#include <algorithm>
#include <tuple>

namespace xb::studio {

std::string pretty(const std::vector<Problem>& problems) {
  auto sorted = problems;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  std::string out;
  for (const auto& problem : sorted) {
    std::string place = problem.file;
    if (problem.line > 0)
      place += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
    out.append(place).append(": ").append(problem.zh).append(" / ").append(problem.en).append("\n");
  }
  return out;
}

}  // namespace xb::studio
