// DataFolder: where Sessions are kept, held by one process at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace xb::session {

// Thread: any after open. The lock is the kernel's and ends with the process, however it ends.
class DataFolder {
 public:
  // Makes the folder (0700) where it is missing. Errors: data_in_use (names the process that holds
  // it), file_unwritable.
  static Result<DataFolder> open(const std::filesystem::path& folder);

  DataFolder(DataFolder&&) noexcept;
  DataFolder& operator=(DataFolder&&) noexcept;
  ~DataFolder();

  // Absolute.
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path sessions() const { return path_ / "sessions"; }
  std::filesystem::path reserved_file() const { return path_ / "reserved_seq"; }

 private:
  class Lock;
  DataFolder(std::filesystem::path path, std::unique_ptr<Lock> lock);
  std::filesystem::path path_;
  std::unique_ptr<Lock> lock_;
};

}  // namespace xb::session
