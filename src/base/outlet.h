// Outlet: a descriptor to write lines to whose reader may stand still.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace xb {

// A pipe that nobody reads, a frozen terminal: a plain write() to them never comes back. Here a
// write waits as long as it was told and no longer. Only a regular file is written to without a
// limit, since no system call tells when its disk is ready.
//
// Thread: one at a time.
class Outlet {
 public:
  // Of this process; what other processes do with it is not touched.
  static Outlet standard_error();
  // Makes the file when there is none. Errors: file_unwritable, also for a FIFO without a reader.
  static Result<Outlet> append_to(const std::filesystem::path& path);
  Outlet(Outlet&& other) noexcept;
  Outlet& operator=(Outlet&& other) = delete;
  ~Outlet();

  // Takes from the front of `bytes` what could be written within `most`. Errors: file_unwritable
  // (the reader is gone, the disk is full); then `bytes` still holds what was not written.
  Status write(std::string_view& bytes, Duration most);
  bool is_regular() const { return kind_ == Kind::regular; }

 private:
  enum class Kind : std::uint8_t { regular = 1, socket, never_waits, may_wait };
  Outlet(int fd, bool is_own, Kind kind) : fd_(fd), is_own_(is_own), kind_(kind) {}

  int fd_;
  bool is_own_;
  Kind kind_;
};

}  // namespace xb
