// Takes the place of libc's fsync and fdatasync and notes what was synced, since no test can cut the power.
// Include it in one file of a test binary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>

namespace xb::test {

// Everything synced since the last one was made. Thread: any; one at a time.
class WatchFsync {
 public:
  WatchFsync() {
    const std::lock_guard lock(mutex());
    paths().clear();
  }
  bool has_synced(const std::filesystem::path& path) const {
    const std::lock_guard lock(mutex());
    return paths().contains(std::filesystem::canonical(path));
  }
  static void note(int fd) {
    std::error_code code;
    auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), code);
    const std::lock_guard lock(mutex());
    if (!code) paths().insert(std::move(path));
  }

 private:
  static std::mutex& mutex() {
    static std::mutex guards_paths;
    return guards_paths;
  }
  static std::set<std::filesystem::path>& paths() {
    static std::set<std::filesystem::path> synced;
    return synced;
  }
};

}  // namespace xb::test

extern "C" int fsync(int fd) {
  xb::test::WatchFsync::note(fd);
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

extern "C" int fdatasync(int fd) {
  xb::test::WatchFsync::note(fd);
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
