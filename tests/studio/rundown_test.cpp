// What comes next, what turns by itself, what can be taken back.
// SPDX-License-Identifier: Apache-2.0
#include "studio/rundown.h"

#include <gtest/gtest.h>

#include "studio/curve.h"

namespace xb::studio {
namespace {

constexpr SessionTime start{std::chrono::seconds(3)};
SessionTime after(int seconds) {
  return start + std::chrono::seconds(seconds);
}

std::shared_ptr<overlay::Tables> goods() {
  auto out = std::make_shared<overlay::Tables>();
  const auto add = [&](const char* id, const char* price, std::optional<std::int64_t> stock) {
    overlay::Product one;
    one.id = id;
    one.name = std::string("货") + id;
    one.price = price;
    one.unit = "一袋";
    one.stock = stock;
    out->products.push_back(one);
  };
  add("rice", "45", std::nullopt);
  add("priceless", "", 9);
  add("sold", "18", 0);
  add("orange", "29.9", 9);
  overlay::Caption caption;
  caption.id = "well";
  caption.title = "一口水缸";
  caption.text = "水缸";
  caption.source = "口述（示例）";
  out->captions.push_back(caption);
  return out;
}

// Director and Rundown as the floor joins them.
struct Desk {
  std::shared_ptr<overlay::Tables> tables = goods();
  Director director{tables};
  Rundown rundown;

