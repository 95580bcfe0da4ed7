// SPDX-License-Identifier: Apache-2.0
#include "app/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xb::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What is said of the command line `xiangbo WORDS`, which is wrong.
std::string said_of(std::vector<std::string> words) {
  words.insert(words.begin(), "xiangbo");
  std::vector<char*> args;
  for (auto& word : words) args.push_back(word.data());
  args.push_back(nullptr);
  testing::internal::CaptureStderr();
  const auto parsed = parse_command_line(static_cast<int>(words.size()), args.data());
  auto said = testing::internal::GetCapturedStderr();
  const auto* code = std::get_if<int>(&parsed);
  EXPECT_TRUE(code != nullptr && *code == exit_wrong_input);
  return said;
}

struct Wrong {
  std::vector<std::string> words;
  std::string zh;
  std::string en;
};

TEST(CommandLine, says_what_is_wrong_with_it_in_both_languages) {
  const std::vector<Wrong> all{
      {{"lvie"}, "不认识 lvie，是不是 live？", "unknown: lvie, did you mean live?"},
      {{"xyzzy", "show"}, "不认识 xyzzy）", "unknown: xyzzy)"},
      {{}, "没写要做什么：live render", "say what to do: live render"},
      {{"live", "--sorce", "test:"},
       "不认识 --sorce，是不是 --source？",
       "unknown: --sorce, did you mean --source?"},
      {{"live", "--sorce=test:"}, "不认识 --sorce，是不是 --source？", "did you mean --source?"},
      {{"--source", "test:", "live"},
       "--source 要写在 live 这样的词后面",
       "--source goes after a word"},
      {{"--source", "test:"}, "--source 要写在 live 这样的词后面", "--source goes after a word"},
      {{"live", "a", "b"}, "多写了 b", "one word too many: b"},
      {{"live", "--source"}, "--source 后面没有写值", "--source needs a value"},
      {{"live", "--tls=3"}, "--tls 后面不写值", "--tls takes no value"},
      {{"live", "--no-record=0"}, "--no-record 后面不写值", "--no-record takes no value"},
      {{"review", "--open=x"}, "--open 后面不写值", "--open takes no value"},
      {{"explain", "--markdown=2"}, "--markdown 后面不写值", "--markdown takes no value"},
      {{"live", "--duration", "0"},
       "--duration 要写 0.1 到 864000 之间的数，写的是 0",
       "--duration takes a number from 0.1 to 864000, not 0"},
      {{"render"}, "还要写 SHOW", "SHOW is required"},
  };
  for (const auto& [words, zh, en] : all) {
    const auto said = said_of(words);
    EXPECT_THAT(said, StartsWith("命令写得不对（" + zh));
    EXPECT_THAT(said, HasSubstr(en));
  }
}

}  // namespace
}  // namespace xb::app
