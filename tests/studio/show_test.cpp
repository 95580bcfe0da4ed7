// SPDX-License-Identifier: Apache-2.0
#include "studio/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "studio/assets.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Show, examples_are_right_and_complete) {
  const auto assets = assets_folder();
  ASSERT_TRUE(assets) << assets.error().en();
  for (const auto& entry : fs::directory_iterator(*assets / "shows")) {
    const auto loaded = load_show(entry.path());
    ASSERT_TRUE(loaded.show) << pretty(loaded.problems);
    const auto& tables = *loaded.show->tables;
    EXPECT_GE(tables.products.size(), 3U);
    EXPECT_GE(tables.captions.size(), 3U);
    EXPECT_FALSE(tables.notices.empty());
    for (const auto& product : tables.products) EXPECT_TRUE(fs::exists(product.picture));
  }
}

TEST(Show, examples_write_every_part_of_the_schema) {
  std::ifstream file(XB_SOURCE_DIR "/assets/shows/landscape/show.toml");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  for (const auto* part : {"[station]", "[video]", "[[canvas]]", "[source]", "[counter]",
                           "[screen]", "[record]", "[[chat]]", "[[publish]]", "[limits]"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(Show, needs_nothing_but_a_name) {
  const TemporaryFolder folder;
  folder.write("show.toml", "[station]\nname = \"a\"\n[source]\nfrom = \"file:clip.mp4\"\n");
  const auto loaded = load_show(folder.path());
  ASSERT_TRUE(loaded.show) << pretty(loaded.problems);
  EXPECT_TRUE(loaded.show->tables->products.empty());
  EXPECT_EQ(loaded.show->source.from,
            "file:" + (fs::canonical(folder.path()) / "clip.mp4").string());
}

TEST(Show, missing_folder_or_file_is_one_sentence) {
  const TemporaryFolder folder;
  EXPECT_EQ(load_show(folder.path() / "nobody").problems.size(), 1U);
  EXPECT_EQ(load_show(folder.path()).problems.size(), 1U);
  const auto file = folder.write("x", "x");
  EXPECT_EQ(load_show(file).problems.size(), 1U);
}

TEST(Show, opens_nothing_that_a_link_leads_to_outside_the_folder) {
  const TemporaryFolder outside;
  outside.write("show.toml", "[station]\nname = \"CANARY\"\n");
  outside.write("products.csv", "id,number,name,price,unit,CANARY\n");
  for (const auto* name : {"show.toml", "products.csv", "captions.csv"}) {
    const TemporaryFolder folder;
    folder.write("show.toml", "[station]\nname = \"a\"\n");
    fs::remove(folder.path() / name);
    fs::create_symlink(outside.path() / name, folder.path() / name);  // captions.csv: to nowhere
    const auto problems = load_show(folder.path()).problems;
    ASSERT_EQ(problems.size(), 1U) << name;
    EXPECT_EQ(problems.front().file, (folder.path() / name).string());
    EXPECT_EQ(pretty(problems).find("CANARY"), std::string::npos) << pretty(problems);
  }
}

TEST(Show, says_so_when_a_file_of_it_is_a_folder_or_a_pipe) {
  for (const auto* name : {"show.toml", "products.csv", "captions.csv"}) {
    const TemporaryFolder folder;
    folder.write("show.toml", "[station]\nname = \"a\"\n");
    fs::remove(folder.path() / name);
    fs::create_directory(folder.path() / name);
    EXPECT_EQ(load_show(folder.path()).problems.size(), 1U) << name;
    fs::remove(folder.path() / name);
    ASSERT_EQ(::mkfifo((folder.path() / name).c_str(), 0600), 0);
    EXPECT_EQ(load_show(folder.path()).problems.size(), 1U) << name;
  }
}

TEST(Show, refuses_a_huge_file_and_bytes_that_are_no_text) {
  const TemporaryFolder folder;
  folder.write("show.toml", std::string(257U * 1024U, '#'));
  EXPECT_EQ(load_show(folder.path()).problems.size(), 1U);
  folder.write("show.toml", std::string_view("[station]\nname = \"a\0b\"\n", 23));
  const auto nul = load_show(folder.path()).problems;
  ASSERT_EQ(nul.size(), 1U);
  EXPECT_EQ(nul.front().line, 2);
  EXPECT_EQ(nul.front().column, 10);
  folder.write("show.toml", "[station]\nname = \"\xB4\xE5\"\n");
  EXPECT_EQ(load_show(folder.path()).problems.size(), 1U);
}

// What `one` repeats to, up to just below the limit of a file.
std::string many(std::string_view one) {
  std::string out;
  while (out.size() + one.size() < 250'000) out += one;
  return out;
}

TEST(Show, refuses_what_is_nested_too_deep_at_its_place) {
  for (const auto& text :
       {"[" + many("a.") + "a]", many("a.") + "a = 1", "a = {" + many("a.") + "a = 1}",
        "a = " + many("["), "a = " + many("{a = "), "a = " + many("{a.a.a.a.a.a.a.a = "),
        "a = \"\"\"x\"\"\"\"\"\n" + many("\"\".") + "a = 1",
        "a = '''x''''\n" + many("''.") + "a = 1", "a = 'x\\'\n" + many("\"\\\".\".") + "a = 1",
        "a = \"\" # \"\n" + many("a.") + "a = 1"}) {
    const TemporaryFolder folder;
    folder.write("show.toml", "[station]\nname = \"a\"\n" + text + "\n");
    const auto problems = load_show(folder.path()).problems;
    ASSERT_EQ(problems.size(), 1U) << text.substr(0, 40);
    EXPECT_GE(problems.front().line, 3) << text.substr(0, 40);
    EXPECT_LT(problems.front().column, 400) << text.substr(0, 40);
  }
}

TEST(Show, takes_a_byte_order_mark_and_windows_line_ends) {
  const TemporaryFolder folder;
  folder.write("show.toml", "\xEF\xBB\xBF[station]\r\nname = \"a\"\r\n");
  EXPECT_TRUE(load_show(folder.path()).show);
}

TEST(Show, bitrate_follows_the_canvas) {
  VideoShow video;
  EXPECT_EQ(nominal_bitrate_kbps(video), 3000);
  video.width = 1920;
  video.height = 1080;
  EXPECT_NEAR(nominal_bitrate_kbps(video), 5400, 200);
  video.bitrate_kbps = 1234;
  EXPECT_EQ(nominal_bitrate_kbps(video), 1234);
}

TEST(Show, problems_are_told_in_the_order_of_their_places) {
  EXPECT_EQ(pretty({{"a", 3, 1, "三", "three"}, {"a", 0, 0, "零", "zero"}}),
            "a: 零 / zero\na:3:1: 三 / three\n");
}

}  // namespace
}  // namespace xb::studio
