// Text: fitted, never cut in the middle of a character, never an empty box.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/text.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

class Text : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = load_theme(assets_folder(), "red", {1280, 720});
    ASSERT_TRUE(loaded) << loaded.error().log_line();
    theme_ = std::move(*loaded);
    auto made = TextShaper::make(theme_, 720 / 1080.0);
    ASSERT_TRUE(made);
    text_ = std::move(*made);
  }
  Theme theme_;
  std::unique_ptr<TextShaper> text_;
};

TEST_F(Text, has_a_glyph_for_every_word_of_the_design) {
  const char* words =
      "望溪村云岭县·青禾镇粉丝今日欢迎新朋友关注了等位更新于小黄车号链接还剩份快没了卖完啦，谢谢乡"
      "亲"
      "扫一扫看产地和采摘日期通知直播中录制主播管理粉丝新来马上开始欢迎来村里坐坐后开播今天带来稍等"
      "片刻"
      "大约分钟后回来，别走开回来接着讲还没有照片来源：（）！？；—…〓◆¥0123456789+%/1,286";
  for (const TextStyle& style : {text_style(30), text_style(30, Weight::bold),
                                 display_style(theme_, 56), figure_style(58)}) {
    EXPECT_TRUE(text_->missing_glyphs(words, style).empty());
  }
}

TEST_F(Text, keeps_labels_apart_that_differ_in_anything_and_forgets_none_of_their_looks) {
  TextStyle down = text_style(30);
  down.flow = Flow::down;
  const auto looks = [&] {
    std::vector<std::pair<double, double>> all;
    for (const auto& [style, fit] : {std::pair{text_style(30), TextFit{}},
                                     {text_style(31), {}},
                                     {figure_style(30), {}},
                                     {down, {}},
                                     {down, {60, 2}},
                                     {text_style(30), {60, 2}},
                                     {text_style(30), {60, 1}}}) {
      const TextBlock block = text_->lay_out("粉丝 1286", style, fit);
      all.emplace_back(block.width(), block.height());
    }
    return all;
  };
  const auto first = looks();
  for (std::size_t i = 0; i < first.size(); ++i) {
    for (std::size_t k = i + 1; k < first.size(); ++k) EXPECT_NE(first[i], first[k]) << i << k;
  }
  EXPECT_EQ(looks(), first);
  for (int n = 0; n < 300; ++n) text_->lay_out(std::to_string(n), text_style(30));
  EXPECT_EQ(looks(), first);
}

TEST_F(Text, finds_rare_characters_in_fallback_fonts) {
  // names of villages and people beyond the common sets
  for (const TextStyle& style : {text_style(30), display_style(theme_, 56)}) {
    EXPECT_TRUE(text_->missing_glyphs("榄蟹沪璋𠮷㐂䶮𣗋𠀀𡂁𬸀𪛖", style).empty());
  }
  EXPECT_TRUE(text_->missing_glyphs("🍊👨‍👩‍👧‍👦👍🏽🇨🇳", text_style(30))
                  .empty());
}

TEST_F(Text, has_every_character_of_the_extensions_a_to_f_and_half_of_g_and_h) {
  const auto missing = [&](char32_t first, char32_t last) {
    std::size_t sum = 0;
    std::string text;
    for (char32_t c = first; c <= last; ++c) {
      append_utf8(text, c);
      if (text.size() < 4000 && c != last) continue;
      sum += text_->missing_glyphs(text, text_style(30)).size();
      text.clear();
    }
    return sum;
  };
  EXPECT_EQ(missing(U'\u3400', U'\u4DBF'), 0U);          // A
  EXPECT_EQ(missing(U'\U00020000', U'\U0002A6DF'), 0U);  // B
  EXPECT_EQ(missing(U'\U0002A700', U'\U0002B739'), 0U);  // C
  EXPECT_EQ(missing(U'\U0002B740', U'\U0002B81D'), 0U);  // D
  EXPECT_EQ(missing(U'\U0002B820', U'\U0002CEA1'), 0U);  // E
  EXPECT_EQ(missing(U'\U0002CEB0', U'\U0002EBE0'), 0U);  // F
  // of these no font of Debian 12 has all: the others are the geta mark
  EXPECT_LE(missing(U'\U00030000', U'\U0003134A'), 1894U);  // G, of 4939
  EXPECT_LE(missing(U'\U00031350', U'\U000323AF'), 1919U);  // H, of 4192
}

