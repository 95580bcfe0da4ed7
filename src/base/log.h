// The log: one line an event, on standard error, every line through the redactor, control
// characters escaped. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/pipe.h"
#include "base/worker.h"

namespace xb {

enum class LogLevel : std::uint8_t { debug = 1, info, warn, error };

// Lines below `level` are not written. Thread: any.
void set_log_level(LogLevel level);
bool is_logged(LogLevel level);
// The same line from the same component is written at most 5 times in 10 s; then once how many were
// left out. What is longer than 4000 bytes is cut. Never waits while there is a LogThread.
void log_line(LogLevel level, std::string_view component, std::string_view line);

template <class... Args>
void log_at(LogLevel level, std::string_view component, fmt::format_string<Args...> format,
            Args&&... args) {
  if (is_logged(level))
    log_line(level, component, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_debug(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  log_at(LogLevel::debug, component, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_info(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  log_at(LogLevel::info, component, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_warn(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  log_at(LogLevel::warn, component, format, std::forward<Args>(args)...);
}
template <class... Args>
void log_error(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  log_at(LogLevel::error, component, format, std::forward<Args>(args)...);
}

// While it exists, lines are written by the thread `log` and nobody waits for whoever reads
// standard error: a full pipe or a frozen terminal holds up this thread alone. 1024 lines wait for
// it; what finds no room is left out, and how much is said when there is room again. Without one,
// lines are written by the thread that has something to say.
//
// One at a time; made first and destroyed last, which takes what waits along but no longer than
// 200 ms.
class LogThread {
 public:
  explicit LogThread(Health& health);
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

  static constexpr Duration longest_end = std::chrono::milliseconds(200);

 private:
  Worker worker_;
};

// Returns when what was logged before is written or `most` is over. For whoever ends the process.
void flush_log(Duration most);
// Lines to the LogThread, and those left out.
PipeCounters log_counters();

}  // namespace xb
