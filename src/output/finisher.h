// Finishing: a recording in fragments becomes a plain MP4 that begins with its index, for any
// player and editor. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace xb::output {

struct Chapter {
  Duration begins{};  // in the file
  std::string title;
};

// Whether it is one of the recorder's files, in fragments. Looks at the first boxes alone. Errors:
// file_missing, file_unreadable.
Result<bool> is_in_fragments(const std::filesystem::path& file);

// Makes it whole: every packet at its own time, with chapters, under the same name. The file as it
// was stays until the other one is complete, counted and on the disk; then that takes its name in
// one step. `go_on` is asked again and again, told what is done (0 to 1), and may wait; false ends
// it and leaves everything as it was. Blocks as long as the disk takes.
// Errors: disk_full (there must be room for both), disk_failed, media_failed, cancelled.
Status finish_recording(const std::filesystem::path& file, std::span<const Chapter> chapters,
                        const std::function<bool(double done)>& go_on);

// What a finish that broke off has left beside the file.
std::filesystem::path unfinished_of(const std::filesystem::path& file);

}  // namespace xb::output
