// Text from outside and for people.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace xb {
namespace {

TEST(Utf8, refuses_what_is_no_utf8) {
  for (const std::string_view bad :
       {"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xb9", "\x80"})
    for (std::size_t before = 0; before < 20; ++before)
      for (std::size_t after = 0; after < 20; ++after)
        EXPECT_FALSE(
            is_utf8(std::string(before, 'x') + std::string(bad) + std::string(after, 'x')));
  for (std::size_t before = 0; before < 20; ++before)
    EXPECT_TRUE(is_utf8(std::string(before, 'x') + "乡播 🎉 a"));
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, comes_back_as_it_was) {
  std::string out;
  for (const auto c : code_points("a乡🎉é")) append_utf8(out, c);
  EXPECT_EQ(out, "a乡🎉é");
  EXPECT_EQ(code_points("a\xff\xfe乡").size(), 4u);
  EXPECT_EQ(code_points("a\xff")[1], U'\ufffd');
}

TEST(Graphemes, counts_what_people_see_as_one_character) {
  EXPECT_EQ(grapheme_count("乡播"), 2u);
  EXPECT_EQ(grapheme_count("e\u0301"), 1u);
  EXPECT_EQ(grapheme_count("👨‍👩‍👧‍👦"), 1u);
  EXPECT_EQ(grapheme_count("👍🏽"), 1u);
  EXPECT_EQ(grapheme_count("🇨🇳🇫🇷"), 2u);
  EXPECT_EQ(grapheme_count("❤️"), 1u);
  EXPECT_EQ(grapheme_count("1️⃣"), 1u);
  EXPECT_EQ(grapheme_count("\r\n"), 1u);
  EXPECT_EQ(grapheme_count("a\nb"), 3u);
  EXPECT_EQ(grapheme_count(""), 0u);
}

TEST(Graphemes, cuts_between_characters_with_an_ellipsis_as_the_last) {
  EXPECT_EQ(cut_graphemes("苗银手镯", 4), "苗银手镯");
  EXPECT_EQ(cut_graphemes("苗银手镯", 3), "苗银…");
  EXPECT_EQ(cut_graphemes("👨‍👩‍👧‍👦👍🏽a", 2), "👨‍👩‍👧‍👦…");
  EXPECT_EQ(cut_graphemes("ab", 1), "…");
  EXPECT_EQ(cut_graphemes("ab", 0), "");
}

TEST(OutsideText, removes_what_hides_or_reorders) {
  EXPECT_EQ(clean_outside_text("a\u202eb\u2066c\u200bd\ufeffe\u0007f\u009bg"), "abcdefg");
  EXPECT_EQ(clean_outside_text("x\U000e0041\U000e007fy"), "xy");
  EXPECT_EQ(clean_outside_text("  a\r\n\r\nb\t c\u2028d\u3000 "), "a b c d");
  EXPECT_EQ(clean_outside_text("\xff\xfe"), "\ufffd\ufffd");
  EXPECT_EQ(clean_outside_text("\u200b\u200d\u2060"), "");
}

TEST(OutsideText, keeps_joiners_between_emoji_only) {
  EXPECT_EQ(clean_outside_text("👨‍👩‍👧"), "👨‍👩‍👧");
  EXPECT_EQ(clean_outside_text("👩🏽‍🌾"), "👩🏽‍🌾");
  EXPECT_EQ(clean_outside_text("🏳️‍🌈"), "🏳️‍🌈");
  EXPECT_EQ(clean_outside_text("a\u200db\u200d👨\u200dc"), "ab👨c");
}

TEST(OutsideText, caps_marks_and_long_clusters) {
  std::string zalgo = "a";
  for (int i = 0; i < 1000; ++i) zalgo += "\u0301";
  EXPECT_EQ(clean_outside_text(zalgo), "a\u0301\u0301\u0301");
  std::string chain = "👨";
  for (int i = 0; i < 100; ++i) chain += "\u200d👨";
  EXPECT_EQ(clean_outside_text(chain), "👨");
}

TEST(OutsideText, keeps_right_to_left_scripts) {
  EXPECT_EQ(clean_outside_text("مرحبا بكم"), "مرحبا بكم");
}

TEST(OutsideText, is_at_most_as_long_as_allowed) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "乡";
  EXPECT_EQ(grapheme_count(clean_outside_text(many)), 200u);
  EXPECT_EQ(clean_outside_text("苗银手镯", {.graphemes = 3}), "苗银…");
}

TEST(Punctuation, beside_chinese_is_full_width) {
  EXPECT_EQ(full_width_punctuation("你好,大家!价格:30"), "你好，大家！价格：30");
  EXPECT_EQ(full_width_punctuation("好 !好!!"), "好！好！！");
  EXPECT_EQ(full_width_punctuation("手镯(大)!"), "手镯（大）！");
  EXPECT_EQ(full_width_punctuation("at 3:30, (ok)"), "at 3:30, (ok)");
  EXPECT_EQ(full_width_punctuation("(a(银)b"), "(a（银）b");
}

TEST(Numbers, read_the_chinese_way_and_never_promise_more) {
  EXPECT_EQ(count_zh(0), "0");
  EXPECT_EQ(count_zh(1286), "1,286");
  EXPECT_EQ(count_zh(99'999), "99,999");
  EXPECT_EQ(count_zh(100'000), "10.0 万");
  EXPECT_EQ(count_zh(123'999), "12.3 万");
  EXPECT_EQ(count_zh(123'456'789), "1.2 亿");
  EXPECT_EQ(count_zh(-123'456), "-12.3 万");
  EXPECT_EQ(grouped(-1'234'567), "-1,234,567");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
  EXPECT_EQ(count_zh(std::numeric_limits<std::int64_t>::max()), "92,233,720,368.5 亿");
}

TEST(Closest, offers_the_near_word_and_none_for_a_far_one) {
  const std::vector<std::string_view> known{"station", "sources", "layers", "outputs"};
  EXPECT_EQ(closest("soruces", known), "sources");
  EXPECT_EQ(closest("layer", known), "layers");
  EXPECT_EQ(closest("xyz", known), "");
  EXPECT_EQ(closest("", known), "");
  EXPECT_EQ(closest(std::string(10'000, 's'), known), "");
}

}  // namespace
}  // namespace xb
