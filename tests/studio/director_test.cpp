// The Director: what goes on, what must go off with it.
// SPDX-License-Identifier: Apache-2.0
#include "studio/director.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xb::studio {
namespace {

std::shared_ptr<const overlay::Tables> tables() {
  auto out = std::make_shared<overlay::Tables>();
  overlay::Product dumpling;
  dumpling.id = "dumpling";
  dumpling.name = "饺子";
  dumpling.price = "26.8";
  dumpling.unit = "2 斤装";
  auto priceless = dumpling;
  priceless.id = "priceless";
  priceless.price.clear();
  out->products = {dumpling, priceless};
  overlay::Caption heritage;
  heritage.id = "well";
  heritage.source = "口述（示例）";
  auto plain = heritage;
  plain.id = "today";
  plain.kind = overlay::CaptionKind::plain;
  auto unsourced = heritage;
  unsourced.id = "unsourced";
  unsourced.source.clear();
  out->captions = {heritage, plain, unsourced};
  return out;
}

constexpr SessionTime at{std::chrono::seconds(3)};

TEST(Director, takes_the_product_off_in_the_same_scene_when_a_heritage_caption_goes_on) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  const auto before = director.scene().version;
  const auto note = director.apply(ShowCaption{"well"}, at);
  ASSERT_TRUE(note);
  EXPECT_FALSE(note->zh.empty());
  EXPECT_FALSE(note->en.empty());
  EXPECT_EQ(director.scene().version, before + 1) << "one change, so that no frame shows both";
  EXPECT_EQ(director.scene().caption, "well");
  EXPECT_FALSE(director.scene().product);
}

TEST(Director, tells_of_everything_that_went_off_when_two_things_did) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  ASSERT_TRUE(director.apply(ShowSlate{overlay::SlateKind::opening}, at));
  const auto note = director.apply(ShowCaption{"well"}, at);
  ASSERT_TRUE(note);
  EXPECT_FALSE(director.scene().product);
  EXPECT_EQ(director.scene().slate, overlay::SlateKind::none);
  EXPECT_THAT(note->zh, testing::HasSubstr("已收起商品"));
  EXPECT_THAT(note->zh, testing::HasSubstr("已收起开场画面"));
  EXPECT_THAT(note->en, testing::HasSubstr("The product was taken off"));
  EXPECT_THAT(note->en, testing::HasSubstr("The opening slate was taken off"));
}

TEST(Director, takes_the_heritage_caption_off_when_a_product_goes_on) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, at));
  const auto note = director.apply(ShowProduct{"dumpling"}, at);
  ASSERT_TRUE(note);
  EXPECT_FALSE(note->zh.empty());
  EXPECT_FALSE(director.scene().caption);
}

TEST(Director, lets_a_plain_caption_and_a_product_share_the_frame) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"today"}, at));
  const auto note = director.apply(ShowProduct{"dumpling"}, at);
  ASSERT_TRUE(note);
  EXPECT_TRUE(note->zh.empty());
  EXPECT_EQ(director.scene().caption, "today");
  EXPECT_EQ(director.scene().product, "dumpling");
}

TEST(Director, takes_the_heritage_caption_off_under_the_slate_with_prices_only) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, at));
  ASSERT_TRUE(director.apply(ShowSlate{overlay::SlateKind::away}, at));
  EXPECT_EQ(director.scene().caption, "well");
  ASSERT_TRUE(director.apply(ShowSlate{overlay::SlateKind::opening}, at));
  EXPECT_FALSE(director.scene().caption);
}

TEST(Director, refuses_what_is_incomplete_or_unknown_and_changes_nothing) {
  Director director(tables());
  const auto before = director.scene();
  EXPECT_EQ(director.apply(ShowProduct{"priceless"}, at).error().code(),
            ErrorCode::price_incomplete);
  EXPECT_EQ(director.apply(ShowCaption{"unsourced"}, at).error().code(),
            ErrorCode::caption_incomplete);
  EXPECT_EQ(director.apply(ShowProduct{"moon"}, at).error().code(), ErrorCode::command_arguments);
  EXPECT_EQ(director.scene(), before);
}

TEST(Director, changes_nothing_when_what_is_asked_for_is_so_already) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  const auto before = director.scene();
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at + std::chrono::seconds(9)));
  ASSERT_TRUE(director.apply(HideCaption{}, at));
  EXPECT_EQ(director.scene(), before);
}

TEST(Director, keeps_what_the_operator_has_put_on_when_an_interrupted_session_goes_on) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, at));
  overlay::Scene stored;
  stored.product = "dumpling";
  director.resume(stored, at);
  EXPECT_EQ(director.scene().caption, "well");
  EXPECT_FALSE(director.scene().product) << "a heritage caption and a product never share a frame";
}

TEST(Director, never_lays_a_stored_product_over_a_caption_that_is_heritage_by_now) {
  Director director(tables());
  overlay::Scene stored;
  stored.product = "dumpling";
  stored.caption = "well";  // was plain when it was stored
  director.resume(stored, at);
  EXPECT_NE(director.scene().product.has_value(), director.scene().caption.has_value());
}

TEST(Director, goes_on_with_a_stored_scene_without_what_the_tables_have_lost) {
  Director first(tables());
  ASSERT_TRUE(first.apply(ShowCaption{"today"}, at));
  ASSERT_TRUE(first.apply(ShowProduct{"dumpling"}, at));
  auto stored = scene_of(Json::parse(net::dump(to_json(first.scene()))));
  EXPECT_EQ(stored.caption, "today");
  stored.product = "sold-out-since";
  Director second(tables());
  second.resume(stored, at);
  EXPECT_EQ(second.scene().caption, "today");
  EXPECT_FALSE(second.scene().product);
}

}  // namespace
}  // namespace xb::studio
