// The Director: what goes on, what must go off with it.
// SPDX-License-Identifier: Apache-2.0
#include "studio/director.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/json.h"
#include "studio/show.h"

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

TEST(Director, a_caption_without_room_waits_and_its_time_begins_when_the_card_goes) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  director.place_card(overlay::CardPlace::second, at);
  const auto note = director.apply(ShowCaption{"today", Hold::by_length}, at);
  ASSERT_TRUE(note);
  EXPECT_FALSE(note->zh.empty());
  EXPECT_FALSE(note->en.empty());
  const auto later = at + std::chrono::minutes(5);
  director.tick(later);
  EXPECT_EQ(director.scene().caption, "today");
  ASSERT_TRUE(director.apply(HideProduct{}, later));
  EXPECT_EQ(director.scene().caption_since, later);
  EXPECT_EQ(director.scene().caption_until, later + overlay::caption_hold(tables()->captions[1]));
}

TEST(Director, a_caption_that_stays_still_stays_after_the_card_moved_to_and_fro) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  ASSERT_TRUE(director.apply(ShowCaption{"today", Hold::until_hidden}, at));
  const auto later = at + std::chrono::seconds(20);
  director.place_card(overlay::CardPlace::second, later);
  director.place_card(overlay::CardPlace::first, later + std::chrono::seconds(3));
  EXPECT_EQ(director.scene().caption, "today");
  EXPECT_EQ(director.scene().caption_until, SessionTime::max());
}

TEST(Director, dates_what_goes_off_like_what_comes_on) {
  Director director(tables());
  const SessionTime later{std::chrono::seconds(9)};
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  EXPECT_EQ(director.scene().product_since, at);
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, later));
  EXPECT_EQ(director.scene().caption_since, later);
  EXPECT_EQ(director.scene().product_since, later) << "it was taken off then";
  ASSERT_TRUE(director.apply(ShowSlate{overlay::SlateKind::away}, at));
  ASSERT_TRUE(director.apply(HideSlate{}, later));
  EXPECT_EQ(director.scene().slate_since, later);
}

TEST(Director, points_at_the_product_on_screen_until_another_comes) {
  Director director(tables());
  ASSERT_TRUE(director.apply(EmphasizeProduct{}, at));
  EXPECT_FALSE(director.scene().emphasis_since) << "there is none";
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  const SessionTime later{std::chrono::seconds(9)};
  const auto version = director.scene().version;
  ASSERT_TRUE(director.apply(EmphasizeProduct{}, later));
  EXPECT_EQ(director.scene().emphasis_since, later);
  EXPECT_EQ(director.scene().version, version + 1);
  ASSERT_TRUE(director.apply(HideProduct{}, later));
  EXPECT_FALSE(director.scene().emphasis_since);
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
  EXPECT_EQ(director.apply(ShowProduct{"moon"}, at).error().code(), ErrorCode::row_unknown);
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

TEST(Director, takes_a_caption_off_that_other_tables_call_heritage_beside_goods) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"today"}, at));
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  EXPECT_TRUE(director.use(tables(), at).zh.empty());
  EXPECT_EQ(director.scene().caption, "today");
  auto changed = std::make_shared<overlay::Tables>(*tables());
  for (auto& caption : changed->captions) caption.kind = overlay::CaptionKind::heritage;
  const auto before = director.scene().version;
  EXPECT_FALSE(director.use(changed, at).zh.empty());
  EXPECT_FALSE(director.scene().caption);
  EXPECT_EQ(director.scene().product, "dumpling");
  EXPECT_EQ(director.scene().version, before + 1);
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

