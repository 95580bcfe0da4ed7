// The Shows of one computer: made, copied, renamed, chosen.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_shelf.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/files.h"
#include "net/json.h"
#include "studio/assets.h"
#include "studio/show.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

class ShowShelfTest : public testing::Test {
 protected:
  ShowShelf shelf_with(const std::string& open, const std::string& given = "") {
    return ShowShelf({.shows = shows,
                      .open = shows / open,
                      .given = given.empty() ? fs::path() : folder.path() / given,
                      .examples = *assets_folder() / "shows",
                      .secrets = folder.path() / "secrets.toml"});
  }
  static std::string code_of(const Result<std::string>& result) {
    return result ? "" : std::string(result.error().name());
  }
  static OrderedJson entry(const ShowShelf& shelf, const std::string& name) {
    const auto list = shelf.list();
    for (const auto& one : list["shows"])
      if (one["name"] == name) return one;
    return nullptr;
  }
  TemporaryFolder folder;
  fs::path shows = folder.path() / "data" / "shows";
};

TEST_F(ShowShelfTest, a_name_is_a_plain_word_or_refused) {
  EXPECT_EQ(*show_name("  国庆 专场 "), "国庆 专场");
  EXPECT_EQ(*show_name("Market day 2"), "Market day 2");
  for (const auto* bad : {"", "   ", ".", "..", ".hidden", "a/b", "a\\b", "C:", "a?", "-x", "end.",
                          "\xFF\xFE", "\x01", "12345678901234567890123456789012345678901"})
    EXPECT_EQ(code_of(show_name(bad)), "show.name") << bad;
}

TEST_F(ShowShelfTest, makes_copies_and_renames_and_writes_nothing_over) {
  auto shelf = shelf_with("none");
  EXPECT_EQ(*shelf.make("晚会", "landscape"), "晚会");
  EXPECT_EQ(code_of(shelf.make("晚会", "portrait")), "show.taken");
  EXPECT_EQ(code_of(shelf.make("别的", "../../etc")), "control.arguments");
  const auto made = load_show(shows / "晚会").show;
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->counter.baseline) << "nobody has 1286 followers before the first live";
  EXPECT_TRUE(made->publish.empty());
  EXPECT_TRUE(made->screen.notices.empty());
  EXPECT_EQ(made->tables->products.size(), 5U);
  std::ofstream(shows / "晚会" / "products.csv.former") << "old";
  fs::create_symlink("/etc/passwd", shows / "晚会" / "link.txt");
  EXPECT_EQ(*shelf.copy("晚会", "晚会 2"), "晚会 2");
  ASSERT_TRUE(load_show(shows / "晚会 2").show);
  EXPECT_FALSE(fs::exists(shows / "晚会 2" / "products.csv.former"));
  EXPECT_FALSE(fs::exists(fs::symlink_status(shows / "晚会 2" / "link.txt")));
  EXPECT_EQ(code_of(shelf.copy("没有", "x")), "show.unknown");
  EXPECT_EQ(code_of(shelf.rename("晚会 2", "晚会")), "show.taken");
  EXPECT_EQ(*shelf.rename("晚会 2", "早市"), "早市");
  EXPECT_FALSE(fs::exists(shows / "晚会 2"));
  EXPECT_EQ(code_of(shelf.rename("../晚会", "x")), "show.unknown");
  const auto one = entry(shelf, "早市");
  EXPECT_EQ(one["station"], "竹园村");
  EXPECT_GT(one["changed_ms"].get<std::int64_t>(), 1'600'000'000'000);
  EXPECT_FALSE(one["is_open"]);
  EXPECT_EQ(shelf.list()["shows"].size(), 2U) << "nothing is left of how they were made";
}

