// The lock of a data folder: flock, so that a killed process leaves none.
// SPDX-License-Identifier: Apache-2.0
#include "session/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/log.h"

namespace xb::session {

class DataFolder::Lock {
 public:
  explicit Lock(int fd) : fd_(fd) {}
  ~Lock() {
    if (fd_ >= 0) ::close(fd_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

namespace {

// Digits only: the file could hold anything.
std::string holder(int fd) {
  char bytes[16];
  const auto n = ::pread(fd, bytes, sizeof bytes, 0);
  std::string pid;
  for (ssize_t i = 0; i < n && bytes[i] >= '0' && bytes[i] <= '9'; ++i) pid += bytes[i];
  return pid;
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::filesystem::path& folder) {
  std::error_code code;
  auto path = std::filesystem::absolute(folder, code).lexically_normal();
  if (code) return Error(ErrorCode::file_unwritable, folder.string() + ": " + code.message());
  XB_TRY(make_folder(path, 0700));
  XB_TRY(make_folder(path / "sessions", 0700));
  const auto file = path / "lock";
  auto lock = std::make_unique<Lock>(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock->fd() < 0)
    return Error(ErrorCode::file_unwritable, file.string() + ": " + std::strerror(errno));
  if (::flock(lock->fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return Error(ErrorCode::file_unwritable, file.string() + ": " + std::strerror(errno));
    const auto pid = holder(lock->fd());
    return Error(ErrorCode::data_in_use,
                 path.string() + (pid.empty() ? std::string() : ", pid " + pid));
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  // on a full disk the lock holds all the same, it only cannot say who we are
  if (::ftruncate(lock->fd(), 0) != 0 ||
      ::pwrite(lock->fd(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    log_warn("session", "{}: {}", file.string(), std::strerror(errno));
  return DataFolder(std::move(path), std::move(lock));
}

DataFolder::DataFolder(std::filesystem::path path, std::unique_ptr<Lock> lock)
    : path_(std::move(path)), lock_(std::move(lock)) {
}
DataFolder::DataFolder(DataFolder&&) noexcept = default;
DataFolder& DataFolder::operator=(DataFolder&&) noexcept = default;
DataFolder::~DataFolder() = default;

}  // namespace xb::session
