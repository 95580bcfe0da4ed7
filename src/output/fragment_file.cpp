// Plain system calls: append, cut back, fdatasync.
// SPDX-License-Identifier: Apache-2.0
#include "output/fragment_file.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace xb::output {
namespace {

Error disk_error(int code, const std::filesystem::path& path) {
  auto kind = ErrorCode::disk_failed;
  if (code == ENOSPC || code == EDQUOT) kind = ErrorCode::disk_full;
  if (code == EFBIG) kind = ErrorCode::file_too_large;
  return Error(kind, path.filename().string() + ": " + std::generic_category().message(code));
}

}  // namespace

Result<std::shared_ptr<FragmentFile>> FragmentFile::create(const std::filesystem::path& path,
                                                           Clock& clock) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return disk_error(errno, path);
  return std::make_shared<FragmentFile>(fd, path, clock);
}

FragmentFile::FragmentFile(int fd, std::filesystem::path path, Clock& clock)
    : fd_(fd), path_(std::move(path)), clock_(clock) {
}

FragmentFile::~FragmentFile() {
  ::close(fd_);
}

Status FragmentFile::append(std::span<const std::uint8_t> piece) {
  const auto before = bytes();
  const auto now = clock_.now();
  for (std::size_t done = 0; done < piece.size();) {
    const auto wrote = ::write(fd_, piece.data() + done, piece.size() - done);
    if (wrote >= 0) {
      done += static_cast<std::size_t>(wrote);
    } else if (errno != EINTR) {
      const int why = errno;
      // Half a fragment would look like damage; if even this fails, players stop at the hole.
      if (::ftruncate(fd_, static_cast<off_t>(before)) == 0) ::lseek(fd_, 0, SEEK_END);
      return disk_error(why, path_);
    }
  }
  bytes_.store(before + piece.size(), std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  if (!oldest_dirty_) oldest_dirty_ = now;
  return ok();
}

Status FragmentFile::sync() {
  {
    std::lock_guard lock(mutex_);
    if (!oldest_syncing_) oldest_syncing_ = oldest_dirty_;
    oldest_dirty_.reset();
  }
#if defined(__APPLE__)
  const int code = ::fsync(fd_);
#else
  const int code = ::fdatasync(fd_);
#endif
  if (code != 0) return disk_error(errno, path_);
  if (!is_folder_synced_) {
    const int folder = ::open(path_.parent_path().c_str(), O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
      is_folder_synced_ = ::fsync(folder) == 0;
      ::close(folder);
    }
  }
  std::lock_guard lock(mutex_);
  oldest_syncing_.reset();
  return ok();
}

std::optional<MonoTime> FragmentFile::oldest_unsynced() const {
  std::lock_guard lock(mutex_);
  return oldest_syncing_ ? oldest_syncing_ : oldest_dirty_;
}

Result<std::uint64_t> free_bytes(const std::filesystem::path& path) {
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) != 0) return disk_error(errno, path);
  return static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
}

}  // namespace xb::output
