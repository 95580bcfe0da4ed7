// render's side of the Show: events files and the pictures they lead to.
// SPDX-License-Identifier: Apache-2.0
#include "studio/offline_show.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "studio/assets.h"
#include "tests/support/temp_folder.h"

namespace xb::studio {
namespace {

class OfflineShowTest : public testing::Test {
 protected:
  Result<std::vector<OfflineEvent>> read(const std::string& text) const {
    const auto path = (folder_ / "events.jsonl").string();
    std::ofstream(path) << text;
    return read_events(path);
  }

  static bool has(const overlay::Bitmaps& bitmaps, overlay::LayerName layer) {
    return std::any_of(bitmaps.layers.begin(), bitmaps.layers.end(),
                       [&](const auto& one) { return one.layer == layer; });
  }

  test::TempFolder folder_;
};

TEST_F(OfflineShowTest, sorts_events_by_their_time) {
  const auto events = read(
      "{\"time_ms\":900,\"name\":\"product.hide\"}\n\n{\"time_ms\":100,\"kind\":\"follow\","
      "\"platform\":\"a\",\"user\":{\"id\":\"1\"}}\r\n");
  ASSERT_TRUE(events) << events.error().log_line();
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ(events->front().time, SessionTime(from_ms(100)));
}

TEST_F(OfflineShowTest, names_file_and_line_of_a_wrong_event) {
  for (const std::string wrong :
       {"{\"kind\":\"chat\"}", "not json", "{\"time_ms\":-1,\"name\":\"live.end\"}",
        "{\"time_ms\":1,\"name\":\"nonsense\"}", "[1]",
        "{\"time_ms\":1.5,\"name\":\"live.end\"}"}) {
    const auto events = read("{\"time_ms\":1,\"name\":\"product.hide\"}\n" + wrong + "\n");
    ASSERT_FALSE(events) << wrong;
    EXPECT_NE(events.error().detail().find("events.jsonl:2: "), std::string::npos)
        << events.error().detail();
  }
}

TEST_F(OfflineShowTest, shows_follows_and_commands_at_their_time_and_counts_a_repeat_once) {
  const auto assets = assets_folder();
  ASSERT_TRUE(assets);
  auto loaded = load_show(*assets / "shows" / "landscape");
  ASSERT_TRUE(loaded.show);
  auto& show = *loaded.show;
  show.counter.baseline = 1280;
  const auto product = show.tables->products.front().id;
  auto events = read(
      "{\"time_ms\":100,\"kind\":\"follow\",\"platform\":\"a\",\"id\":\"x\",\"user\":{\"id\":\"1\","
      "\"name\":\"春燕\"}}\n"
      "{\"time_ms\":200,\"kind\":\"follow\",\"platform\":\"a\",\"id\":\"x\",\"user\":{\"id\":\"1\","
      "\"name\":\"春燕\"}}\n"
      "{\"time_ms\":300,\"name\":\"product.show\",\"args\":{\"product\":\"" +
      product + "\"}}\n");
  ASSERT_TRUE(events);
  auto offline = OfflineShow::make(show, assets->string(), std::move(*events));
  ASSERT_TRUE(offline) << offline.error().log_line();
  const auto before = offline->at(SessionTime(from_ms(99)));
  ASSERT_TRUE(before);
  EXPECT_EQ((*before)->counter_total, 1280);
  const auto after = offline->at(SessionTime(from_ms(299)));
  ASSERT_TRUE(after);
  EXPECT_EQ((*after)->counter_total, 1281);
  EXPECT_EQ((*after)->counter_gained, 1);
  EXPECT_FALSE(has(**after, overlay::LayerName::product_card));
  const auto shown = offline->at(SessionTime(from_ms(300)));
  ASSERT_TRUE(shown);
  EXPECT_TRUE(has(**shown, overlay::LayerName::product_card));
}

TEST_F(OfflineShowTest, marks_the_first_words_of_a_person) {
  const auto assets = assets_folder();
  ASSERT_TRUE(assets);
  auto loaded = load_show(*assets / "shows" / "landscape");
  ASSERT_TRUE(loaded.show);
  const std::string words =
      R"("kind":"chat","platform":"a","text":"好","user":{"id":"1","name":"春燕"}})";
  auto events = read(R"({"time_ms":0,)" + words + "\n" + R"({"time_ms":20000,)" + words + "\n");
  ASSERT_TRUE(events);
  auto offline = OfflineShow::make(*loaded.show, assets->string(), std::move(*events));
  ASSERT_TRUE(offline) << offline.error().log_line();
  const auto width_at = [&](std::int64_t ms) {
    const auto bitmaps = *offline->at(SessionTime(from_ms(ms)));
    const auto line =
        std::find_if(bitmaps->layers.begin(), bitmaps->layers.end(),
                     [](const auto& one) { return one.layer == overlay::LayerName::chat_panel; });
    return line == bitmaps->layers.end() ? 0 : line->bitmap->width;
  };
  const int first = width_at(0);
  const int second = width_at(20'000);
  EXPECT_GT(second, 0);
  EXPECT_GT(first, second);  // by the badge
}

}  // namespace
}  // namespace xb::studio
