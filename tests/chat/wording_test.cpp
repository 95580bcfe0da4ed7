// Words are found whatever they are dressed up as, and nothing else is. SPDX-License-Identifier:
// Apache-2.0
#include "chat/wording.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace xb::chat {
namespace {

WordList list(const std::string& lines) {
  WordList out;
  const auto added = out.add_lines(lines, "words.txt");
  EXPECT_TRUE(added) << (added ? "" : added.error().log_line());
  return out;
}

TEST(Wording, bares_the_letters_of_a_text) {
  EXPECT_EQ(letters_of("ＡＢｃ　１２"), "abc12");
  EXPECT_EQ(letters_of("加\u200b微\u2060信"), "加微信");
  EXPECT_EQ(letters_of("①号 ㎏"), "1号kg");
  EXPECT_EQ(letters_of("é̀ Å"), "ea");
  EXPECT_EQ(letters_of("ѕех"), "sex") << "Cyrillic";
  EXPECT_EQ(letters_of("!!! …"), "");
  EXPECT_EQ(letters_of(""), "");
  EXPECT_NE(letters_of("が"), letters_of("か")) << "marks of other scripts are letters";
}

TEST(Wording, finds_a_word_however_it_is_dressed_up) {
  const auto words = list("加微信\nvx\nfuck you\nasshole # abuse\n\n# nothing here\n");
  EXPECT_EQ(words.size(), 4U);
  for (const char* text :
       {"加微信", "想买的加微信哦", "加 微 信", "加.微-信", "加\u200b微\u200d信", "加★微★信",
        "加我vx", "ＶＸ：123", "v x 123", "V.X", "ⓥⓧ", "v\u0301x", "νх", "FUCK  YOU", "fuck-you",
        "f u c k y o u?", "a55hole", "𝐚𝐬𝐬𝐡𝐨𝐥𝐞", "аsshоle"})
    EXPECT_TRUE(words.is_in(text)) << text;
}

TEST(Wording, leaves_alone_what_only_looks_alike) {
  const auto words = list("加微信\nvx\nass\n");
  for (const char* text :
       {"", "微信支付可以吗", "加一斤", "class", "vxi", "第 5 课 classroom", "信微加", "🎉🎉", "55"})
    EXPECT_FALSE(words.is_in(text)) << text;
  EXPECT_FALSE(WordList().is_in("anything"));
}

TEST(Wording, refuses_a_list_that_is_none) {
  WordList out;
  EXPECT_FALSE(out.add_lines("\xff\xfe", "words.txt"));
  EXPECT_FALSE(out.add_lines(std::string(300 << 10U, 'a'), "words.txt"));
  const auto long_word = out.add_lines("好\n" + std::string(65, 'x'), "words.txt");
  ASSERT_FALSE(long_word);
  EXPECT_NE(long_word.error().detail().find("words.txt: line 2"), std::string::npos);
}

TEST(Wording, the_list_that_comes_along_is_right_and_spares_honest_talk) {
  std::stringstream text;
  text << std::ifstream(XB_SOURCE_DIR "/assets/wordlists/common.txt").rdbuf();
  const auto words = list(text.str());
  EXPECT_GT(words.size(), 20U);
  for (const char* honest :
       {"这次的橙子太酸了，差评", "发货太慢，退款", "不好吃，后悔买了", "微信能付款吗",
        "this is a scam", "去年死了几棵树", "贷款买的拖拉机", "assorted fruits"})
    EXPECT_FALSE(words.is_in(honest)) << honest;
  EXPECT_TRUE(words.is_in("加 薇 信 领红包"));
}

}  // namespace
}  // namespace xb::chat