TEST_F(Text, reports_what_no_font_has_once_each) {
  const auto missing = text_->missing_glyphs("好\U0010FFFD\U0010FFFD好\U0001F1E6", text_style(30));
  ASSERT_FALSE(missing.empty());
  EXPECT_EQ(std::count(missing.begin(), missing.end(), U'\U0010FFFD'), 1);
  EXPECT_EQ(std::count(missing.begin(), missing.end(), U'好'), 0);
}

TEST_F(Text, shows_the_geta_mark_where_no_font_has_a_character) {
  const double geta = text_->lay_out("〓", text_style(30)).width();
  EXPECT_NEAR(text_->lay_out("\U0010FFFD", text_style(30)).width(), geta, 0.01);
}

TEST_F(Text, fits_ten_times_too_much_into_its_lines) {
  std::string endless;
  for (int i = 0; i < 4000; ++i) endless += "很长的话 and words ";
  for (const int lines : {1, 2}) {
    const TextBlock block = text_->lay_out(endless, text_style(30), {300, lines});
    EXPECT_LE(block.width(), 300.5);
    EXPECT_EQ(block.lines(), lines);
    EXPECT_TRUE(block.is_cut());
  }
}

// What lies far behind the end of the room is not shaped: nothing of it is to be missed.
TEST_F(Text, looks_the_same_however_much_too_long_it_is) {
  TextStyle down = text_style(30);
  down.flow = Flow::down;
  for (const TextStyle& style : {text_style(30), display_style(theme_, 30), down}) {
    for (const char* words :
         {"望溪村里的老水缸", "（望）溪，村。「里」的：", "𠮷𰻝望溪", "ab望溪村里"}) {
      const auto drawn = [&](std::size_t least_characters) {
        std::string text;
        while (grapheme_count(text) < least_characters) text += words;
        const TextBlock block = text_->lay_out(text, style, {300, 2});
        EXPECT_TRUE(block.is_cut());
        Canvas canvas({0, 0, 320, 320}, 720 / 1080.0);
        block.draw(canvas, 40, 40, {255, 255, 255});
        return canvas.take_whole()->alpha;
      };
      // 20 fit into the two lines; 30 are shaped whole
      EXPECT_EQ(drawn(30), drawn(2000)) << words;
    }
  }
}

constexpr Color message_ink{255, 240, 220};

// A badge's place, a name, and what was said.
std::vector<TextSpan> message(const std::string& name, const std::string& words) {
  return {{"", Weight::regular, {}, 60},
          {name, Weight::bold, {250, 160, 120}, 0},
          {"", Weight::regular, {}, 10},
          {words, Weight::regular, message_ink, 0}};
}

// A word joiner changes nothing but that it is not plain.
std::vector<TextSpan> not_plain(std::vector<TextSpan> spans) {
  spans.back().text += "\u2060";
  return spans;
}

void expect_drawn_alike(const TextBlock& one, const TextBlock& two, Box box, double unit,
                        const std::string& what) {
  Canvas a(box, unit);
  Canvas b(box, unit);
  one.draw(a, 12.3, 6, message_ink);
  two.draw(b, 12.3, 6, message_ink);
  const auto drawn = a.take_whole();
  const auto expected = b.take_whole();
  EXPECT_TRUE(drawn->y == expected->y && drawn->alpha == expected->alpha &&
              drawn->u == expected->u && drawn->v == expected->v)
      << what << " at " << unit;
}

