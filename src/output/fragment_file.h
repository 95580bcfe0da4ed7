// A file that is only ever appended to, in whole pieces, and that knows how old its oldest byte is
// that may not be on the disk. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/result.h"

namespace xb::output {

// Left of a disk for the Ledger and the system.
inline constexpr std::uint64_t kept_free = 200'000'000;

// Thread: append from the writer, sync from any; the mutex guards two times and is
// never held over a system call.
class FragmentFile {
 public:
  // Never overwrites. Errors: disk_full, disk_failed.
  static Result<std::shared_ptr<FragmentFile>> create(const std::filesystem::path& path,
                                                      Clock& clock);
  FragmentFile(int fd, std::filesystem::path path, Clock& clock);
  FragmentFile(const FragmentFile&) = delete;
  FragmentFile& operator=(const FragmentFile&) = delete;
  ~FragmentFile();

  // All of it is in the kernel's hands when this is ok; otherwise the file ends where it ended
  // before. Errors: disk_full, disk_failed, file_too_large (the file system allows no longer file).
  Status append(std::span<const std::uint8_t> piece);
  // Blocks as long as the disk takes. The first time also syncs the folder, so that the name is
  // there after a power cut. Errors: disk_full, disk_failed.
  Status sync();

  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  std::optional<MonoTime> oldest_unsynced() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  const int fd_;
  const std::filesystem::path path_;
  Clock& clock_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> is_folder_synced_{false};  // both may sync at the end of a file
  mutable std::mutex mutex_;                   // guards the two below
  std::optional<MonoTime> oldest_dirty_;       // written, no sync begun since
  std::optional<MonoTime> oldest_syncing_;     // a sync for it is under way
};

// Bytes an ordinary user may still write beside `path`. Errors: disk_failed.
Result<std::uint64_t> free_bytes(const std::filesystem::path& path);

}  // namespace xb::output
