// spdlog set-up, redaction and the rate limit of repeated lines.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/secret.h"

namespace xb {
namespace {

std::atomic<LogLevel> lowest{LogLevel::info};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables):
                                               // one log a process

spdlog::level::level_enum spd(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("xiangbo",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
    made->set_level(spdlog::level::debug);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

struct Repeats {
  std::chrono::steady_clock::time_point since;
  int written = 0;
  int left_out = 0;
};

}  // namespace

void set_log_level(LogLevel level) {
  lowest = level;
}
bool is_logged(LogLevel level) {
  return level >= lowest.load();
}

void log_line(LogLevel level, std::string_view component, std::string_view line) {
  constexpr int most = 5;
  constexpr std::chrono::seconds window(10);
  static std::mutex mutex;  // guards repeats
  static std::map<std::string, Repeats> repeats;
  const auto text = fmt::format("[{}] {}", component, printable(redacted(line)));
  int left_out = 0;
  {
    std::lock_guard lock(mutex);
    if (repeats.size() > 1024) repeats.clear();
    const auto now = std::chrono::steady_clock::now();  // rate limit only, nothing is timed by it
    auto& seen = repeats[text];
    if (now - seen.since > window) {
      left_out = seen.left_out;
      seen = {now, 0, 0};
    }
    if (++seen.written > most) {
      ++seen.left_out;
      return;
    }
  }
  if (left_out > 0) logger().log(spd(level), "{} (left out {} times)", text, left_out);
  logger().log(spd(level), "{}", text);
}

}  // namespace xb
