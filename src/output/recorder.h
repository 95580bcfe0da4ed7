// The recording: fragmented MP4 that plays after a crash at any moment.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "output/fragment_file.h"
#include "output/output.h"

namespace xb::output {

// Where a file of the recording lies in the run's time, which begins with the first frame fed.
struct RecordedFile {
  std::filesystem::path path;
  std::int64_t begins_us = 0;
  std::optional<std::int64_t> ends_us;  // nothing while it is being written
  bool is_as_delivered = false;         // a source's own pictures, placed on no Canvas
};

struct RecorderSettings {
  // Its name as an Output, and in Health behind "output."; threads are called after it.
  std::string name = "recording";
  std::string thread = "rec";
  // The path of file `index` (0, 1, ...) of this run; called on the recorder's thread for each new
  // file. It is created; a file that exists is never overwritten (disk_failed).
  std::function<std::filesystem::path(int index)> path_of;
  Duration fragment = from_ms(500);  // at the most
  Duration sync_every = from_ms(1000);
  // Below it the file is finished cleanly and the recording waits; from `resume_free` on, a minute
  // of 720p more, it goes on in the next file.
  std::uint64_t least_free = kept_free;
  std::uint64_t resume_free = kept_free + 20'000'000;
  // The next file begins at the first key frame beyond it: FAT32, on sticks and cards, ends at 4
  // GiB.
  std::uint64_t largest_file = 3'900'000'000;
  // Likewise after so long; zero: never.
  Duration longest_file{};
  // A note through Health (degraded) when less than this is left at the nominal bitrate.
  Duration warn_below = std::chrono::minutes(30);
  std::size_t queue_bytes = 64U * 1024 * 1024;
  std::function<Result<std::uint64_t>(const std::filesystem::path& folder)> free_in = free_bytes;
  // Told when a file has begun and when it has ended, on the recorder's thread; must not block.
  std::function<void(const RecordedFile&)> file_changed = {};
};

struct RecorderStats {
  std::uint64_t bytes = 0;  // of all files of this run, in the kernel's hands
  // Age of the oldest byte not known to be on the disk; nothing before the first or while no file
  // is open.
  std::optional<std::int64_t> sync_age_ms;
  std::filesystem::path file;  // the present or last one
  int files = 0;
  std::optional<std::int64_t> seconds_left;  // of disk space, at the nominal bitrate
};

// The Output named "recording", and others beside it. States: connecting (no file yet), live
// (writing), reconnecting (waits for space, a better disk or a key frame), ended. What is not in a
// file counts as dropped.
//
// The next file begins at a key frame when a file cannot grow, when the encoder was replaced, and
// when the queue ran over (disk too slow): what was queued is written first.
//
// Threads: `out-rec` writes one whole fragment at a time, `rec-sync` (out-NAME, NAME-sync) calls
// fdatasync each second; neither is waited for by anything on air. A full or failing disk ends the
// file at its last whole fragment.
class Recorder : public Output {
 public:
  // Opens the first file on its own thread; what fails there shows in stats() and Health
  // ("output.recording").
  static std::unique_ptr<Recorder> start(RecorderSettings settings, OutputParts parts);
  virtual RecorderStats recorder_stats() const = 0;
};

}  // namespace xb::output
