// A village's own theme and mark: taken up when they are right, refused with a sentence and a place
// when they are not, however hostile.
// SPDX-License-Identifier: Apache-2.0
#include "studio/theme_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "studio/assets.h"
#include "studio/show.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

using testing::HasSubstr;

std::optional<overlay::Attire> read(const std::string& text, std::vector<Problem>& problems) {
  return read_theme_text(text, "my.toml", "my", assets_folder()->string(), problems);
}

std::string refusal(const std::string& text) {
  std::vector<Problem> problems;
  EXPECT_FALSE(read(text, problems)) << text.substr(0, 80);
  return pretty(problems);
}

TEST(ThemeFile, says_only_what_differs_from_its_base) {
  std::vector<Problem> problems;
  const auto mine = read("base = \"plain\"\nprice = \"#7A1010\"\npanel_alpha = 1\n", problems);
  ASSERT_TRUE(mine) << pretty(problems);
  const auto base = overlay::load_attire(assets_folder()->string(), "plain");
  EXPECT_EQ(mine->name, "my");
  EXPECT_EQ(mine->palette.price, (overlay::Color{0x7A, 0x10, 0x10}));
  EXPECT_EQ(mine->palette.panel.from, base->palette.panel.from.with_alpha(1));
  EXPECT_EQ(mine->palette.text, base->palette.text);
  EXPECT_EQ(mine->host, base->host);
  const auto as_red = read("", problems);
  EXPECT_EQ(as_red->palette, overlay::load_attire(assets_folder()->string(), "red")->palette);
}

TEST(ThemeFile, works_out_what_follows_from_its_colours) {
  std::vector<Problem> problems;
  const auto light = read(
      "panel = [\"#FFFFFF\", \"#F0F0F0\"]\npanel_alpha = 1\ntext = \"#101010\"\ntext2 = "
      "\"#303030\"\n"
      "accent = \"#20409A\"\nprice = \"#8A1010\"\nwarn = \"#6A3A00\"\nslate = [\"#FFFFFF\", "
      "\"#EEEEEE\"]\nchat_scrim = \"#FFFFFF\"\nchat_alpha = 0.95\nchat_text = \"#101010\"\n"
      "chat_names = \"light\"\n",
      problems);
  ASSERT_TRUE(light) << pretty(problems);
  EXPECT_EQ(light->palette.plus_pill, (overlay::Color{255, 255, 255}));
  EXPECT_EQ(light->fan, overlay::load_attire(assets_folder()->string(), "plain")->fan);
}

TEST(ThemeFile, of_two_colours_that_cannot_be_read_names_both_keys_at_their_place) {
  const auto said = refusal("# mine\nprice = \"#7A1A1E\"\n");
  EXPECT_THAT(said, HasSubstr("my.toml:2:9"));
  EXPECT_THAT(said, HasSubstr("把 price 和 panel 调得一深一浅"));
  EXPECT_THAT(said, HasSubstr("4.5:1"));
  EXPECT_THAT(refusal("panel = [\"#F0D0D0\", \"#430A0D\"]\n"), HasSubstr("my.toml:1:9"));
  EXPECT_THAT(refusal("chat_scrim = \"#FFFFFF\"\n"), HasSubstr("chat_scrim"));
}

