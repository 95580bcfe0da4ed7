// What another reading of the Show changes: pure functions.
// SPDX-License-Identifier: Apache-2.0
#include "studio/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "overlay/theme.h"

namespace xb::studio {
namespace {

Show show_with(std::vector<overlay::Product> products,
               std::vector<overlay::Caption> captions = {}) {
  Show show;
  show.station.name = "竹园村";
  auto tables = std::make_shared<overlay::Tables>();
  tables->products = std::move(products);
  tables->captions = std::move(captions);
  show.tables = std::move(tables);
  return show;
}

overlay::Product orange(const std::string& price) {
  return {"orange", 3, "果冻橙", "果园", price, "5 斤装", 128, "", "", 0};
}

const overlay::Caption well{"well", "1935", "一口井", "文", "来源", overlay::CaptionKind::heritage};

TEST(Reload, takes_up_what_is_on_the_picture_and_names_the_keys_that_need_a_restart) {
  const auto opened = show_with({orange("29.9")});
  auto read = show_with({orange("19.9")});
  read.station.name = "望溪村";
  read.station.theme = "plain";
  read.screen.notices = {"今晚八点"};
  read.screen.shows_chat = false;
  read.video.width = 1920;
  read.counter.baseline = 7;
  read.publish = {{"抖音", "rtmp://push.example.com/live", true}};
  read.limits.sockets = 9;
  read.record.is_clean = true;
  read.canvases.push_back({"竖屏", 720, 1280, 0, Placement::cover, {}});
  const auto next = reload(opened, read);
  EXPECT_EQ(next.show.station, read.station);
  EXPECT_EQ(next.show.screen, read.screen);
  EXPECT_EQ(next.show.tables, read.tables);
  EXPECT_EQ(next.show.video.width, opened.video.width);
  EXPECT_EQ(next.show.counter.baseline, opened.counter.baseline);
  EXPECT_TRUE(next.show.publish.empty());
  EXPECT_THAT(next.waiting, testing::ElementsAre("video.width", "counter.baseline", "record.clean",
                                                 "limits.sockets", "[[canvas]]", "[[publish]]"));
  EXPECT_TRUE(reload(opened, opened).waiting.empty());
}

TEST(Reload, tells_every_row_that_differs_with_what_it_was_and_is) {
  const auto before = show_with({orange("29.9")}, {well});
  auto after = show_with({orange("19.9"), {"tea", 4, "茶", "", "45", "250 克", {}, "", "", 0}});
  after.screen.opens_at = "19:30";
  const auto changes = changes_of(before, after);
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0]["table"], "products");
  EXPECT_EQ(changes[0]["id"], "orange");
  EXPECT_EQ(changes[0]["before"]["price"], "29.9");
  EXPECT_EQ(changes[0]["after"]["price"], "19.9");
  EXPECT_EQ(changes[0]["after"]["unit"], "5 斤装");
  EXPECT_EQ(changes[1]["id"], "tea");
  EXPECT_TRUE(changes[1]["before"].is_null());
  EXPECT_EQ(changes[2]["id"], "well");
  EXPECT_TRUE(changes[2]["after"].is_null());
  EXPECT_EQ(changes[3]["table"], "screen");
  EXPECT_TRUE(changes[3]["id"].is_null());
  EXPECT_EQ(changes[3]["after"]["opens_at"], "19:30");
  EXPECT_TRUE(changes_of(before, before).empty());
}

TEST(Reload, sees_another_attire_of_the_same_name_as_a_change) {
  auto before = show_with({});
  auto attire = std::make_shared<overlay::Attire>();
  before.attire = attire;
  auto after = before;
  after.attire = std::make_shared<overlay::Attire>(*attire);
  EXPECT_TRUE(is_same_on_air(before, after));
  auto other = std::make_shared<overlay::Attire>(*attire);
  other->palette.price = {1, 2, 3};
  after.attire = other;
  EXPECT_FALSE(is_same_on_air(before, after));
  EXPECT_EQ(changes_of(before, after)[0]["table"], "station");
}

TEST(Reload, keeps_the_row_on_air_that_the_tables_have_lost_and_no_other) {
  const auto shown =
      show_with({orange("29.9"), {"tea", 4, "茶", "", "45", "克", {}, "", "", 0}}, {well});
  const auto next = show_with({}).tables;
  overlay::Scene scene;
  EXPECT_EQ(keep_rows_on_air(next, *shown.tables, scene).tables, next);
  scene.product = "orange";
  const auto kept = keep_rows_on_air(next, *shown.tables, scene);
  ASSERT_EQ(kept.tables->products.size(), 1U);
  EXPECT_EQ(kept.tables->products[0].price, "29.9");
  EXPECT_TRUE(kept.tables->captions.empty());
  EXPECT_THAT(kept.kept, testing::ElementsAre("orange"));
  const auto back = show_with({orange("9.9")}).tables;
  EXPECT_EQ(keep_rows_on_air(back, *kept.tables, scene).tables, back);
}

TEST(Reload, says_the_first_problem_with_its_place_and_how_many_more) {
  const std::filesystem::path folder = "/shows/one";
  const auto said = first_of(
      {{"/shows/one/show.toml", 2, 1, "乙", "B"}, {"/shows/one/products.csv", 3, 5, "甲", "A"}},
      folder);
  EXPECT_EQ(said.zh, "products.csv:3:5 甲；另外还有 1 处");
  EXPECT_EQ(said.en, "products.csv:3:5 A; and 1 more");
  EXPECT_EQ(first_of({{"/shows/one/a.png", 0, 0, "甲", "A"}}, folder).en, "a.png A");
}

}  // namespace
}  // namespace xb::studio
