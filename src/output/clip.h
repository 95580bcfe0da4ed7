// A clip: a part of a recording as a film of its own, cut to the picture at both ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"

namespace xb::output {

// `from` and `to` are times of the file; the picture nearest to each is taken, that at `to` is not
// in the clip any more.
struct ClipPart {
  std::filesystem::path file;
  Duration from{};
  Duration to{};
};

enum class ClipShape : std::uint8_t {
  as_recorded = 1,
  tall,  // 9:16, the middle of the picture
};

struct ClipMade {
  std::int64_t pictures = 0;
  std::int64_t copied = 0;        // of them, as they were recorded
  Duration length{};              // of the pictures
  bool has_sound = false;         // any
  bool is_sound_lacking = false;  // a part's is of another kind than the first one's and left out
};

// Writes an MP4 to `to`, which must not be there yet. Groups of pictures that are wholly inside are
// copied; the ends of those that are not are decoded and encoded again, with parameter sets of
// their own beside the recording's. All is encoded where nothing can be copied: another shape,
// another codec than H.264. Sound is copied, begins on the sample and ends on it, by an edit list;
// between two parts up to 21 ms of it are missing. A hole between two parts is left out.
//
// Blocks; `progress` is told 0..1 and says false to stop. What was begun stays when it fails.
// Errors: file_missing, file_unwritable, disk_full, source_open_failed, source_unsupported,
// media_failed, encoder_failed, cancelled; review_clip: no picture there.
Result<ClipMade> cut_clip(std::span<const ClipPart> parts, const std::filesystem::path& to,
                          ClipShape shape, Clock& clock,
                          const std::function<bool(double)>& progress);

}  // namespace xb::output
