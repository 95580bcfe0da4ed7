// A log line is one line, without secrets, and not repeated for ever.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

}  // namespace
}  // namespace xb
