// spdlog set-up, redaction, the rate limit of repeated lines, and the thread that writes them.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/outlet.h"
#include "base/result.h"
#include "base/secret.h"

namespace xb {
namespace {

std::atomic<LogLevel> lowest{
    LogLevel::info};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables):
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

constexpr const char* line_pattern = "%Y-%m-%dT%H:%M:%S.%e %l %v";
constexpr std::size_t waiting_lines = 1024;
constexpr std::size_t longest_line = 4000;  // with the time before it one write to a pipe
constexpr Duration patience = std::chrono::milliseconds(100);

// The way from whoever logs to the thread `log`.
struct Lines {
  Queue<std::string> queue{"log", waiting_lines, Overflow::refuse};
  std::atomic<bool> has_thread{false};
  std::atomic<std::uint64_t> waiting{0};   // pushed and not yet written or given up
  std::atomic<std::uint64_t> left_out{0};  // since it was last said
  Bell seen_to;
};

Lines& lines() {
  static Lines instance;
  return instance;
}

// Hands a finished line on. The mutex of spdlog's sink is held meanwhile, so that a line has its
// place by its time.
class Sink final : public spdlog::sinks::base_sink<std::mutex> {
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    std::string line(text.data(), text.size());
    auto& way = lines();
    if (!way.has_thread) {
      std::fwrite(line.data(), 1, line.size(), stderr);
      return;
    }
    ++way.waiting;
    if (way.queue.push(std::move(line)) != Pushed::refused) return;
    --way.waiting;
    ++way.left_out;
  }
  void flush_() override { std::fflush(stderr); }
};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("xiangbo", std::make_shared<Sink>());
    made->set_pattern(line_pattern);
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

std::string cut(std::string text) {
  if (text.size() <= longest_line) return text;
  auto end = longest_line;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

// What there was no room for, said by the thread `log` itself: its own line must not find none.
std::string left_out_line(std::uint64_t count) {
  spdlog::details::log_msg message("xiangbo", spdlog::level::warn, {});
  const auto said = fmt::format("[log] {} lines left out: nobody read this log", count);
  message.payload = said;
  spdlog::memory_buf_t text;
  spdlog::pattern_formatter(line_pattern).format(message, text);
  return {text.data(), text.size()};
}

void write_lines(std::stop_token stop) {
  const SystemClock clock;
  auto out = Outlet::standard_error();
  auto& way = lines();
  auto latest = MonoTime::max();
  const auto write = [&](std::string_view rest) {
    while (!rest.empty()) {
      if (stop.stop_requested() && latest == MonoTime::max())
        latest = clock.now() + LogThread::longest_end;
      if (!out.write(rest, std::min(patience, latest - clock.now()))) return;  // no reader any more
      if (clock.now() >= latest) return;
    }
  };
  while (const auto line = way.queue.pop(stop)) {
    write(*line);
    if (--way.waiting == 0) {
      if (const auto count = way.left_out.exchange(0); count > 0) write(left_out_line(count));
    }
    way.seen_to.ring();
  }
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
  const auto text = fmt::format("[{}] {}", component, cut(printable(redacted(line))));
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

LogThread::LogThread(Health& health) : worker_("log", health, write_lines) {
  XB_CHECK(!lines().has_thread.exchange(true));
}

LogThread::~LogThread() {
  worker_.request_stop();
  worker_.join();
  lines().has_thread = false;
  lines().waiting -= lines().queue.clear();
}

void flush_log(Duration most) {
  const SystemClock clock;
  auto& way = lines();
  const auto latest = clock.now() + most;
  for (auto seen = way.seen_to.rings(); way.waiting > 0 && clock.now() < latest;)
    seen = way.seen_to.wait(seen, latest - clock.now(), {});
}

PipeCounters log_counters() {
  return lines().queue.counters();
}

}  // namespace xb
