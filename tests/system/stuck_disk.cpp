// Preloaded into the program: while the file named by XB_STUCK_DISK is there, no sync returns.
// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace {

int sync_when_free(long number, int fd) {
  const char* stuck = std::getenv("XB_STUCK_DISK");
  while (stuck != nullptr && ::access(stuck, F_OK) == 0) ::poll(nullptr, 0, 10);
  return static_cast<int>(::syscall(number, fd));
}

}  // namespace

extern "C" int fsync(int fd) {
  return sync_when_free(SYS_fsync, fd);
}

extern "C" int fdatasync(int fd) {
  return sync_when_free(SYS_fdatasync, fd);
}
