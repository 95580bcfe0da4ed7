// Writing without waiting, by what the descriptor is.
// SPDX-License-Identifier: Apache-2.0
#include "base/outlet.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <utility>

#include "base/clock.h"

namespace xb {
namespace {

// A pipe that is ready takes as much as this at once, by POSIX.
constexpr std::size_t most_at_once = PIPE_BUF;

mode_t type_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? info.st_mode & S_IFMT : 0;
}

}  // namespace

Outlet Outlet::standard_error() {
  const auto type = type_of(STDERR_FILENO);
  if (type == S_IFREG) return {STDERR_FILENO, false, Kind::regular};
  if (type == S_IFSOCK) return {STDERR_FILENO, false, Kind::socket};
  // A description of our own: O_NONBLOCK on the one we were given would hold for the shell, too.
  const int own = ::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (own >= 0) return {own, true, Kind::never_waits};
  return {STDERR_FILENO, false, Kind::may_wait};
}

Result<Outlet> Outlet::append_to(const std::filesystem::path& path) {
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
  if (fd < 0) {
    return Error(
        ErrorCode::file_unwritable,
        path.string() + ": " + (errno == ENXIO ? "nobody reads it" : std::strerror(errno)));
  }
  return Outlet(fd, true, type_of(fd) == S_IFREG ? Kind::regular : Kind::never_waits);
}

Outlet::Outlet(Outlet&& other) noexcept
    : fd_(other.fd_), is_own_(std::exchange(other.is_own_, false)), kind_(other.kind_) {
}

Outlet::~Outlet() {
  if (is_own_) ::close(fd_);
}

Status Outlet::write(std::string_view& bytes, Duration most) {
  const SystemClock clock;
  const auto latest = clock.now() + most;
  while (!bytes.empty()) {
    if (kind_ != Kind::regular) {
      const auto left = std::max(latest - clock.now(), Duration{});
      pollfd ready{fd_, POLLOUT, 0};
      const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
      const int is_ready = ::poll(&ready, 1, static_cast<int>(ms));
      if (is_ready == 0) return ok();
      if (is_ready < 0 && errno != EINTR)
        return Error(ErrorCode::file_unwritable, std::strerror(errno));
    }
    const auto size = std::min(bytes.size(), most_at_once);
    const auto n = kind_ == Kind::socket
                       ? ::send(fd_, bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                       : ::write(fd_, bytes.data(), size);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      // ready, and yet no room for this much: a terminal takes what it can hold
      if (clock.now() >= latest) return ok();
    } else if (errno != EINTR) {
      return Error(ErrorCode::file_unwritable, std::strerror(errno));
    }
  }
  return ok();
}

}  // namespace xb