// Shaped piece by piece, which spares Pango what it has shaped before.
TEST_F(Text, of_hanzi_and_words_looks_as_pango_sets_it) {
  const TextStyle style = text_style(31);
  for (const double unit : {720 / 1080.0, 1.0}) {
    auto text = TextShaper::make(theme_, unit);
    ASSERT_TRUE(text);
    for (const char* words :
         {"今天的橙子都是早上六点现摘的", "主播，五斤大概有多少个呀？", "好", "第一次来，关注了！",
          "（五斤装）约12到15个：29.9 元", "AVATAR Wa. To 11:17 71 48小时",
          "《水缸》、“红军”！！？", "\u2068包邮吗\u2069", " 前后 空格 ", "又来啦 🍊了",
          "🍊👨\u200D👩\u200D👧好👍🏽了", "https://x.example/p?a=1&b=2"}) {
      const auto plain = message("山里的月亮", words);
      const auto shaped = not_plain(plain);
      const TextBlock one = (*text)->lay_out(plain, style, {2000, 2});
      const TextBlock two = (*text)->lay_out(shaped, style, {2000, 2});
      EXPECT_NEAR(one.width(), two.width(), 0.01) << words;
      EXPECT_EQ(one.height(), two.height());
      EXPECT_EQ(one.baseline(), two.baseline());
      EXPECT_NEAR(one.gap_x(1), two.gap_x(1), 0.01);
      expect_drawn_alike(one, two, {0, 0, 1200, 60}, unit, words);
    }
  }
}

// Of plain text it is known where its ink lies.
bool is_plain(const TextBlock& block) {
  return block.around(0, 0).x > -10;
}

TEST_F(Text, breaks_plain_lines_where_pango_does) {
  const TextStyle style = text_style(30);
  for (const double unit : {720 / 1080.0, 1.0}) {
    auto text = TextShaper::make(theme_, unit);
    ASSERT_TRUE(text);
    int plain_ones = 0;
    for (const char* words :
         {"今天的橙子都是早上六点现摘的大家不要错过下一批要等到周五",
          "主播，五斤，大概有多少个呀？！", "《水缸》的故事（完）听哭了；支持家乡：红军村。",
          "约12到15个：29.9 元一箱包邮吗", "上次买的特别甜又来啦 🍊了", "“甜”！、」』】；：，。",
          "\u2068包邮吗新疆发不发货\u2069", "\u2068上次买的特别甜又来啦 🍊\u2069",
          "红 军 村  的 人， 都来了吗 《真》 好",
          "🍊🍊甜👍🏽！又来了🍊，👨\u200D👩\u200D👧家都爱吃 🍊 "
          "真的"}) {
      for (double width = 240; width < 900; width += 7) {
        const auto plain = message("月亮", words);
        const auto shaped = not_plain(plain);
        const TextBlock one = (*text)->lay_out(plain, style, {width, 3});
        const TextBlock two = (*text)->lay_out(shaped, style, {width, 3});
        const std::string what = std::string(words) + " in " + std::to_string(width);
        ASSERT_EQ(one.lines(), two.lines()) << what;
        EXPECT_EQ(one.is_cut(), two.is_cut()) << what;
        EXPECT_NEAR(one.width(), two.width(), 0.01) << what;
        EXPECT_EQ(one.height(), two.height());
        expect_drawn_alike(one, two, {0, 0, 920, 130}, unit, what);
        if (one.lines() > 1 && is_plain(one)) ++plain_ones;
      }
    }
    EXPECT_GT(plain_ones, 100);
  }
}

TEST_F(Text, is_never_markup) {
  EXPECT_GT(text_->lay_out("<b>好</b>", text_style(30)).width(),
            text_->lay_out("好", text_style(30)).width() + 60);
}

TEST_F(Text, gives_all_digits_the_same_width) {
  const double zero = text_->lay_out("0000", figure_style(58)).width();
  for (const char* four : {"1111", "4444", "7777", "9999"}) {
    EXPECT_NEAR(text_->lay_out(four, figure_style(58)).width(), zero, 0.01);
  }
}

TEST_F(Text, keeps_an_emoji_family_in_one_piece) {
  const double one = text_->lay_out("👩", text_style(30)).width();
  EXPECT_NEAR(text_->lay_out("👨‍👩‍👧‍👦", text_style(30)).width(), one, one * 0.3);
}

