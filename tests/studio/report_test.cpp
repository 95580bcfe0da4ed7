// The state that is shown: never better than what is so.
// SPDX-License-Identifier: Apache-2.0
#include "studio/report.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

using output::OutputState;

Observed on_air(std::initializer_list<OutputState> states) {
  Observed seen;
  seen.phase = Phase::on_air;
  for (const auto state : states) {
    output::OutputStats one;
    one.name = "p" + std::to_string(seen.air.outputs.size());
    one.state = state;
    seen.air.outputs.push_back(one);
    seen.air.is_any_live |= state == OutputState::live;
  }
  seen.air.was_ever_live = seen.air.is_any_live;
  return seen;
}

TEST(Report, says_ready_before_and_ended_after_the_session) {
  Observed seen;
  EXPECT_EQ(state_name(seen), "ready");
  seen.phase = Phase::ended;
  EXPECT_EQ(state_name(seen), "ended");
}

TEST(Report, says_live_only_when_a_platform_has_taken_video) {
  EXPECT_EQ(state_name(on_air({OutputState::connecting})), "connecting");
  EXPECT_EQ(state_name(on_air({OutputState::live, OutputState::reconnecting})), "live");
  EXPECT_EQ(state_name(on_air({OutputState::reconnecting})), "connecting") << "it was never live";
  auto lost = on_air({OutputState::reconnecting});
  lost.air.was_ever_live = true;
  EXPECT_EQ(state_name(lost), "reconnecting");
}

TEST(Report, says_recording_when_nobody_can_watch_and_it_is_so) {
  for (auto seen : {on_air({}), on_air({OutputState::refused})}) {
    EXPECT_EQ(state_name(seen), "connecting") << "nothing is kept, nothing is seen";
    seen.air.recording.emplace().state = OutputState::connecting;
    EXPECT_EQ(state_name(seen), "connecting") << "no file yet";
    seen.air.recording->state = OutputState::live;
    seen.air.recorder.emplace().files = 1;
    EXPECT_EQ(state_name(seen), "recording");
    for (const auto state : {OutputState::reconnecting, OutputState::refused}) {
      seen.air.recording->state = state;
      EXPECT_EQ(state_name(seen), "reconnecting") << "the disk is full, or too slow";
    }
  }
  auto pushing = on_air({OutputState::connecting});
  pushing.air.recording.emplace().state = OutputState::live;
  EXPECT_EQ(state_name(pushing), "connecting");
}

TEST(Report, says_reconnecting_when_the_platform_was_lost_and_nothing_is_kept) {
  auto lost = on_air({OutputState::refused});
  lost.air.was_ever_live = true;
  EXPECT_EQ(state_name(lost), "reconnecting") << "a refused push is asked again";
  lost.air.recording.emplace().state = OutputState::live;
  EXPECT_EQ(state_name(lost), "recording");
}

TEST(Report, shows_the_outputs_of_the_show_also_before_they_begin) {
  Plan plan;
  plan.show.publish = {{"douyin", "rtmp://a/b", true}, {"kuaishou", "rtmp://a/c", false}};
  const auto json = state_json(plan, Observed{});
  ASSERT_EQ(json["outputs"].size(), 2U);
  EXPECT_EQ(json["outputs"][0]["name"], "douyin");
  EXPECT_EQ(json["outputs"][0]["state"], "off");
  EXPECT_EQ(json["outputs"][0]["canvas"], "video");
  EXPECT_TRUE(json["session"]["folder"].is_null());
}

TEST(Report, gives_null_for_what_was_not_measured) {
  const auto json = stats_json(Plan{}, Observed{});
  EXPECT_TRUE(json["av_offset_ms"].is_null());
  EXPECT_TRUE(json["recorder"]["bytes"].is_null());
  EXPECT_TRUE(json["recorder"]["sync_age_ms"].is_null());
  EXPECT_TRUE(json["picture_latency_ms"].is_null());
  EXPECT_TRUE(json["picture_latency_p99_ms"].is_null());
  for (const auto* key : {"program", "missed", "skipped"}) EXPECT_EQ(json["frames"][key], 0) << key;
}

