// What is painted, written down and read back; and what a foreign file may say instead.
// SPDX-License-Identifier: Apache-2.0
#include "studio/paint_json.h"

#include <gtest/gtest.h>

#include "net/json.h"
#include "net/json_patch.h"
#include "overlay/theme.h"
#include "studio/assets.h"
#include "studio/attire_json.h"
#include "studio/present.h"
#include "tests/studio/replay_fixture.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;

overlay::LiveValues full_values() {
  overlay::LiveValues values;
  put_show(values,
           show_of({product("orange", "29.9", 12)}, {caption("well", overlay::CaptionKind::plain)},
                   {"一", "二"}),
           4);
  auto& counter = values.counter;
  counter.total = 1286;
  counter.gained = 6;
  counter.stale_since = "15:31";
  counter.by_hand = "15:30";
  counter.last_follower = "春燕";
  counter.followers_merged = 3;
  counter.first_follow = SessionTime(5s);
  counter.last_follow = SessionTime(6s);
  values.badges.is_live = true;
  values.badges.is_recording_only = true;
  values.badges.recording_since = SessionTime(3s);
  values.badges.clock = "15:42";
  values.badges.minute_began = SessionTime(-7s);
  values.is_quiet = true;
  values.slate = {"19:30", "先喝一口水", 5};
  for (std::uint64_t i = 8; i <= 12; ++i)  // 9 before 10, whatever a map of texts thinks
    add_line(values, {i, overlay::ChatRole::newcomer, "李大爷", "饺子", SessionTime(1s * i)});
  return values;
}

overlay::Scene full_scene() {
  overlay::Scene scene;
  scene.version = 9;
  scene.product = "orange";
  scene.caption = "well";
  scene.slate = overlay::SlateKind::away;
  scene.card_place = overlay::CardPlace::second;
  scene.is_qr_hidden = true;
  scene.pinned = overlay::ChatLine{3, overlay::ChatRole::fan, "阿嬷", "真甜", SessionTime(2s)};
  scene.product_since = SessionTime(1s);
  scene.card_place_since = SessionTime(2s);
  scene.countdown_since = SessionTime(3s);
  scene.caption_since = SessionTime(4s);
  scene.caption_until = SessionTime(5s);
  scene.slate_since = SessionTime(6s);
  scene.emphasis_since = SessionTime(7s);
  return scene;
}

TEST(PaintJson, scene_and_values_come_back_as_they_were) {
  const auto values = full_values();
  const auto state = paint_state_of(paint_state(full_scene(), values));
  ASSERT_TRUE(state) << state.error().log_line();
  EXPECT_EQ(state->scene, full_scene());
  const auto& back = state->values;
  EXPECT_EQ(back.chat, values.chat);
  EXPECT_EQ(back.counter.total, 1286);
  EXPECT_EQ(back.counter.gained, 6);
  EXPECT_EQ(back.counter.stale_since, "15:31");
  EXPECT_EQ(back.counter.by_hand, "15:30");
  EXPECT_EQ(back.counter.last_follower, "春燕");
  EXPECT_EQ(back.counter.followers_merged, 3);
  EXPECT_EQ(back.counter.first_follow, SessionTime(5s));
  EXPECT_EQ(back.counter.last_follow, SessionTime(6s));
  EXPECT_TRUE(back.badges.is_live && back.badges.is_recording_only && back.is_quiet);
  EXPECT_EQ(back.badges.recording_since, SessionTime(3s));
  EXPECT_EQ(back.badges.clock, "15:42");
  EXPECT_EQ(back.badges.minute_began, values.badges.minute_began);
  EXPECT_EQ(back.show_version, 4U);
}

TEST(PaintJson, a_change_is_the_patch_between_the_two_states) {
  const auto scene = full_scene();
  const auto values = full_values();
  auto other_scene = scene;
  other_scene.product.reset();
  other_scene.version = 10;
  auto others = std::vector(4, values);
  others[1].chat.erase(others[1].chat.begin());
  add_line(others[1], {13, overlay::ChatRole::fan, "春燕", "来了", SessionTime(13s)});
  others[2].chat[1].text = "改过";
  others[2].counter.stale_since.reset();
  others[3].badges.recording_since.reset();
  others[3].show_version = 5;
  for (const auto& from : others) {
    for (const auto& to : others) {
      for (const auto& to_scene : {scene, other_scene}) {
        const auto whole = paint_state(to_scene, to);
        const auto change = paint_change(scene, from, to_scene, to);
        auto made = paint_state(scene, from);
        EXPECT_TRUE(net::apply_patch(made, change));
        EXPECT_EQ(made, whole);
        EXPECT_EQ(change.empty(), paint_state(scene, from) == whole);
      }
    }
  }
}

