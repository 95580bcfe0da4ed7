// Every error says what happened and what to do, in both languages.
// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/result.h"
#include "base/text.h"

namespace xb {
namespace {

using testing::HasSubstr;

// Lines of the enum in error.h: what the compiler cannot count.
std::size_t codes_in_header() {
  std::ifstream header(XB_SOURCE_DIR "/src/base/error.h");
  std::size_t codes = 0;
  bool is_inside = false;
  for (std::string line; std::getline(header, line);) {
    if (line.starts_with("enum class ErrorCode")) {
      is_inside = true;
    } else if (line.starts_with("};")) {
      is_inside = false;
    } else if (is_inside && line.ends_with(",")) {
      ++codes;
    }
  }
  return codes;
}

bool has_chinese(std::string_view text) {
  const auto all = code_points(text);
  return std::any_of(all.begin(), all.end(), [](char32_t c) { return c >= 0x4e00 && c <= 0x9fff; });
}

TEST(ErrorTable, has_a_row_with_all_texts_for_every_code) {
  std::set<std::string_view> names;
  const auto codes = codes_in_header();
  ASSERT_GT(codes, 50u);
  for (std::size_t n = 1; n <= codes; ++n) {
    const auto code = static_cast<ErrorCode>(n);
    const auto rows = all_error_texts();
    ASSERT_EQ(std::count_if(rows.begin(), rows.end(), [&](auto& row) { return row.code == code; }),
              1)
        << n;
    const auto& text = text_of(code);
    EXPECT_EQ(text.code, code) << n;
    EXPECT_TRUE(names.insert(text.name).second) << text.name;
    EXPECT_THAT(std::string(text.name), HasSubstr("."));
    EXPECT_TRUE(has_chinese(text.zh) && has_chinese(text.zh_advice)) << text.name;
    EXPECT_FALSE(text.en.empty() || text.en_advice.empty()) << text.name;
    EXPECT_FALSE(has_chinese(text.en) || has_chinese(text.en_advice)) << text.name;
  }
  EXPECT_EQ(all_error_texts().size(), codes);
}

TEST(Error, reads_as_a_sentence_with_fact_and_advice) {
  const Error error(ErrorCode::device_busy, "/dev/video0");
  EXPECT_EQ(error.zh(), "设备被其他程序占用（/dev/video0）：请关闭微信视频等程序后重试");
  EXPECT_THAT(error.en(), HasSubstr("(/dev/video0)"));
}

TEST(Error, says_what_the_system_said_in_the_language_of_the_sentence) {
  const Error error(ErrorCode::output_unreachable, "tcp://127.0.0.1:9: Connection refused");
  EXPECT_THAT(error.zh(), HasSubstr("tcp://127.0.0.1:9: 对方没有在接收"));
  EXPECT_THAT(error.en(), HasSubstr("Connection refused"));
  EXPECT_THAT(error.log_line(), HasSubstr("Connection refused"));
}

TEST(Error, context_grows_outward) {
  auto error = Error(ErrorCode::device_busy, "/dev/video0").during("open camera").during("start");
  EXPECT_EQ(error.log_line(), "capture.device_busy: start: open camera: /dev/video0");
}

Result<int> half(int n) {
  if (n % 2 != 0) return Error(ErrorCode::usage, "odd");
  return n / 2;
}
Result<int> quarter(int n) {
  XB_TRY_ASSIGN(const auto once, half(n));
  XB_TRY_ASSIGN(const auto twice, half(once));
  return twice;
}
Status both_even(int a, int b) {
  XB_TRY(half(a));
  XB_TRY(half(b));
  return ok();
}

TEST(Result, try_passes_values_on_and_errors_up) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().code(), ErrorCode::usage);
  EXPECT_TRUE(both_even(2, 4));
  EXPECT_EQ(both_even(2, 3).error().detail(), "odd");
}

TEST(CheckDeathTest, broken_invariant_ends_the_process_with_its_place) {
  EXPECT_DEATH(XB_CHECK(1 == 2), "1 == 2 at .*error_test.cpp");
}

}  // namespace
}  // namespace xb