  bool run(const Deed& deed, SessionTime now, const std::string& who = "operator") {
    director.tick(now);
    const auto before = director.scene();
    EXPECT_TRUE(director.apply(deed, now));
    return rundown.did(deed, who, before, director.scene(), *tables, now);
  }
  void pin(std::uint64_t sequence, SessionTime now) {
    const auto before = director.scene();
    overlay::ChatLine line;
    line.sequence = sequence;
    director.pin(line, now);
    rundown.did(PinChat{sequence}, "operator", before, director.scene(), *tables, now);
  }
  std::optional<Step> undo(SessionTime now) {
    auto step = rundown.take_last(now);
    if (step) director.go_back(step->before, step->after, step->before.pinned, now);
    return step;
  }
  std::optional<std::string> next() const { return rundown.next(*tables, director.scene()); }
  // What the rotation does at `now`.
  std::optional<std::string> turn(SessionTime now) {
    director.tick(now);
    const auto id = rundown.turn(*tables, director.scene(), now);
    if (id) {
      EXPECT_TRUE(director.apply(ShowProduct{*id}, now));
    }
    return id;
  }
};

TEST(Rundown, goes_through_the_products_in_order_and_passes_over_what_may_not_be_sold) {
  Desk desk;
  EXPECT_EQ(desk.next(), "rice");
  desk.run(ShowProduct{"rice"}, start);
  EXPECT_EQ(desk.next(), "orange") << "one has no price, one is sold out";
  desk.run(ShowProduct{"orange"}, after(1));
  EXPECT_EQ(desk.next(), "rice");
  desk.run(HideProduct{}, after(2));
  EXPECT_EQ(desk.next(), "rice") << "it remembers what was on last";
  desk.tables->products.clear();
  EXPECT_EQ(desk.next(), std::nullopt);
}

TEST(Rundown, takes_back_the_last_change_and_then_the_one_before) {
  Desk desk;
  desk.run(ShowProduct{"rice"}, start);
  desk.run(ShowProduct{"orange"}, after(1), "assistant");
  const auto figures = desk.rundown.figures(*desk.tables, desk.director.scene(), after(2));
  ASSERT_TRUE(figures.undo);
  EXPECT_EQ(figures.undo->what.zh, "商品上屏：货orange");
  EXPECT_EQ(figures.undo->who, "assistant");
  EXPECT_EQ(figures.undo->seconds_left, 29);
  ASSERT_TRUE(desk.undo(after(2)));
  EXPECT_EQ(desk.director.scene().product, "rice");
  ASSERT_TRUE(desk.undo(after(3)));
  EXPECT_EQ(desk.director.scene().product, std::nullopt);
  EXPECT_FALSE(desk.undo(after(4)));
}

TEST(Rundown, takes_nothing_back_after_thirty_seconds_and_nothing_that_changed_nothing) {
  Desk desk;
  desk.run(ShowProduct{"rice"}, start);
  desk.run(ShowProduct{"rice"}, after(20));
  desk.run(EmphasizeProduct{}, after(21));
  EXPECT_FALSE(desk.undo(after(31)));
  EXPECT_EQ(desk.director.scene().product, "rice");
}

TEST(Rundown, brings_back_what_the_lock_took_off_and_never_both) {
  Desk desk;
  desk.run(ShowProduct{"rice"}, start);
  desk.run(ShowCaption{"well"}, after(1));
  EXPECT_EQ(desk.director.scene().product, std::nullopt);
  desk.undo(after(2));
  EXPECT_EQ(desk.director.scene().product, "rice");
  EXPECT_EQ(desk.director.scene().caption, std::nullopt);
}

TEST(Rundown, a_caption_that_comes_back_beside_goods_goes_off_again) {
  Desk desk;
  desk.run(ShowCaption{"well", Hold::until_hidden}, start);
  desk.run(HideCaption{}, after(1));
  ASSERT_TRUE(desk.director.apply(ShowProduct{"rice"}, after(2)));  // the rotation did
  desk.undo(after(3));
  EXPECT_EQ(desk.director.scene().product, "rice");
  EXPECT_EQ(desk.director.scene().caption, std::nullopt);
}

TEST(Rundown, a_caption_comes_back_for_as_long_as_it_would_have_stayed) {
  Desk desk;
  desk.run(ShowCaption{"well", Hold::by_length}, start);
  desk.run(HideCaption{}, after(4));
  desk.undo(after(5));
  EXPECT_EQ(desk.director.scene().caption_until,
            after(5) + overlay::caption_hold(desk.tables->captions[0]));
  desk.run(ShowCaption{"well", Hold::until_hidden}, after(6));
  desk.run(HideCaption{}, after(7));
  desk.undo(after(8));
  EXPECT_EQ(desk.director.scene().caption_until, SessionTime::max());
}

TEST(Rundown, changes_only_what_the_command_changed) {
  Desk desk;
  desk.run(ShowProduct{"rice"}, start);
  desk.pin(7, after(1));
  ASSERT_TRUE(desk.director.apply(ShowProduct{"orange"}, after(2)));  // the rotation did
  desk.undo(after(3));
  EXPECT_FALSE(desk.director.scene().pinned);
  EXPECT_EQ(desk.director.scene().product, "orange");
}

TEST(Rundown, a_message_that_was_hidden_meanwhile_does_not_come_back) {
  Desk desk;
  desk.pin(7, start);
  desk.run(UnpinChat{}, after(1));
  const auto step = desk.rundown.take_last(after(2));
  ASSERT_TRUE(step);
  desk.director.go_back(step->before, step->after, std::nullopt, after(2));
  EXPECT_FALSE(desk.director.scene().pinned);
}

TEST(Rundown, a_countdown_that_would_be_over_comes_back_as_its_card) {
  Desk desk;
  desk.run(StartCountdown{"rice"}, start);
  desk.run(HideProduct{}, after(1));
  desk.undo(after(2));
  EXPECT_EQ(desk.director.scene().countdown, "rice");
  EXPECT_EQ(desk.director.scene().countdown_since, after(2));
  desk.run(HideProduct{}, after(3));
  desk.undo(after(20));
  EXPECT_EQ(desk.director.scene().countdown, std::nullopt);
  EXPECT_EQ(desk.director.scene().product, "rice");
}

TEST(Rundown, a_product_whose_price_has_gone_stays_off) {
  Desk desk;
  desk.run(ShowProduct{"rice"}, start);
  desk.run(HideProduct{}, after(1));
  desk.tables->products[0].price.clear();
  desk.undo(after(2));
  EXPECT_EQ(desk.director.scene().product, std::nullopt);
}

TEST(Rotation, shows_one_card_after_the_other_each_for_its_time) {
  Desk desk;
  desk.rundown.start_rotation(std::chrono::seconds(10), start);
  EXPECT_EQ(desk.turn(start), "rice");
  EXPECT_EQ(desk.turn(after(9)), std::nullopt);
  EXPECT_EQ(desk.turn(after(10)), "orange");
  EXPECT_EQ(desk.turn(after(20)), "rice");
  EXPECT_EQ(desk.rundown.figures(*desk.tables, desk.director.scene(), after(20)).rotation_s, 10);
}

TEST(Rotation, waits_for_stories_slates_and_countdowns_and_takes_none_off) {
  Desk desk;
  desk.run(ShowCaption{"well", Hold::until_hidden}, start);
  desk.rundown.start_rotation(std::chrono::seconds(5), start);
  EXPECT_EQ(desk.turn(after(60)), std::nullopt);
  EXPECT_EQ(desk.director.scene().caption, "well");
  desk.run(HideCaption{}, after(61));
  EXPECT_EQ(desk.turn(after(61)), std::nullopt);
  EXPECT_EQ(desk.turn(after(64)), "rice");
  desk.run(ShowSlate{overlay::SlateKind::away}, after(65));
  EXPECT_EQ(desk.turn(after(90)), std::nullopt);
}

TEST(Rotation, gives_a_card_shown_by_hand_its_time_and_ends_when_one_is_hidden_by_hand) {
  Desk desk;
  desk.rundown.start_rotation(std::chrono::seconds(10), start);
  desk.turn(start);
  desk.run(ShowProduct{"orange"}, after(9));
  EXPECT_EQ(desk.turn(after(18)), std::nullopt);
  EXPECT_EQ(desk.turn(after(19)), "rice");
  EXPECT_TRUE(desk.run(HideProduct{}, after(20)));
  EXPECT_EQ(desk.turn(after(60)), std::nullopt);
}

TEST(Curve, keeps_points_evenly_apart_and_never_more_than_it_draws) {
  Curve curve;
  chat::CounterFigures figures;
  EXPECT_TRUE(curve.add(0, figures));
  EXPECT_FALSE(curve.add(9, figures));
  figures.gained = 3;
  figures.total = 1283;
  figures.viewers = 5;
  EXPECT_TRUE(curve.add(10, figures));
  EXPECT_EQ(*curve.text(), R"({"step_s":10,"points":[[0,0,0,0],[10,3,1283,5]]})");
  for (int second = 20; second < 36'000; ++second) curve.add(second, figures);
  const auto commas = std::count(curve.text()->begin(), curve.text()->end(), '[');
  EXPECT_LE(commas, 241);
  EXPECT_GE(commas, 100);
  curve.begin();
  EXPECT_EQ(*curve.text(), R"({"step_s":10,"points":[]})");
}

}  // namespace
}  // namespace xb::studio
