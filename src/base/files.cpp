// POSIX file work with every result checked.
// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace xb {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string fact(const std::filesystem::path& path) {
  return path.string() + ": " + std::strerror(errno);
}

Status make_what_is_missing(const std::filesystem::path& path) {
  std::error_code code;
  if (path.empty() || std::filesystem::is_directory(path, code)) return ok();
  const auto parent = path.parent_path();
  XB_TRY(make_what_is_missing(parent));
  if (!std::filesystem::create_directory(path, code) && code)
    return Error(ErrorCode::file_unwritable, path.string() + ": " + code.message());
  return sync_folder(parent);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0)
    return Error(errno == ENOENT ? ErrorCode::file_missing : ErrorCode::file_unreadable,
                 fact(path));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return Error(ErrorCode::file_unreadable, fact(path));
  if (!S_ISREG(info.st_mode))
    return Error(ErrorCode::file_unreadable, path.string() + ": not a regular file");
  if (static_cast<std::size_t>(info.st_size) > most_bytes) {
    const auto has = path.string() + ": " + std::to_string(info.st_size) + " > ";
    const auto most = std::to_string(most_bytes);
    return Error(ErrorCode::file_too_large, has + most + " 字节", has + most + " bytes");
  }
  std::string out(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t got = 0;
  while (got < out.size()) {
    const auto n = ::read(file.get(), out.data() + got, out.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error(ErrorCode::file_unreadable, fact(path));
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  out.resize(got);
  return out;
}

std::int64_t file_version(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return 0;
  const auto ns = [](const timespec& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
  };
  std::uint64_t out = 0;
  for (const std::uint64_t part :
       {static_cast<std::uint64_t>(found.st_ino), static_cast<std::uint64_t>(found.st_size),
        ns(found.st_mtim), ns(found.st_ctim)}) {
    out = (out ^ part) * 0x9E37'79B9'7F4A'7C15U;
    out ^= out >> 29U;
  }
  return static_cast<std::int64_t>(std::max<std::uint64_t>(out, 1));
}

Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes, int mode) {
  auto beside = path;
  beside += ".new";
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                                 static_cast<mode_t>(mode)));
    if (file.get() < 0 || ::fchmod(file.get(), static_cast<mode_t>(mode)) != 0)
      return Error(ErrorCode::file_unwritable, fact(beside));
    while (!bytes.empty()) {
      const auto n = ::write(file.get(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return Error(ErrorCode::file_unwritable, fact(beside));
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(file.get()) != 0) return Error(ErrorCode::file_unwritable, fact(beside));
  }
  if (::rename(beside.c_str(), path.c_str()) != 0)
    return Error(ErrorCode::file_unwritable, fact(path));
  return sync_folder(path.parent_path());
}

Status sync_file(const std::filesystem::path& path) {
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0)
    return Error(ErrorCode::file_unwritable, fact(path));
  return ok();
}

Status sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // EINVAL: a file system that syncs no folders, there is nothing more to be had from it
  if (opened.get() < 0 || (::fsync(opened.get()) != 0 && errno != EINVAL))
    return Error(ErrorCode::file_unwritable, fact(folder));
  return ok();
}

Status make_folder(const std::filesystem::path& path, int mode) {
  std::error_code code;
  const bool was_there = std::filesystem::is_directory(path, code);
  XB_TRY(make_what_is_missing(path));
  if (was_there) return ok();  // whose rights are somebody's choice
  if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0)
    return Error(ErrorCode::file_unwritable, fact(path));
  return ok();
}

}  // namespace xb
