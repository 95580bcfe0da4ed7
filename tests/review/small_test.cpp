// Thinning, grams, loudness and proposals. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "review/exports.h"
#include "review/grams.h"
#include "review/peaks.h"
#include "review/sound.h"
#include "review/thin.h"

namespace xb::review {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Thin, the_lowest_the_highest_and_the_ends_stay) {
  std::vector<Point> points;
  for (int i = 0; i < 100'000; ++i) points.push_back({i * 10, i % 7});
  points[54'321].value = 999;
  points[77'777].value = -5;
  const auto thin = thinned(points, 2000);
  EXPECT_LE(thin.size(), 2000U);
  EXPECT_GT(thin.size(), 1000U);
  EXPECT_EQ(thin.front().t, 0);
  EXPECT_EQ(thin.back(), points.back());
  EXPECT_NE(std::find(thin.begin(), thin.end(), points[54'321]), thin.end());
  EXPECT_NE(std::find(thin.begin(), thin.end(), points[77'777]), thin.end());
  EXPECT_EQ(thinned({{1, 2}}, 8), (std::vector<Point>{{1, 2}}));
}

TEST(Thin, a_step_without_news_takes_no_place) {
  std::vector<Point> points;
  for (const auto& [t, value] : {std::pair{0, 1}, {5, 1}, {6, 2}, {6, 3}, {4, 4}})
    add_step(points, t, value);
  EXPECT_THAT(points, ElementsAre(Point{0, 1}, Point{6, 4}));
}

TEST(Thin, steps_without_end_keep_the_highest_and_the_last_and_no_more_than_a_curve_may_have) {
  constexpr auto steps = static_cast<std::int64_t>(3 * most_curve_steps);
  std::vector<Point> points;
  std::size_t most = 0;
  for (std::int64_t t = 0; t < steps; ++t) {
    add_step(points, t, t == 1000 ? 2 * steps : t);
    most = std::max(most, points.size());
  }
  EXPECT_LE(most, most_curve_steps);
  EXPECT_TRUE(std::is_sorted(points.begin(), points.end(),
                             [](const Point& a, const Point& b) { return a.t < b.t; }));
  EXPECT_EQ(points.front(), (Point{0, 0}));
  EXPECT_EQ(points.back(), (Point{steps - 1, steps - 1}));
  EXPECT_NE(std::find(points.begin(), points.end(), Point{1000, 2 * steps}), points.end());
}

TEST(Grams, pairs_of_neighbours_and_the_last_of_each_run) {
  EXPECT_EQ(grams_of("蘑菇汤，Ａb!"), "蘑菇 菇汤 汤 ab b");
  EXPECT_EQ(gram_query("蘑菇"), "\"蘑菇\"");
  EXPECT_EQ(gram_query("蘑菇汤"), "\"蘑菇\" AND \"菇汤\"");
  EXPECT_EQ(gram_query("蘑"), "\"蘑\"*");
  EXPECT_EQ(gram_query("\"*() "), "");
}

TEST(Sound, silence_of_fifteen_seconds_is_a_problem_and_a_gap_is_none) {
  std::vector<std::int16_t> peaks(200, 50);
  std::fill(peaks.begin() + 20, peaks.begin() + 49, 0);     // 14.5 s
  std::fill(peaks.begin() + 60, peaks.begin() + 90, 0);     // 15 s
  std::fill(peaks.begin() + 100, peaks.begin() + 160, -1);  // not recorded
  const auto found = silences_in(peaks, 500);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].from, 30'000);
  EXPECT_EQ(found[0].to, 45'000);
  EXPECT_EQ(loudness_of(1), 100);
  EXPECT_EQ(loudness_of(0), 0);
  EXPECT_EQ(loudness_of(0.001F), 0);
  EXPECT_EQ(loudness_of(std::nanf("")), 0);
  EXPECT_EQ(loudness_of(2), 100);
}

TEST(WallText, of_a_moment_is_empty_where_nobody_knows_when_it_began) {
  Evening evening;
  EXPECT_EQ(wall_text_at(evening, 5000), "");
  evening.began_wall_ms = 1'780'000'000'000;
  EXPECT_EQ(wall_text_at(evening, 5000), wall_text(1'780'000'005'000));
}

TEST(Exports, cells_and_clocks) {
  EXPECT_EQ(csv_cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(csv_cell("-1,2"), "\"'-1,2\"");
  EXPECT_EQ(clock_text(3'723'456, ','), "01:02:03,456");
  EXPECT_EQ(xml_text("<a&\"\x01>"), "&lt;a&amp;&quot;&gt;");
}

TEST(Exports, a_day_that_is_not_known_is_none) {
  EXPECT_EQ(wall_text(0), "");
  EXPECT_EQ(wall_text(1'700'000'000'000).size(), 19U);
}

TEST(Exports, nobody_is_called_by_a_part_of_a_name) {
  Pseudonyms names({});
  const auto heard = [&](const std::string& name) {
    ChatLine line;
    line.platform = "test";
    line.name = name;
    names.name_of(line);
  };
  for (const auto* name : {"王", "Zhang San", "li", "张三"}) heard(name);
  const auto said = [&](const std::string& text) {
    ChatLine line;
    line.text = text;
    return names.text_of(line);
  };
  EXPECT_EQ(said("@Zhang San hi"), "@观众 2 hi") << "a name with a space in it";
  EXPECT_EQ(said("@王小明你好"), "@观众") << "another one of that family";
  EXPECT_EQ(said("@王 你好 @王，来"), "@观众 1 你好 @观众 1，来");
  EXPECT_EQ(said("@lisa hi @li hi"), "@观众 hi @观众 3 hi");
  EXPECT_EQ(said("@张三你好"), "@观众 4你好");
  EXPECT_EQ(said("@ @"), "@ @");
}

TEST(Peaks, the_best_minutes_where_something_is_recorded) {
  Evening evening;
  evening.duration_ms = 600'000;
  evening.segments = {{"program-000.mp4", {0, 300'000}}};
  evening.figures.comments = 100;
  for (int i = 0; i < 10; ++i) evening.comments.push_back({i * 60'000, i == 2 ? 55 : 5});
  evening.pluses = {{130'000, 1, "a", "x", "feed", 2}, {400'000, 2, "b", "x", "feed", 9}};
  const auto peaks = peaks_of(evening);
  ASSERT_THAT(peaks, SizeIs(1));
  EXPECT_LE(peaks[0].on.from, 120'000);
  EXPECT_EQ(peaks[0].on.to, 180'000);
  EXPECT_THAT(peaks_of({}), IsEmpty());
}

TEST(BestMoment, is_where_most_came_while_something_was_shown) {
  Evening e;
  EXPECT_FALSE(best_moment(e));
  const auto came = [&](std::int64_t t) { e.pluses.push_back({t, 0, "甲", "x", "feed", 1}); };
  came(10'000);  // when nothing was on
  came(11'000);
  came(12'000);
  EXPECT_FALSE(best_moment(e));
  e.products.push_back({.id = "rice", .title = "新米", .on = {300'000, 400'000}});
  came(310'000);
  EXPECT_EQ(best_moment(e)->product, "新米");
  e.captions.push_back({"c", "村口的水缸", "heritage", {700'000, 720'000}});
  came(740'000);  // a little later
  came(790'000);
  came(900'000);  // much later
  const auto best = best_moment(e);
  EXPECT_EQ(best->caption, "村口的水缸");
  EXPECT_EQ(best->product, "");
  EXPECT_EQ(best->t, 740'000);
  EXPECT_EQ(best->came, 2);
}

}  // namespace
}  // namespace xb::review
