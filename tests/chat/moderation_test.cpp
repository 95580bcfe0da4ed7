// What a flood leaves out, and what is kept without being shown. SPDX-License-Identifier:
// Apache-2.0
#include "chat/moderation.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

constexpr MonoTime at(int ms) {
  return MonoTime(std::chrono::milliseconds(ms));
}

ChatEvent says(const std::string& user, const std::string& text, Kind kind = Kind::chat) {
  auto out = event(kind, "", user);
  out.text = text;
  return out;
}

ModerationRules with_words(const std::string& lines) {
  WordList words;
  EXPECT_TRUE(words.add_lines(lines, "words.txt"));
  ModerationRules rules;
  rules.words = std::make_shared<const WordList>(std::move(words));
  return rules;
}

TEST(Moderation, lets_everything_pass_without_limits) {
  Moderation moderation({});
  for (int i = 0; i < 10'000; ++i)
    EXPECT_EQ(moderation.judge(event(Kind::chat, "", "a"), MonoTime{}).fate, Fate::shown);
}

TEST(Moderation, takes_out_what_one_user_says_too_often_and_counts_every_follow) {
  Moderation moderation({.per_user = 2});
  const auto now = at(5000);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(moderation.judge(says("a", "x"), now).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "x"), now).reason, "flood");
  EXPECT_EQ(moderation.judge(says("a", "x"), now).fate, Fate::dropped);
  EXPECT_EQ(moderation.judge(says("b", "x"), now).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(event(Kind::follow, "", "a"), now).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "x"), at(15'000)).fate, Fate::shown);
}

TEST(Moderation, takes_out_what_all_say_together_too_often) {
  Moderation moderation({.in_all = 3});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(moderation.judge(event(Kind::chat), MonoTime{}).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(event(Kind::chat), MonoTime{}).reason, "flood");
}

TEST(Moderation, samples_a_flood_fairly_and_never_what_counts) {
  Moderation moderation({.per_second = 100});
  std::set<std::string> heard;
  int shown = 0;
  const auto take = [&](const std::string& user) {
    const auto judged = moderation.judge(says(user, "hello"), at(500));
    if (judged.fate == Fate::shown) {
      ++shown;
      heard.insert(user);
    } else {
      EXPECT_EQ(judged.reason, "sampled");
    }
  };
  // one who shouts, then forty others who say one thing each
  for (int i = 0; i < 1000; ++i) take("loud");
  EXPECT_EQ(shown, 50);
  for (int i = 0; i < 40; ++i) take("quiet" + std::to_string(i));
  EXPECT_EQ(shown, 90);
  EXPECT_EQ(heard.size(), 41U);
  for (int i = 0; i < 100; ++i) take("late" + std::to_string(i));
  EXPECT_EQ(shown, 100);
  for (const auto kind :
       {Kind::follow, Kind::unfollow, Kind::gift, Kind::paid, Kind::member, Kind::like})
    EXPECT_EQ(moderation.judge(says("loud", "x", kind), at(500)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("loud", "x"), at(1600)).fate, Fate::shown) << "another second";
}

TEST(Moderation, keeps_and_does_not_show_what_has_an_unwanted_word) {
  Moderation moderation(with_words("加微信\n"));
  const auto judged = moderation.judge(says("a", "想要的 加 微.信 123"), at(0));
  EXPECT_EQ(judged.fate, Fate::hidden);
  EXPECT_EQ(judged.reason, "words");
  EXPECT_EQ(moderation.judge(says("a", "加一斤"), at(0)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "加微信", Kind::paid), at(0)).fate, Fate::hidden);
  EXPECT_EQ(moderation.judge(says("a", "加微信", Kind::gift), at(0)).fate, Fate::shown)
      << "the name of a gift is the platform's";
}

TEST(Moderation, shows_no_name_with_an_unwanted_word_and_counts_its_follow) {
  Moderation moderation(with_words("加微信"));
  auto follow = event(Kind::follow, "", "a");
  follow.user->name = "加微信 88";
  const auto judged = moderation.judge(follow, at(0));
  EXPECT_EQ(judged.fate, Fate::shown);
  EXPECT_TRUE(judged.masks_name);
}

TEST(Moderation, shows_the_same_words_of_one_user_only_so_often) {
  Moderation moderation({.repeats = 2});
  EXPECT_EQ(moderation.judge(says("a", "买它"), at(0)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "买它！"), at(0)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "买 它…"), at(0)).reason, "repeats");
  EXPECT_EQ(moderation.judge(says("b", "买它"), at(0)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "好吃"), at(0)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "买它"), at(10'000)).fate, Fate::shown);
}

TEST(Moderation, does_not_show_what_a_muted_user_says_until_the_time_is_over) {
  Moderation moderation({});
  moderation.mute("demo", "a", at(60'000));
  EXPECT_EQ(moderation.judge(says("a", "x"), at(59'000)).reason, "muted");
  EXPECT_EQ(moderation.judge(says("b", "x"), at(59'000)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(event(Kind::follow, "", "a"), at(59'000)).fate, Fate::shown);
  EXPECT_EQ(moderation.judge(says("a", "x"), at(60'000)).fate, Fate::shown);
  moderation.mute("demo", "a", at(90'000));
  moderation.mute("demo", "a", at(0));  // let go
  EXPECT_EQ(moderation.judge(says("a", "x"), at(70'000)).fate, Fate::shown);
}

}  // namespace
}  // namespace xb::chat
