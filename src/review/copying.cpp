// File by file. SPDX-License-Identifier: Apache-2.0
#include "review/copying.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/files.h"
#include "review/library.h"
#include "review/pictures.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::size_t most_files_copied = 10'000;

class File {
 public:
  File(const fs::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  // What follows, at most a piece; less at the end only. False: it cannot be read.
  bool read(std::string& piece) const {
    piece.resize(piece_bytes);
    std::size_t have = 0;
    while (have < piece.size()) {
      const auto got = ::read(fd_, piece.data() + have, piece.size() - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return false;
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    piece.resize(have);
    return true;
  }
  bool write(const std::string& piece) const {
    for (std::size_t done = 0; done < piece.size();) {
      const auto put = ::write(fd_, piece.data() + done, piece.size() - done);
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return false;
      done += static_cast<std::size_t>(put);
    }
    return true;
  }

 private:
  const int fd_;
};

Error why(const fs::path& file, const char* zh, const char* en) {
  const auto name = file.filename().string();
  return Error(ErrorCode::review_copy, name + "：" + zh, name + ": " + en);
}
Error why(const fs::path& file) {
  const int number = errno;
  const auto* const zh = number == ENOSPC   ? "放不下了"
                         : number == EROFS  ? "只能读，不能写"
                         : number == EACCES ? "没有权限"
                         : number == EIO    ? "读写出错，U 盘可能坏了"
                         : number == EFBIG  ? "文件太大，这个 U 盘的格式放不下"
                                            : std::strerror(number);
  return why(file, zh, std::strerror(number));
}

class Copying {
 public:
  Copying(std::int64_t all, JobProgress progress)
      : all_(static_cast<double>(std::max<std::int64_t>(1, all))), progress_(std::move(progress)) {}

  Status copy(const fs::path& from, const fs::path& to) {
    const File source(from, O_RDONLY);
    if (!source.is_open()) return why(from);
    const File target(to, O_WRONLY | O_CREAT | O_EXCL);
    if (!target.is_open()) return why(to);
    std::string piece;
    do {
      if (!source.read(piece)) return why(from);
      if (!target.write(piece)) return why(to);
      XB_TRY(tell(piece.size()));
    } while (piece.size() == piece_bytes);
    if (::fsync(target.fd()) != 0) return why(to);
    return ok();
  }

  // Not what is in memory, but what is on the stick.
  Status compare(const fs::path& from, const fs::path& to) {
    const File source(from, O_RDONLY);
    const File target(to, O_RDONLY);
    if (!source.is_open() || !target.is_open()) return why(to);
    ::posix_fadvise(target.fd(), 0, 0, POSIX_FADV_DONTNEED);
    std::string a;
    std::string b;
    do {
      if (!source.read(a)) return why(from);
      if (!target.read(b)) return why(to);
      if (a != b) return why(to, "读回来的和写的不一样", "not what was written");
      XB_TRY(tell(a.size()));
    } while (a.size() == piece_bytes);
    return ok();
  }

 private:
  Status tell(std::size_t bytes) {
    done_ += static_cast<double>(bytes);
    if (!progress_(done_ / all_ / 2)) return Error(ErrorCode::cancelled);
    return ok();
  }

  const double all_;
  double done_ = 0;
  const JobProgress progress_;
};

}  // namespace

// The ledger last: without one it is no Session yet.
std::vector<fs::path> files_to_copy(const fs::path& session) {
  std::vector<fs::path> out;
  std::error_code code;
  for (const auto* const below : {".", "clips", thumbnails_folder}) {
    if (!fs::is_directory(fs::symlink_status(session / below, code))) continue;
    for (fs::directory_iterator at(session / below, code), end;
         !code && at != end && out.size() < most_files_copied; at.increment(code)) {
      // one with a dot is half made
      if (at->path().filename().string().starts_with('.') || bytes_of(at->path()) < 0) continue;
      out.push_back((fs::path(below) / at->path().filename()).lexically_normal());
    }
  }
  std::sort(out.begin(), out.end(), std::greater<>());
  return out;
}

Status copy_files(const fs::path& session, const std::vector<fs::path>& files, const fs::path& to,
                  const JobProgress& progress) {
  std::int64_t all = 0;
  for (const auto& file : files) all += std::max<std::int64_t>(0, bytes_of(session / file));
  Copying copying(all, progress);
  for (const auto& file : files) {
    if (file.has_parent_path()) XB_TRY(make_folder(to / file.parent_path()));
    XB_TRY(copying.copy(session / file, to / file));
  }
  XB_TRY(sync_folder(to));
  for (const auto& file : files) XB_TRY(copying.compare(session / file, to / file));
  return ok();
}

Result<JobOutcome> make_copy(const fs::path& session, const fs::path& into,
                             const std::function<Status(const fs::path& part)>& fill) {
  std::error_code code;
  if (!fs::is_directory(into, code)) return Error(ErrorCode::file_missing, into.string());
  const auto name = session.filename();
  const auto whole = into / name;
  auto part = whole;
  part += unfinished_copy;
  if (fs::exists(fs::symlink_status(whole, code)))
    return why(whole, "那里已经有了", "it is there already");
  if (fs::exists(fs::symlink_status(part, code)))
    return why(part, "那里有一份没拷完的：没有别人在拷就删掉它",
               "a copy that was not finished is there: delete it if nobody else is copying");
  if (disk_of(into).free_bytes < folder_bytes(session))
    return Error(ErrorCode::disk_full, into.string());
  auto copied = fill(part);
  if (copied) {
    fs::rename(part, whole, code);
    if (code) copied = why(whole, "改不了名字", "cannot be named");
  }
  if (copied) copied = sync_folder(into);
  if (!copied) {
    fs::remove_all(part, code);
    return std::move(copied).error();
  }
  return JobOutcome{name.string(), {}, folder_bytes(whole)};
}

Result<JobOutcome> copy_session(const fs::path& session, const fs::path& into,
                                const Besides& besides, const JobProgress& progress) {
  return make_copy(session, into, [&](const fs::path& part) -> Status {
    XB_TRY(make_folder(part));
    const auto files = files_to_copy(session);
    XB_TRY(copy_files(session, files, part, progress));
    Copying few(INT64_MAX, [&](double) { return progress(1); });
    for (const auto& [from, to] : besides) {
      if (std::find(files.begin(), files.end(), to) != files.end() || bytes_of(from) <= 0) continue;
      XB_TRY(make_folder(part / to.parent_path()));
      XB_TRY(few.copy(from, part / to));
      XB_TRY(few.compare(from, part / to));
    }
    return ok();
  });
}

}  // namespace xb::review
