// The log: one line an event, on standard error, every line through the redactor, control
// characters escaped. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace xb {

enum class LogLevel : std::uint8_t { debug = 1, info, warn, error };

// Lines below `level` are not written. Thread: any.
void set_log_level(LogLevel level);
bool is_logged(LogLevel level);
// The same line from the same component is written at most 5 times in 10 s; then once how many were
// left out.
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

}  // namespace xb