TEST(ThemeFile, refuses_whatever_is_no_theme_with_its_place) {
  const std::string deep(100'000, '[');
  const struct {
    std::string text;
    const char* said;
  } cases[] = {
      {"prize = \"#FFFFFF\"", "是不是想写 price"},
      {"[canvas]\nw = 1", "不能改位置和大小"},
      {"x = 96\ny = 54", "不能改位置和大小"},
      {"name_size = 200", "不能改位置和大小"},
      {"price = \"gold\"", "my.toml:1:9"},
      {"price = \"#FFF\"", "颜色要写成"},
      {"price = \"#GGGGGG\"", "颜色要写成"},
      {"price = 16777215", "颜色要写成"},
      {"price = [\"#FFFFFF\", \"#000000\"]", "颜色要写成"},
      {"panel = \"#6B1216\"", "要写两个颜色"},
      {"panel = [\"#6B1216\"]", "要写两个颜色"},
      {"panel = [[\"#6B1216\"], [\"#6B1216\"]]", "要写两个颜色"},
      {"panel_alpha = 1.5", "0 到 1"},
      {"panel_alpha = -0.1", "0 到 1"},
      {"panel_alpha = nan", "0 到 1"},
      {"panel_alpha = inf", "0 到 1"},
      {"panel_alpha = \"0.9\"", "0 到 1"},
      {"motif = \"five-stars\"", "图案只能是"},
      {"motif = \"pictures/x.png\"", "[station] mark"},
      {"chat_names = \"../red\"", "只能是"},
      {"slate_hills = [\"#000000\", \"#000000\", \"#000000\"]", "四个颜色"},
      {"base = \"../../etc/passwd\"", "base 只能是"},
      {"base = \"my\"", "base 只能是"},
      {"base = 3", "base 只能是"},
      {"price = \"#FFFFFF\"\nprice = \"#FFFFFF\"", "my.toml:2"},
      {"{\"panel\": []}", "不是 TOML"},
      {deep, "my.toml"},
      {std::string("price = \"#\0\"", 11), "UTF-8"},
      {"\xFF\xFE\x00p", "UTF-8"},
      {"<svg onload=x>", "my.toml:1"},
  };
  for (const auto& one : cases) {
    const auto said = refusal(one.text);
    if (std::string_view(one.said) == "不是 TOML") {
      EXPECT_FALSE(said.empty());
    } else {
      EXPECT_THAT(said, HasSubstr(one.said)) << one.text.substr(0, 80);
    }
    EXPECT_LT(said.size(), 2000U);
  }
}

TEST(ThemeFile, tells_everything_wrong_at_once) {
  std::vector<Problem> problems;
  EXPECT_FALSE(read("base = \"blue\"\nprize = 1\ntext = 2\n", problems));
  EXPECT_EQ(problems.size(), 3U);
}

TEST(ThemeFile, has_every_key_in_the_page_for_people) {
  std::ifstream file(XB_SOURCE_DIR "/docs/themes.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  for (const auto& key : theme_keys())
    EXPECT_THAT(page, HasSubstr("| `" + std::string(key.name) + "` |"));
}

class ShowWithTheme : public testing::Test {
 protected:
  LoadedShow load(const std::string& station) {
    folder_.write("show.toml", "[station]\nname = \"竹园村\"\n" + station);
    return load_show(folder_.path());
  }
  TemporaryFolder folder_;
};

TEST_F(ShowWithTheme, finds_its_own_theme_and_mark_in_its_folder) {
  const auto example = *assets_folder() / "shows/landscape";
  std::filesystem::create_directories(folder_.path() / "pictures");
  std::filesystem::copy(example / "themes", folder_.path() / "themes");
  std::filesystem::copy(example / "pictures/mark.png", folder_.path() / "pictures/mark.png");
  const auto loaded = load("theme = \"tea\"\nmark = \"pictures/mark.png\"\n");
  ASSERT_TRUE(loaded.show) << pretty(loaded.problems);
  EXPECT_EQ(loaded.show->attire->name, "tea");
  EXPECT_GT(loaded.show->attire->mark.side, 0);
  // watched like everything else
  EXPECT_THAT(loaded.files, testing::Contains(folder_.path() / "themes/tea.toml"));
  EXPECT_THAT(loaded.files, testing::Contains(folder_.path() / "pictures/mark.png"));
}

TEST_F(ShowWithTheme, says_at_the_key_that_there_is_no_such_theme_and_watches_for_it) {
  const auto loaded = load("theme = \"harvst\"\n");
  EXPECT_THAT(pretty(loaded.problems), HasSubstr("show.toml:3:9"));
  EXPECT_THAT(pretty(loaded.problems), HasSubstr("harvest"));
  EXPECT_THAT(loaded.files, testing::Contains(folder_.path() / "themes/harvst.toml"));
}

TEST_F(ShowWithTheme, opens_no_theme_or_mark_outside_its_folder) {
  for (const auto* name : {"../red", "/etc/passwd", "a/b", "Red", "a.b", "红"}) {
    const auto said = pretty(load("theme = \"" + std::string(name) + "\"\n").problems);
    EXPECT_THAT(said, HasSubstr("show.toml:3:9")) << name;
  }
  TemporaryFolder outside;
  outside.write("t.toml", "");
  std::filesystem::create_directories(folder_.path() / "themes");
  std::filesystem::create_symlink(outside.path() / "t.toml", folder_.path() / "themes/t.toml");
  EXPECT_THAT(pretty(load("theme = \"t\"\n").problems), HasSubstr("链接"));
  for (const auto* mark : {"../mark.png", "/etc/passwd", "pictures/none.png", "file:mark.png"}) {
    const auto said = pretty(load("mark = \"" + std::string(mark) + "\"\n").problems);
    EXPECT_THAT(said, HasSubstr("show.toml:3:8")) << mark;
  }
  folder_.write("themes/huge.toml", std::string(100'000, '#'));
  EXPECT_FALSE(load("theme = \"huge\"\n").show);
  std::filesystem::create_directories(folder_.path() / "themes/dir.toml");
  EXPECT_FALSE(load("theme = \"dir\"\n").show);
}

TEST_F(ShowWithTheme, refuses_a_mark_that_is_none_at_its_key) {
  folder_.write("pictures/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
  folder_.write("pictures/cut.png", "\x89PNG\r\n\x1A\n");
  for (const auto* mark : {"pictures/mark.svg", "pictures/cut.png"}) {
    const auto said = pretty(load("mark = \"" + std::string(mark) + "\"\n").problems);
    EXPECT_THAT(said, HasSubstr("show.toml:3:8")) << mark;
  }
}

}  // namespace
}  // namespace xb::studio