TEST(Director, stays_covered_when_an_interrupted_session_goes_on_whatever_the_operator_has_put_on) {
  overlay::Scene stored;
  stored.product = "dumpling";
  stored.is_covered = true;
  Director captioned(tables());
  ASSERT_TRUE(captioned.apply(ShowCaption{"well"}, at));
  captioned.resume(stored, at);
  EXPECT_TRUE(captioned.scene().is_covered);
  EXPECT_FALSE(captioned.scene().product);
  Director with_slate(tables());
  ASSERT_TRUE(with_slate.apply(ShowSlate{overlay::SlateKind::opening}, at));
  with_slate.resume(stored, at);
  EXPECT_TRUE(with_slate.scene().is_covered);
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

constexpr auto seconds(int n) {
  return std::chrono::seconds(n);
}

TEST(Director, counts_three_two_one_and_then_has_the_product_on) {
  Director director(tables());
  ASSERT_TRUE(director.apply(StartCountdown{"dumpling"}, at));
  EXPECT_EQ(director.scene().countdown, "dumpling");
  EXPECT_FALSE(director.scene().product);
  const auto counting = director.scene().version;
  const auto over = at + overlay::countdown_length;
  director.tick(over - Duration(1));
  EXPECT_EQ(director.scene().version, counting);
  director.tick(over + from_ms(40));  // the floor looks now and then
  EXPECT_EQ(director.scene().version, counting + 1);
  EXPECT_FALSE(director.scene().countdown);
  EXPECT_EQ(director.scene().product, "dumpling");
  EXPECT_EQ(director.scene().product_since, over) << "not when somebody looked";
}

TEST(Director, cancels_a_countdown_when_the_product_is_hidden) {
  Director director(tables());
  ASSERT_TRUE(director.apply(StartCountdown{"dumpling"}, at));
  ASSERT_TRUE(director.apply(HideProduct{}, at + seconds(1)));
  director.tick(at + seconds(60));
  EXPECT_FALSE(director.scene().countdown);
  EXPECT_FALSE(director.scene().product);
}

TEST(Director, never_counts_beside_a_heritage_caption) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, at));
  auto note = director.apply(StartCountdown{"dumpling"}, at);
  ASSERT_TRUE(note);
  EXPECT_FALSE(director.scene().caption);
  EXPECT_THAT(note->zh, testing::HasSubstr("已收起红色字幕"));
  note = director.apply(ShowCaption{"well"}, at + seconds(1));
  ASSERT_TRUE(note);
  EXPECT_FALSE(director.scene().countdown);
  EXPECT_THAT(note->zh, testing::HasSubstr("已取消倒数"));
  EXPECT_EQ(director.apply(StartCountdown{"priceless"}, at).error().code(),
            ErrorCode::price_incomplete);
}

TEST(Director, takes_a_caption_off_when_it_could_be_read_unless_it_is_to_stay) {
  Director director(tables());  // the sentence is empty: 6 s
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, at));
  director.tick(at + seconds(6) - Duration(1));
  EXPECT_EQ(director.scene().caption, "well");
  director.tick(at + seconds(6));
  EXPECT_FALSE(director.scene().caption);
  ASSERT_TRUE(director.apply(ShowCaption{"well", Hold::until_hidden}, at + seconds(7)));
  director.tick(at + seconds(3600));
  EXPECT_EQ(director.scene().caption, "well");
}

TEST(Director, gives_a_caption_its_time_again_when_it_is_shown_again) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, at));
  ASSERT_TRUE(director.apply(ShowCaption{"well"}, at + seconds(5)));
  EXPECT_EQ(director.scene().caption_since, at) << "it has not come on anew";
  director.tick(at + seconds(10));
  EXPECT_EQ(director.scene().caption, "well");
  director.tick(at + seconds(11));
  EXPECT_FALSE(director.scene().caption);
}

TEST(Director, keeps_a_pinned_message_on_for_twelve_seconds) {
  Director director(tables());
  director.pin({7, overlay::ChatRole::fan, "春燕", "多少钱", {}}, at);
  ASSERT_TRUE(director.scene().pinned);
  EXPECT_EQ(director.scene().pinned->arrived, at);
  director.tick(at + seconds(12) - Duration(1));
  EXPECT_TRUE(director.scene().pinned);
  director.tick(at + seconds(12));
  EXPECT_FALSE(director.scene().pinned);
  director.pin({7, overlay::ChatRole::fan, "春燕", "多少钱", {}}, at);
  ASSERT_TRUE(director.apply(UnpinChat{}, at));
  EXPECT_FALSE(director.scene().pinned);
}

TEST(Director, keeps_a_pinned_message_waiting_for_a_caption_in_its_place) {
  Director director(tables(), StoryRoom::shared);
  ASSERT_TRUE(director.apply(ShowCaption{"today"}, at));
  const auto goes = director.scene().caption_until;
  const Note note =
      director.pin({7, overlay::ChatRole::fan, "春燕", "多少钱", {}}, at + seconds(1));
  EXPECT_FALSE(note.zh.empty());
  EXPECT_FALSE(note.en.empty());
  EXPECT_TRUE(director.scene().does_pinned_wait);
  const auto written = scene_of(Json::parse(net::dump(to_json(director.scene()))));
  EXPECT_TRUE(written.does_pinned_wait);
  director.tick(goes - Duration(1));
  ASSERT_TRUE(director.scene().pinned);
  EXPECT_TRUE(director.scene().does_pinned_wait);
  director.tick(goes + seconds(1));  // late: it begins when the caption went all the same
  ASSERT_TRUE(director.scene().pinned);
  EXPECT_FALSE(director.scene().does_pinned_wait);
  EXPECT_EQ(director.scene().pinned->arrived, goes);
  director.tick(goes + seconds(12));
  EXPECT_FALSE(director.scene().pinned);
}

