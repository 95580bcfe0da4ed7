// What the program says has the shape of tests/cases/wire, which the page is tested with.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.h"
#include "control/api.h"
#include "control/roles.h"
#include "studio/report.h"

namespace xb::control {
namespace {

OrderedJson wire_case(const std::string& name) {
  std::ifstream file(XB_SOURCE_DIR "/tests/cases/wire/" + name + ".json");
  return OrderedJson::parse(file);
}

// Same keys in the same order, same kinds of values; null agrees with anything, since it is what
// was not measured. Every item of an expected list has the shape of the first said one.
void expect_same_shape(const OrderedJson& said, const OrderedJson& expected,
                       const std::string& path) {
  if (said.is_null() || expected.is_null()) return;
  if (said.is_number() && expected.is_number()) return;
  ASSERT_EQ(std::string(said.type_name()), std::string(expected.type_name())) << path;
  if (said.is_array()) {
    if (said.empty()) return;
    for (const auto& one : expected) expect_same_shape(said.front(), one, path + "[]");
  }
  const bool is_by_reason = path == ".chat.dropped" || path.ends_with(".refused");
  if (!said.is_object() || path == ".pipes" || is_by_reason) return;
  std::vector<std::string> keys;
  std::vector<std::string> expected_keys;
  for (const auto& [key, value] : said.items()) keys.push_back(key);
  for (const auto& [key, value] : expected.items()) expected_keys.push_back(key);
  EXPECT_EQ(keys, expected_keys) << path;
  if (keys != expected_keys) return;
  for (const auto& key : keys) expect_same_shape(said.at(key), expected.at(key), path + "." + key);
}

class WireShape : public testing::Test {
 protected:
  WireShape() {
    plan.show.publish.push_back({"抖音", "rtmp://127.0.0.1/live", true});
    seen.phase = studio::Phase::on_air;
    seen.folder = "/var/lib/xiangbo/x";
    seen.began = SessionTime(std::chrono::seconds(1));
    seen.now = SessionTime(std::chrono::seconds(5));
    output::OutputStats push;
    push.name = "抖音";
    push.state = output::OutputState::live;
    push.error = Error(ErrorCode::output_unreachable);
    seen.air.outputs.push_back(push);
    seen.air.recording = push;
    seen.air.recorder.emplace();
    seen.air.recorder->file = "x/program-000.mp4";
    seen.air.recorder->sync_age_ms = 3;
    seen.air.is_any_live = true;
    seen.strands = studio::strands_of(plan);
    seen.air.strands = {{"libx264", 7400, 0}};
    seen.source.has_sound = true;
    seen.source.peak_dbfs = -14.2F;
    seen.ledger.emplace();
    chat::SourceState source;
    source.name = "B站";
    source.platform = "bilibili";
    source.link = chat::LinkState::useful;
    source.refused["malformed"] = 2;
    source.quiet_for = std::chrono::seconds(2);
    source.followers = 1280;
    source.error = Error(ErrorCode::chat_masked);
    seen.chat.sources.push_back(source);
    seen.picture_latency_ms = 41;
    seen.picture_latency_p99_ms = 73;
    auto bitmaps = std::make_shared<overlay::Bitmaps>();
    bitmaps->layers.emplace_back();
    seen.on_screen = bitmaps;
    seen.health.push_back(
        {"capture.camera", Condition::failed, Error(ErrorCode::device_missing), 1});
  }
  // What LiveStudio adds.
  OrderedJson state() const {
    auto out = studio::state_json(plan, seen);
    out["audience"] = "127.0.0.1:7181";
    out["audience_watching"] = 0;
    return out;
  }
  studio::Plan plan;
  studio::Observed seen;
};

TEST_F(WireShape, of_every_state_is_the_one_the_page_reads) {
  for (const auto* name : {"state-ready", "state-ready-no-camera", "state-connecting", "state-live",
                           "state-live-story", "state-reconnecting", "state-recording",
                           "state-recording-alone", "state-recording-audience",
                           "state-recorder-failed", "state-ended"}) {
    SCOPED_TRACE(name);
    expect_same_shape(state(), wire_case(name), "");
  }
}

TEST_F(WireShape, of_the_snapshot_is_a_state) {
  expect_same_shape(state(), wire_case("updates-snapshot").at("state"), "");
}

TEST_F(WireShape, of_the_stats_is_the_one_the_page_reads) {
  expect_same_shape(studio::stats_json(plan, seen), wire_case("stats-live"), "");
}

TEST(WireShapeOfDeeds, is_the_one_the_page_reads) {
  SystemClock clock;
  RecentDeeds deeds(clock);
  deeds.add({"a", "product.show", {{"product", "orange"}, {"note", "not told"}}, "assistant 小李"},
            {static_cast<int>(Role::assistant), "小李", 3});
  deeds.add({"b", "product.hide", Json::object(), "operator"},
            {static_cast<int>(Role::operator_), "", 0});
  deeds.add({"a", "product.show", Json::object(), "assistant 小李"}, {});  // sent again
  auto said = deeds.json();
  const auto expected = wire_case("recent");
  ASSERT_EQ(said.size(), expected.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    for (const auto* words : {"time", "zh", "en"}) {
      EXPECT_FALSE(said[i][words].get<std::string>().empty());
      said[i][words] = expected[i][words];
    }
  }
  EXPECT_EQ(said, expected);
}

TEST_F(WireShape, of_answers_is_the_one_the_page_reads) {
  const auto said = [](const net::Response& answer) { return OrderedJson::parse(*answer.body); };
  const auto refused = refusal_of(Error(ErrorCode::price_incomplete));
  EXPECT_EQ(refused.status, 409);
  expect_same_shape(said(refused), wire_case("answer-refused"), "");
  EXPECT_EQ(said(refused).at("code"), wire_case("answer-refused").at("code"));
  const auto noted = wire_case("answer-note");
  EXPECT_EQ(said(answer_of({.is_ok = true,
                            .error = {},
                            .note_zh = noted.at("zh").get<std::string>(),
                            .note_en = noted.at("en").get<std::string>()})),
            noted);
}

}  // namespace
}  // namespace xb::control