TEST(Report, tells_of_every_picture_that_is_encoded) {
  Plan plan;
  plan.show.canvases = {{"竖屏", 720, 1280, 0, Placement::cover, {}}};
  plan.show.publish = {{"b", "rtmp://h/live", true, "竖屏"}};
  plan.publish = {"b"};
  plan.show.record.is_clean = true;
  Observed seen;
  seen.phase = Phase::on_air;
  seen.strands = strands_of(plan);
  seen.air.strands = {{"libx264", 5000, 0}, {"", 0, 0}, {"libx264", 2000, 3}};
  seen.program.skipped_by_strand = {0, 7, 2};
  seen.air.clean.emplace().state = OutputState::live;
  seen.air.clean_recorder.emplace().file = "x/clean-001.mp4";
  seen.air.clean_made = {output::Feeding::copied, 70, 4};
  const auto json = stats_json(plan, seen);
  ASSERT_EQ(json["strands"].size(), 3U);
  EXPECT_EQ(json["strands"][0]["name"], "video");
  EXPECT_EQ(json["strands"][1]["name"], "竖屏");
  EXPECT_EQ(json["strands"][1]["height"], 1280);
  EXPECT_EQ(json["strands"][1]["skipped"], 7);
  EXPECT_TRUE(json["strands"][1]["encoder"]["name"].is_null()) << "it could not be opened";
  EXPECT_EQ(json["strands"][2]["name"], "clean");
  EXPECT_EQ(json["strands"][2]["canvas"], "video");
  EXPECT_EQ(json["strands"][2]["encoder"]["refused"], 3);
  EXPECT_EQ(json["clean"]["state"], "live");
  EXPECT_EQ(json["clean"]["copied"], 70);
  EXPECT_EQ(json["clean"]["encoded"], 4);
  const auto clean = state_json(plan, seen)["clean"];
  EXPECT_EQ(clean.dump(),
            R"({"state":"live","file":"clean-001.mp4","error":null,"feeding":"copied"})");
  seen.phase = Phase::ended;
  EXPECT_TRUE(state_json(plan, seen)["clean"]["feeding"].is_null());
  EXPECT_EQ(json["outputs"][0]["canvas"], "竖屏");
  EXPECT_TRUE(stats_json(Plan{}, Observed{})["clean"].is_null());
}

TEST(Report, tells_what_was_turned_away_and_why) {
  Observed seen;
  seen.control.refused = {{"origin", 2}};
  seen.audience.refused = {{"limit", 7}, {"slow", 1}};
  seen.chat.dropped = {{"busy", 3}};
  seen.chat.unauthorised = 4;
  seen.chat.feed.skipped = 500;
  const auto json = stats_json(Plan{}, seen);
  EXPECT_EQ(json["ports"]["control"]["refused"]["origin"], 2);
  EXPECT_EQ(json["ports"]["audience"]["refused"]["limit"], 7);
  EXPECT_EQ(json["ports"]["audience"]["refused"]["slow"], 1);
  EXPECT_EQ(json["chat"]["dropped"]["busy"], 3);
  EXPECT_EQ(json["chat"]["unauthorised"], 4);
  EXPECT_EQ(json["chat"]["skipped"], 500);
}

TEST(Report, tells_what_became_of_picture_and_sound) {
  Observed seen;
  EXPECT_EQ(state_json(Plan{}, seen)["source"]["signal"], "none");
  seen.signal = capture::Signal::frozen;
  seen.source.last_frame_age = std::chrono::milliseconds(1400);
  seen.source.pipes.push_back({"camera to program", 9, 4, 2, 16});
  seen.source.decode_errors = 2;
  seen.mic.emplace();
  seen.mic->decode_errors = 1;
  seen.mic->blocks_lost = 3;
  seen.mic->silent_for = std::chrono::seconds(12);
  seen.mic->pipes.push_back({"sound to program", 9, 3, 1, 64});
  EXPECT_EQ(state_json(Plan{}, seen)["source"]["signal"], "frozen");
  EXPECT_EQ(state_json(Plan{}, seen)["source"]["has_picture"], true);
  const auto stats = stats_json(Plan{}, seen);
  EXPECT_EQ(stats["frames"]["capture_age_ms"], 1400);
  EXPECT_EQ(stats["decode_errors"], 3);
  EXPECT_EQ(stats["audio"]["silent_ms"], 12'000);
  EXPECT_EQ(stats["audio"]["capture_lost"], 3);
  EXPECT_EQ(stats["pipes"]["camera to program"]["lost"], 4);
  EXPECT_EQ(stats["pipes"]["sound to program"]["lost"], 3);
  seen.signal = capture::Signal::lost;
  EXPECT_EQ(state_json(Plan{}, seen)["source"]["has_picture"], false);
}

TEST(Report, names_each_layer_on_air_once) {
  Observed seen;
  auto shown = std::make_shared<overlay::Bitmaps>();
  for (const auto layer : {overlay::LayerName::chat_panel, overlay::LayerName::chat_panel,
                           overlay::LayerName::badges, overlay::LayerName::chat_panel}) {
    overlay::PlacedLayer one;
    one.layer = layer;
    shown->layers.push_back(one);
  }
  seen.on_screen = shown;
  EXPECT_EQ(state_json(Plan{}, seen)["layers"].size(), 2U);
}

}  // namespace
}  // namespace xb::studio
