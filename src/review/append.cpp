// SPDX-License-Identifier: Apache-2.0
#include "review/append.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/files.h"

namespace xb::review {
namespace {

Error not_added(const std::filesystem::path& file, int why) {
  return Error(why == ENOSPC || why == EDQUOT ? ErrorCode::disk_full : ErrorCode::file_unwritable,
               file.filename().string() + ": " + std::strerror(why));
}

bool ends_in_a_line(int fd, off_t bytes) {
  char last = '\n';
  return bytes == 0 || ::pread(fd, &last, 1, bytes - 1) != 1 || last == '\n';
}

Status write_synced(int fd, std::string_view lines, const std::filesystem::path& file) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) return not_added(file, EINVAL);
  const auto text = (ends_in_a_line(fd, facts.st_size) ? "" : "\n") + std::string(lines);
  const auto written = ::write(fd, text.data(), text.size());
  if (written < 0) return not_added(file, errno);
  if (static_cast<std::size_t>(written) != text.size()) return not_added(file, ENOSPC);
  if (::fsync(fd) != 0) return not_added(file, errno);
  return ok();
}

}  // namespace

Status append_lines(const std::filesystem::path& file, std::string_view lines) {
  const int fd =
      ::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
  if (fd < 0) return not_added(file, errno);
  auto written = write_synced(fd, lines, file);
  ::close(fd);
  if (!written) return written;
  return sync_folder(file.parent_path());
}

}  // namespace xb::review