TEST_F(Text, tells_where_gaps_for_badges_lie) {
  const TextBlock block = text_->lay_out({{{}, Weight::regular, {}, 40},
                                          {"春燕", Weight::bold, {}, 0},
                                          {{}, Weight::regular, {}, 10},
                                          {"你好", Weight::regular, {}, 0}},
                                         text_style(30));
  EXPECT_DOUBLE_EQ(block.gap_x(0), 0);
  EXPECT_NEAR(block.gap_x(1), 40 + 60, 1);
  EXPECT_NEAR(block.width(), 40 + 60 + 10 + 60, 1);
}

TEST_F(Text, has_the_same_line_boxes_at_every_scale) {
  auto full = TextShaper::make(theme_, 1);
  ASSERT_TRUE(full);
  for (const TextStyle& style : {text_style(30), display_style(theme_, 56), figure_style(58)}) {
    const TextBlock here = text_->lay_out("望溪村 1,286", style);
    const TextBlock there = (*full)->lay_out("望溪村 1,286", style);
    EXPECT_NEAR(here.baseline(), there.baseline(), 0.05);
    EXPECT_NEAR(here.width(), there.width(), 0.5);
  }
}

TEST_F(Text, survives_broken_and_empty_text) {
  EXPECT_DOUBLE_EQ(text_->lay_out("", text_style(30)).width(), 0);
  EXPECT_GT(text_->lay_out("\xff\xc0好\x80", text_style(30)).width(), 0);
  EXPECT_EQ(text_->lay_out("一\n二\r\n三", text_style(30)).lines(), 1);
}

TEST_F(Text, begins_no_line_with_a_mark_that_closes_and_ends_none_with_one_that_opens) {
  const std::u32string_view never_first = U"、，。；：！？）》」』】”’…·～／%％‰";
  const std::u32string_view never_last = U"（《「『【“‘";
  std::string words;
  for (const char32_t mark : std::u32string(never_first) + std::u32string(never_last)) {
    words += "望溪村里的人";
    append_utf8(words, mark);
  }
  words += "望溪村";
  for (double width = 60; width < 400; width += 7) {
    const TextBlock block = text_->lay_out(words, text_style(30), {width, 99});
    for (int i = 0; i < block.lines(); ++i) {
      const std::string line = block.line(i);
      const auto characters = code_points(line);
      ASSERT_FALSE(characters.empty());
      EXPECT_EQ(never_first.find(characters.front()), std::u32string_view::npos) << line;
      EXPECT_EQ(never_last.find(characters.back()), std::u32string_view::npos) << line;
    }
  }
}

TEST_F(Text, flows_down_in_columns_from_right_to_left) {
  TextStyle style = text_style(30);
  style.flow = Flow::down;
  const TextBlock one = text_->lay_out("望溪村（示例）", style);
  EXPECT_NEAR(one.height(), 7 * 30, 1);
  EXPECT_NEAR(one.width(), 30 * style.line_height, 0.1);
  const TextBlock two = text_->lay_out("望溪村里的老水缸", style, {150, 3});
  EXPECT_EQ(two.lines(), 2);
  EXPECT_LE(two.height(), 150.5);
  EXPECT_NEAR(two.width(), 2 * one.width(), 0.1);
}

// Other fonts have a bold of their own.
TEST_F(Text, makes_only_the_display_font_bolder) {
  Theme thin = theme_;
  thin.fonts.display_embolden_em = 0;
  const auto plain = TextShaper::make(thin, 720 / 1080.0);
  ASSERT_TRUE(plain);
  const TextStyle style = display_style(theme_, 56);
  const auto is_bolder = [&](const char* word) {
    EXPECT_TRUE(text_->missing_glyphs(word, style).empty()) << word;
    Canvas bold({0, 0, 200, 80}, 720 / 1080.0);
    Canvas as_it_is({0, 0, 200, 80}, 720 / 1080.0);
    text_->lay_out(word, style).draw(bold, 20, 5, {255, 255, 255});
    (*plain)->lay_out(word, style).draw(as_it_is, 20, 5, {255, 255, 255});
    return bold.take_whole()->alpha != as_it_is.take_whole()->alpha;
  };
  EXPECT_TRUE(is_bolder("村"));
  EXPECT_FALSE(is_bolder("ش"));
}

}  // namespace
}  // namespace xb::overlay::testing