TEST(Director, gives_a_pinned_message_its_time_again_when_a_caption_took_its_place) {
  Director director(tables(), StoryRoom::shared);
  director.pin({7, overlay::ChatRole::fan, "春燕", "多少钱", {}}, at);
  EXPECT_FALSE(director.scene().does_pinned_wait);
  ASSERT_TRUE(director.apply(ShowCaption{"today", Hold::until_hidden}, at + seconds(1)));
  EXPECT_TRUE(director.scene().does_pinned_wait);
  director.tick(at + seconds(60));
  ASSERT_TRUE(director.scene().pinned) << "nobody has read it";
  ASSERT_TRUE(director.apply(HideCaption{}, at + seconds(61)));
  ASSERT_TRUE(director.scene().pinned);
  EXPECT_EQ(director.scene().pinned->arrived, at + seconds(61));
  EXPECT_FALSE(director.scene().does_pinned_wait);
  ASSERT_TRUE(director.apply(ShowCaption{"today", Hold::until_hidden}, at + seconds(62)));
  ASSERT_TRUE(director.apply(UnpinChat{}, at + seconds(63)));
  EXPECT_FALSE(director.scene().does_pinned_wait);
}

TEST(Director, lets_a_caption_and_a_pinned_message_stand_side_by_side_where_both_have_room) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowCaption{"today"}, at));
  const Note note = director.pin({7, overlay::ChatRole::fan, "春燕", "多少钱", {}}, at);
  EXPECT_TRUE(note.zh.empty());
  EXPECT_FALSE(director.scene().does_pinned_wait);
}

TEST(Director, finds_the_story_room_shared_when_one_canvas_stands_upright) {
  Show show;
  show.video.width = 1280;
  show.video.height = 720;
  EXPECT_EQ(story_room_of(show), StoryRoom::apart);
  show.canvases.emplace_back().name = "tall";  // 1080x1920 where nothing else is said
  EXPECT_EQ(story_room_of(show), StoryRoom::shared);
  show.canvases.clear();
  show.video.height = 1920;
  EXPECT_EQ(story_room_of(show), StoryRoom::shared);
}

TEST(Director, writes_a_scene_that_reads_back_the_same) {
  Director director(tables());
  ASSERT_TRUE(director.apply(StartCountdown{"dumpling"}, at));
  ASSERT_TRUE(director.apply(ShowCaption{"today"}, at + seconds(1)));
  director.pin({7, overlay::ChatRole::moderator, "小管家", "\"好\"", {}}, at + seconds(2));
  auto expected = director.scene();
  expected.version = 0;  // of this run alone
  EXPECT_EQ(scene_of(Json::parse(net::dump(to_json(director.scene())))), expected);
}

TEST(Director, has_the_product_on_when_a_session_goes_on_that_broke_off_while_counting) {
  Director first(tables());
  ASSERT_TRUE(first.apply(StartCountdown{"dumpling"}, at));
  Director second(tables());
  second.resume(first.scene(), SessionTime{});
  EXPECT_EQ(second.scene().product, "dumpling");
  EXPECT_FALSE(second.scene().countdown);
}

TEST(Director, keeps_the_place_of_the_card_in_the_scene_and_its_entry) {
  Director director(tables());
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  const auto before = director.scene().version;
  director.place_card(overlay::CardPlace::second, at + std::chrono::seconds(1));
  EXPECT_EQ(director.scene().version, before + 1);
  EXPECT_EQ(director.scene().card_place_since, at + std::chrono::seconds(1));
  director.place_card(overlay::CardPlace::second, at + std::chrono::seconds(2));
  EXPECT_EQ(director.scene().version, before + 1);
  const auto stored = scene_of(Json::parse(net::dump(to_json(director.scene()))));
  EXPECT_EQ(stored.card_place, overlay::CardPlace::second);
}

TEST(Director, shows_no_qr_code_of_a_link_that_did_not_scan_until_told_to_try_again) {
  auto with_link = std::make_shared<overlay::Tables>(*tables());
  with_link->products[0].link = "https://x.example/far/too/long";
  Director director(with_link);
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  EXPECT_FALSE(director.scene().is_qr_hidden);
  director.hide_qr_code(with_link->products[0].link, at);
  EXPECT_TRUE(director.scene().is_qr_hidden);
  EXPECT_TRUE(scene_of(Json::parse(net::dump(to_json(director.scene())))).is_qr_hidden);
  ASSERT_TRUE(director.apply(HideProduct{}, at));
  EXPECT_FALSE(director.scene().is_qr_hidden);
  ASSERT_TRUE(director.apply(ShowProduct{"dumpling"}, at));
  EXPECT_TRUE(director.scene().is_qr_hidden) << "no flicker";
  director.forget_qr_codes(at);
  EXPECT_FALSE(director.scene().is_qr_hidden);
}

}  // namespace
}  // namespace xb::studio