TEST(PaintJson, what_older_ledgers_do_not_say_is_not_there) {
  auto json = paint_state(full_scene(), full_values());
  json["badges"].erase("minute_ns");
  const auto state = paint_state_of(json);
  ASSERT_TRUE(state) << state.error().log_line();
  EXPECT_FALSE(state->values.badges.minute_began);
  Json show = painted_show(full_values());
  show["screen"].erase("away_title");
  overlay::LiveValues back;
  const auto read = put_painted_show(show, back);
  ASSERT_TRUE(read) << read.error().log_line();
  EXPECT_EQ(back.slate.away_title, "");
}

TEST(PaintJson, a_show_comes_back_with_its_rows_and_every_colour) {
  auto values = full_values();
  auto attire = *overlay::load_attire(assets_folder()->string(), "plain");
  attire.name = "tea";
  attire.palette.price = {1, 2, 3, 0.25};
  attire.mark.side = 64;
  for (int i = 0; i < 64 * 64; ++i) attire.mark.cover.push_back(static_cast<std::uint8_t>(i));
  values.attire = std::make_shared<const overlay::Attire>(attire);
  const auto text = net::dump(painted_show(values));
  overlay::LiveValues back;
  const auto read = put_painted_show(*net::parse_json(text, {.bytes = 1 << 20, .depth = 40}), back);
  ASSERT_TRUE(read) << read.error().log_line();
  EXPECT_EQ(back.tables->products, values.tables->products);
  EXPECT_EQ(back.tables->captions, values.tables->captions);
  EXPECT_EQ(back.tables->notices, values.tables->notices);
  EXPECT_EQ(back.station.name, values.station.name);
  EXPECT_EQ(back.slate.opens_at, "19:30");
  EXPECT_EQ(back.slate.away_title, "先喝一口水");
  EXPECT_EQ(back.slate.away_minutes, 5);
  EXPECT_EQ(back.show_version, 4U);
  ASSERT_TRUE(back.attire);
  EXPECT_EQ(*back.attire, attire);
}

TEST(PaintJson, what_is_beyond_all_limits_is_refused_with_its_path) {
  const auto good = paint_state(full_scene(), full_values());
  const auto refused = [&](const char* pointer, Json value) {
    auto wrong = good;
    wrong[Json::json_pointer(pointer)] = std::move(value);
    return !paint_state_of(wrong).has_value();
  };
  EXPECT_TRUE(refused("/counter/total", -1));
  EXPECT_TRUE(refused("/counter/total", "many"));
  EXPECT_TRUE(refused("/counter/merged", 1e12));
  EXPECT_TRUE(refused("/counter/first_ns", INT64_MAX));
  EXPECT_TRUE(refused("/badges/since_ns", INT64_MIN));
  EXPECT_TRUE(refused("/badges", nullptr));
  EXPECT_TRUE(refused("/scene/since_ns/product", INT64_MIN));
  EXPECT_TRUE(refused("/scene", 7));
  EXPECT_TRUE(refused("/chat/8", "said"));
  EXPECT_TRUE(refused("/chat/8/since_ns", INT64_MAX));
  EXPECT_TRUE(refused("/show", -4));
  auto crowd = good;
  for (int i = 100; i < 300; ++i) crowd["chat"][std::to_string(i)] = good["chat"]["8"];
  EXPECT_FALSE(paint_state_of(crowd));
  auto loud = good;
  loud["chat"]["8"]["text"] = std::string(100'000, 'x');
  ASSERT_TRUE(paint_state_of(loud));
  EXPECT_LT(paint_state_of(loud)->values.chat.front().text.size(), 2000U) << "cut";
}

TEST(PaintJson, an_attire_that_is_none_is_refused) {
  const Json good =
      *net::parse_json(net::dump(to_json(*overlay::load_attire(assets_folder()->string(), "red"))));
  ASSERT_TRUE(attire_of(good));
  for (const char* pointer : {"/motif", "/colours/panel", "/colours/price", "/roles/fan/badge",
                              "/roles/host/name", "/watermark", "/name"}) {
    auto wrong = good;
    wrong[Json::json_pointer(pointer)] = -7;
    EXPECT_FALSE(attire_of(wrong)) << pointer;
  }
  for (const auto& mark :
       {Json{{"side", 1 << 30}, {"cover", "00"}}, Json{{"side", 2}, {"cover", "zz"}},
        Json{{"side", 1}, {"cover", "zz"}}, Json(7)}) {
    auto wrong = good;
    wrong["mark"] = mark;
    EXPECT_FALSE(attire_of(wrong)) << mark.dump();
  }
  EXPECT_FALSE(attire_of(Json::array()));
}

}  // namespace
}  // namespace xb::studio
