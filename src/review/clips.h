// A part of an evening as a film of its own, in the folder `clips` of its Session.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "output/clip.h"
#include "review/evening.h"
#include "review/jobs.h"

namespace xb::review {

struct ClipWishes {
  Span on;  // ms since the Session began
  output::ClipShape shape = output::ClipShape::as_recorded;
  std::string title;  // cleaned; empty: the evening's
};

// What composes a part of a Session again for a tall picture; `made` as output::cut_clip. Errors:
// clean_feed_missing where nothing of that part can be composed.
using TallFilm = std::function<Result<output::ClipMade>(const std::filesystem::path& session,
                                                        Span on, const std::filesystem::path& to,
                                                        const std::function<bool(double)>&)>;

inline constexpr std::int64_t shortest_clip_ms = 500;
inline constexpr std::int64_t longest_clip_ms = 30 * 60 * 1000;

// What of `files` lies in the span, each with its own times; of those that are there.
std::vector<output::ClipPart> clip_parts(const std::vector<Segment>& files,
                                         const std::filesystem::path& folder, Span on);

// "013205-title.mp4", what no file system refuses; `-9x16` behind it for a tall one.
std::string clip_name(const ClipWishes& wishes, const std::string& title);

// Makes it; hidden until it is whole, and named then. Blocks. Errors: review_clip (why), disk_full,
// cancelled.
Result<JobOutcome> make_clip(const std::filesystem::path& folder, const Evening& evening,
                             const ClipWishes& wishes, const TallFilm& tall, Clock& clock,
                             const JobProgress& progress);

}  // namespace xb::review
