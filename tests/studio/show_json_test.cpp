// What the begin Entry keeps of a Show.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_json.h"

#include <gtest/gtest.h>

#include "net/json.h"
#include "studio/schema.h"

namespace xb::studio {
namespace {

Plan plan_of(const std::string& text) {
  Plan plan;
  std::vector<Problem> problems;
  read_show_text(text, "show.toml", plan.show, problems);
  EXPECT_TRUE(problems.empty()) << pretty(problems);
  return plan;
}

const std::string show = R"([station]
name = "竹园村"
[video]
placement = "crop"
crop = [10, 0, 80.5, 100]
[source]
from = "rtsp://admin:CANARY@10.0.0.9/stream/CANARY"
mic = "none"
[counter]
baseline = 7
[screen]
chat = false
notices = ["一"]
opens_at = "19:30"
away_title = "先喝一口水"
away_minutes = 5
)";

TEST(BeginEntry, keeps_all_that_the_picture_was_made_with) {
  const auto begin = begin_of(plan_of(show));
  EXPECT_EQ(begin["video"]["placement"], "crop");
  EXPECT_EQ(begin["video"]["crop"], OrderedJson({10, 0, 80.5, 100}));
  EXPECT_EQ(begin["video"]["bitrate_kbps"], 3000);
  EXPECT_EQ(begin["video"]["crf"], 0);
  EXPECT_EQ(begin["canvases"], OrderedJson::array());
  EXPECT_EQ(begin["record"], OrderedJson({{"canvas", "video"}, {"clean", false}}));
  EXPECT_EQ(begin["source"]["mic"], "none");
  EXPECT_EQ(begin["counter"]["baseline"], 7);
  EXPECT_EQ(begin["screen"], OrderedJson({{"chat", false},
                                          {"notices", {"一"}},
                                          {"opens_at", "19:30"},
                                          {"away_title", "先喝一口水"},
                                          {"away_minutes", 5}}));
}

TEST(BeginEntry, keeps_the_source_of_the_command_line_where_one_was_named) {
  auto plan = plan_of(show);
  plan.source = "test:";
  plan.mic = "file:a.wav";
  EXPECT_EQ(begin_of(plan)["source"], OrderedJson({{"from", "test:"}, {"mic", "file:a.wav"}}));
}

TEST(BeginEntry, holds_no_password_of_a_camera) {
  const auto begin = net::dump(begin_of(plan_of(show)));
  EXPECT_EQ(begin.find("CANARY"), std::string::npos) << begin;
  EXPECT_NE(begin.find("10.0.0.9"), std::string::npos) << begin;
}

}  // namespace
}  // namespace xb::studio