TEST_F(ShowShelfTest, the_chosen_one_keeps_its_place_under_another_name) {
  auto shelf = shelf_with("甲");
  ASSERT_TRUE(shelf.make("甲", "landscape"));
  ASSERT_TRUE(shelf.make("乙", "portrait"));
  ASSERT_TRUE(shelf.make("丙", "portrait"));
  ASSERT_TRUE(shelf.choose("乙"));
  ASSERT_TRUE(shelf.rename("乙", "丁")) << "it is not open yet";
  EXPECT_EQ(*chosen_show(shows), shows / "丁");
}

TEST_F(ShowShelfTest, the_chosen_one_is_opened_at_the_next_start) {
  EXPECT_FALSE(chosen_show(shows));
  auto shelf = shelf_with("甲");
  ASSERT_TRUE(shelf.make("甲", "landscape"));
  ASSERT_TRUE(shelf.make("乙", "portrait"));
  ASSERT_TRUE(shelf.choose("甲"));
  EXPECT_EQ(*chosen_show(shows), shows / "甲");
  EXPECT_TRUE(shelf.is_open("甲"));
  ASSERT_TRUE(shelf.rename("甲", "丙"));
  EXPECT_EQ(*chosen_show(shows), shows / "丙") << "renamed, it is still the chosen one";
  EXPECT_TRUE(shelf.is_open("丙"));
  std::ofstream(shows / "乙" / "show.toml") << "[video]\nwidth = 3\n";
  const auto refused = shelf.choose("乙");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::show_invalid);
  EXPECT_FALSE(entry(shelf, "乙")["problem"].is_null());
  EXPECT_EQ(*chosen_show(shows), shows / "丙");
  fs::remove_all(shows / "丙");
  EXPECT_EQ(*chosen_show(shows), shows / "乙")
      << "one that went is no reason to begin from nothing";
  std::ofstream(shows / ".chosen") << "../../elsewhere";
  EXPECT_EQ(*chosen_show(shows), shows / "乙");
}

TEST_F(ShowShelfTest, the_one_of_the_command_line_is_listed_too) {
  fs::create_directories(folder.path() / "mine");
  std::ofstream(folder.path() / "mine" / "show.toml") << "[station]\nname = \"村\"\n";
  auto shelf = shelf_with("none", "mine");
  const auto one = entry(shelf, "");
  EXPECT_TRUE(one["is_given"]);
  EXPECT_EQ(one["folder"], "mine");
  EXPECT_EQ(*shelf.copy("", "抄来的"), "抄来的");
  EXPECT_EQ(code_of(shelf.rename("", "x")), "show.unknown");
  EXPECT_TRUE(shelf.choose(""));
  const auto zip = shelf.share("");
  ASSERT_TRUE(zip);
  EXPECT_EQ(*shelf.open_zip(*zip, "收来的"), "收来的");
  EXPECT_EQ(code_of(shelf.open_zip("rubbish", "坏的")), "show.zip");
  EXPECT_FALSE(fs::exists(shows / "坏的"));
  EXPECT_EQ(shelf.list()["shows"].size(), 3U);
}

TEST_F(ShowShelfTest, the_walk_is_kept_until_it_is_done) {
  auto shelf = shelf_with("none");
  EXPECT_FALSE(shelf.walk().is_open);
  ASSERT_TRUE(shelf.keep_walk({true, false, 1}));
  EXPECT_FALSE(shelf.walk().is_open) << "it is opened by the first start alone";
  fs::create_directories(shows);
  ASSERT_TRUE(begin_walk(shows));
  EXPECT_TRUE(shelf.walk().is_open);
  EXPECT_EQ(shelf.walk().step, 0);
  ASSERT_TRUE(shelf.keep_walk({true, true, 2}));
  EXPECT_TRUE(shelf.walk().is_left);
  EXPECT_EQ(shelf.walk().step, 2);
  ASSERT_TRUE(shelf.keep_walk({false, false, 0}));
  EXPECT_FALSE(shelf.walk().is_open);
}

}  // namespace
}  // namespace xb::studio
