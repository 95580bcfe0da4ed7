// A log line is one line, without secrets, and not repeated for ever.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/health.h"
#include "base/secret.h"

namespace xb {
namespace {

using testing::HasSubstr;
using testing::Not;

template <class Body>
std::string logged(Body body) {
  testing::internal::CaptureStderr();
  body();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, is_one_line_an_event_with_control_characters_escaped) {
  const auto text = logged([] { log_info("chat", "a\nb\x1b[31m {}", "第\r条"); });
  EXPECT_THAT(text, HasSubstr(R"([chat] a\x0ab\x1b[31m 第\x0d条)"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Log, goes_through_the_redactor) {
  const Secret key("log-test-canary");
  const auto text =
      logged([] { log_error("output", "open {} with log-test-canary", "rtmp://h/a/streamkey"); });
  EXPECT_THAT(text, HasSubstr("open rtmp://h/a/•••• with ••••"));
  EXPECT_THAT(text, Not(HasSubstr("canary")));
}

TEST(Log, writes_a_repeated_line_five_times) {
  const auto text = logged([] {
    for (int i = 0; i < 1000; ++i) log_warn("net", "the same again");
    log_warn("net", "another");
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
}

TEST(Log, leaves_out_what_is_below_the_level) {
  const auto text = logged([] {
    set_log_level(LogLevel::warn);
    log_info("a", "hidden");
    log_warn("a", "shown");
    set_log_level(LogLevel::info);
    log_debug("a", "hidden, too");
  });
  EXPECT_THAT(text, HasSubstr("shown"));
  EXPECT_THAT(text, Not(HasSubstr("hidden")));
}

TEST(Log, cuts_what_is_too_long_at_a_whole_character) {
  const auto text = logged([] { log_info("a", "{}", std::string(3999, 'x') + "村村"); });
  EXPECT_LT(text.size(), 4100U);
  EXPECT_THAT(text, HasSubstr("xx…\n"));
}

// Standard error is a pipe that is full, as behind `| less`.
class FullPipe {
 public:
  FullPipe() : former_(::dup(STDERR_FILENO)) {
    EXPECT_EQ(::pipe(ends_.data()), 0);
    const int flags = ::fcntl(ends_[1], F_GETFL);
    ::fcntl(ends_[1], F_SETFL, flags | O_NONBLOCK);
    const std::string filling(4096, '.');
    while (::write(ends_[1], filling.data(), filling.size()) > 0) {
    }
    ::fcntl(ends_[1], F_SETFL, flags);
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }
  // Reads until `last` has come.
  std::string read_until(std::string_view last) {
    std::string text;
    std::array<char, 4096> some{};
    while (text.find(last) == std::string::npos) {
      const auto n = ::read(ends_[0], some.data(), some.size());
      if (n <= 0) break;
      text.append(some.data(), static_cast<std::size_t>(n));
    }
    return text;
  }
  ~FullPipe() {
    ::dup2(former_, STDERR_FILENO);
    ::close(former_);
    ::close(ends_[0]);
  }

 private:
  int former_;
  std::array<int, 2> ends_{};
};

TEST(LogThread, holds_nobody_up_when_the_log_is_not_read_and_says_what_is_missing) {
  Health health;
  FullPipe full;
  LogThread log(health);
  for (int i = 0; i < 3000; ++i) log_info("flood", "line {}", i);
  const auto counters = log_counters();
  EXPECT_EQ(counters.capacity, 1024U);
  EXPECT_GE(counters.lost, 3000U - 1024U - 1U);  // one may be in the hand of the thread
  const auto text = full.read_until("lines left out: nobody read this log");
  EXPECT_THAT(text, HasSubstr("[flood] line 0\n"));
  EXPECT_THAT(text, HasSubstr(fmt::format("[log] {} lines left out", counters.lost)));
}

TEST(LogThread, ends_although_the_log_is_not_read) {
  Health health;
  FullPipe full;
  const LogThread log(health);
  for (int i = 0; i < 100; ++i) log_info("ending", "line {}", i);
  flush_log(std::chrono::milliseconds(1));
}

TEST(LogThread, takes_along_what_waits) {
  const auto text = logged([] {
    Health health;
    const LogThread log(health);
    for (int i = 0; i < 500; ++i) log_info("last", "line {}", i);
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 500);
  EXPECT_THAT(text, HasSubstr("[last] line 499\n"));
}

TEST(LogThread, is_flushed_by_whoever_ends_the_process) {
  const auto text = logged([] {
    Health health;
    const LogThread log(health);
    log_error("signals", "no orderly end");
    flush_log(std::chrono::seconds(10));
    EXPECT_EQ(log_counters().depth, 0U);
  });
  EXPECT_THAT(text, HasSubstr("no orderly end"));
}

}  // namespace
}  // namespace xb
