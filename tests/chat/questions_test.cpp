// The same question is one line with how often it was asked. SPDX-License-Identifier: Apache-2.0
#include "chat/questions.h"

#include <gtest/gtest.h>

namespace xb::chat {
namespace {

constexpr MonoTime at(int seconds) {
  return MonoTime(std::chrono::seconds(seconds));
}

TEST(Questions, the_price_asked_fourteen_times_is_one_line) {
  Questions questions;
  std::uint64_t sequence = 10;
  const char* asked[] = {"多少钱",   "多少钱？",   "这个多少钱呀",   "主播多少钱", "请问多少钱？？",
                         "怎么卖",   "怎么卖的呀", "老板，怎么卖？", "多少钱一斤", "什么价",
                         "多 少 钱", "多少钱啊～", "How much?",      "多少钱呢"};
  for (const auto* text : asked) {
    questions.hear("真好看", sequence++, at(0));
    questions.hear(text, sequence++, at(1));
  }
  const auto most = questions.most_asked(8, at(2));
  ASSERT_EQ(most.size(), 1U);
  EXPECT_EQ(most[0].text, "多少钱");
  EXPECT_EQ(most[0].count, 14);
  EXPECT_EQ(most[0].first, 11U);
  EXPECT_EQ(most[0].last, 37U);
}

TEST(Questions, another_thing_is_another_question) {
  EXPECT_EQ(matter_of("橙子多少钱"), matter_of("请问橙子怎么卖呀？"));
  EXPECT_NE(matter_of("橙子多少钱"), matter_of("柚子多少钱"));
  EXPECT_NE(matter_of("橙子多少钱"), matter_of("橙子甜不甜"));
  EXPECT_EQ(matter_of("甜不甜"), matter_of("甜吗？"));
  EXPECT_EQ(matter_of("包邮吗"), matter_of("包不包邮呀"));
  EXPECT_EQ(matter_of("能不能寄到新疆"), matter_of("老板能不能寄到新疆呢？"));
}

TEST(Questions, what_asks_nothing_is_no_question) {
  for (const char* text : {"", "！！！", "好吃", "真甜", "主播好", "买了三箱", "666", "发货了"})
    EXPECT_FALSE(matter_of(text)) << text;
  for (const char* text : {"几天到", "你们在哪", "有没有小箱的", "可以吃吗", "is it sweet",
                           "Where are you?", "谁种的", "保存多久", "红不红"})
    EXPECT_TRUE(matter_of(text)) << text;
}

TEST(Questions, the_most_asked_come_first_and_none_waits_forever) {
  Questions questions;
  questions.hear("甜不甜", 1, at(0));
  questions.hear("多少钱", 2, at(1));
  questions.hear("多少钱", 3, at(2));
  auto most = questions.most_asked(8, at(3));
  ASSERT_EQ(most.size(), 2U);
  EXPECT_EQ(most[0].count, 2);
  EXPECT_EQ(most[1].text, "甜不甜");
  EXPECT_EQ(questions.most_asked(1, at(3)).size(), 1U);
  most = questions.most_asked(8, at(600));
  ASSERT_EQ(most.size(), 2U - 1U);
  EXPECT_EQ(most[0].text, "多少钱");
  EXPECT_TRUE(questions.most_asked(8, at(602)).empty());
}

TEST(Questions, an_answered_or_hidden_one_is_gone_and_may_come_again) {
  Questions questions;
  questions.hear("多少钱", 1, at(0));
  questions.hear("多少钱", 2, at(0));
  EXPECT_FALSE(questions.answer(7));
  EXPECT_TRUE(questions.answer(2));
  EXPECT_TRUE(questions.most_asked(8, at(0)).empty());
  questions.hear("多少钱", 3, at(0));
  EXPECT_EQ(questions.most_asked(8, at(0)).at(0).count, 1);
  questions.take_away(3);
  EXPECT_TRUE(questions.most_asked(8, at(0)).empty());
}

TEST(Questions, however_many_are_asked_the_memory_is_bounded) {
  Questions questions;
  for (int i = 0; i < 5000; ++i)
    questions.hear("第" + std::to_string(i) + "号在哪", static_cast<std::uint64_t>(i), at(i / 100));
  EXPECT_EQ(questions.most_asked(10'000, at(50)).size(), 256U);
}

}  // namespace
}  // namespace xb::chat
