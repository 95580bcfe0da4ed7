// A minute's score: how far its followers and comments are above the evening's mean.
// SPDX-License-Identifier: Apache-2.0
#include "review/peaks.h"

#include <algorithm>
#include <map>
#include <string>

namespace xb::review {
namespace {

constexpr std::int64_t peak_minute = 60'000;
constexpr std::int64_t lead_ms = 15'000;  // what made people come stands before it
constexpr std::size_t most_peaks = 12;
constexpr double follower_weight = 4;
constexpr std::int64_t moment_ms = 120'000;
constexpr std::int64_t heard_before_ms = 30'000;

struct Minute {
  std::int64_t came = 0;
  std::int64_t said = 0;
};

// The part of a span that is recorded; an empty one where nothing is.
Span recorded(const Evening& evening, Span span) {
  for (const auto& one : evening.segments) {
    const Span part{std::max(span.from, one.on.from), std::min(span.to, one.on.to)};
    if (part.to - part.from >= peak_minute / 2) return part;
  }
  return {};
}

template <class One>
const One* on_before(const std::vector<One>& spans, std::int64_t t) {
  const One* found = nullptr;
  for (const auto& one : spans)
    if (one.on.from <= t && one.on.to > t - heard_before_ms) found = &one;
  return found;
}

}  // namespace

std::vector<Peak> peaks_of(const Evening& evening) {
  std::map<std::int64_t, Minute> minutes;
  for (const auto& plus : evening.pluses) minutes[plus.t / peak_minute].came += plus.gains;
  for (const auto& point : evening.comments) minutes[point.t / peak_minute].said += point.value;
  const auto all =
      static_cast<double>(std::max<std::int64_t>(1, evening.duration_ms / peak_minute));
  const auto usual = static_cast<double>(evening.figures.comments) / all;
  std::vector<Peak> found;
  for (const auto& [number, minute] : minutes) {
    const auto more = std::max(0.0, static_cast<double>(minute.said) - 1.5 * usual);
    const auto score =
        follower_weight * static_cast<double>(minute.came) + more / std::max(1.0, usual);
    if (score <= 0.5) continue;
    const auto on = recorded(evening, {std::max<std::int64_t>(0, number * peak_minute - lead_ms),
                                       (number + 1) * peak_minute});
    if (on.to <= on.from) continue;
    const auto came = std::to_string(minute.came);
    const auto said = std::to_string(minute.said);
    found.push_back({on,
                     {"这一分钟来了 " + came + " 位，" + said + " 条弹幕",
                      came + " came and " + said + " comments in this minute"},
                     score});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Peak& a, const Peak& b) { return a.score > b.score; });
  std::vector<Peak> out;
  for (auto& peak : found) {
    const bool is_free = std::none_of(out.begin(), out.end(), [&](const Peak& other) {
      return peak.on.from < other.on.to && other.on.from < peak.on.to;
    });
    if (is_free && out.size() < most_peaks) out.push_back(std::move(peak));
  }
  return out;
}

std::optional<BestMoment> best_moment(const Evening& evening) {
  const auto& pluses = evening.pluses;
  std::optional<BestMoment> best;
  std::int64_t came = 0;
  std::size_t end = 0;
  for (const auto& first : pluses) {
    while (end < pluses.size() && pluses[end].t < first.t + moment_ms) came += pluses[end++].gains;
    if (came > (best ? best->came : 0)) {
      const auto* const caption = on_before(evening.captions, first.t);
      const auto* const product = on_before(evening.products, first.t);
      if (caption != nullptr)
        best = BestMoment{first.t, came, caption->text, {}};
      else if (product != nullptr)
        best = BestMoment{first.t, came, {}, product->title};
    }
    came -= first.gains;
  }
  return best;
}

}  // namespace xb::review
