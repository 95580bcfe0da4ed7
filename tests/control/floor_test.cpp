// Commands to the real Floor through the real port: what the same id gets. SPDX-License-Identifier:
// Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <future>

#include "base/pipe.h"
#include "overlay/theme.h"
#include "session/database.h"
#include "studio/live_studio.h"
#include "tests/control/control_test_room.h"

namespace xb::control {
namespace {

class FloorCommands : public ControlTest {
 protected:
  FloorCommands() : data(*session::DataFolder::open(folder / "data")) {
    studio::LiveSettings settings;
    auto& plan = settings.plan;
    plan.show.station.name = "竹园村";
    plan.show.attire = std::make_shared<const overlay::Attire>(
        *overlay::load_attire(XB_SOURCE_DIR "/assets", "red"));
    plan.show.video.width = 320;
    plan.show.video.height = 180;
    plan.source = "test:";
    plan.is_recording = false;
    plan.assets = XB_SOURCE_DIR "/assets";
    settings.audience = {"127.0.0.1", 0};
    auto opened = studio::LiveStudio::open(std::move(settings), &data, clock, health);
    if (!opened) throw std::runtime_error(opened.error().log_line());
    live = std::move(*opened);
    open(*live);
  }
  ~FloorCommands() override { room.reset(); }

  std::string state() const { return live->state().at("state").get<std::string>(); }
  std::filesystem::path session() const {
    return live->state().at("session").at("folder").get<std::string>();
  }

  session::DataFolder data;
  std::unique_ptr<studio::LiveStudio> live;
};

TEST_F(FloorCommands, have_one_effect_and_one_answer_for_each_id) {
  const auto first = post(R"({"id":"a","name":"live.start"})");
  EXPECT_EQ(first.status, 200);
  const auto began = session();
  EXPECT_EQ(post(R"({"id":"b","name":"live.end"})").status, 200);
  EXPECT_EQ(state(), "ended");
  EXPECT_EQ(post(R"({"id":"a","name":"live.start"})").body, first.body);
  EXPECT_EQ(state(), "ended");
  EXPECT_EQ(session(), began);
}

TEST_F(FloorCommands, report_no_more_what_is_well_again) {
  const auto in_the_way = folder / "data/sessions";
  std::filesystem::remove_all(in_the_way);
  std::ofstream(in_the_way) << "no folder";
  ASSERT_EQ(post(R"({"id":"a","name":"live.start"})").status, 200);
  const auto told = [&](const std::string& component) {
    const auto problems = live->state().at("problems");
    return std::any_of(problems.begin(), problems.end(),
                       [&](const auto& problem) { return problem.at("component") == component; });
  };
  EXPECT_TRUE(told("session"));
  ASSERT_EQ(post(R"({"id":"b","name":"live.end"})").status, 200);
  std::filesystem::remove(in_the_way);
  std::filesystem::create_directory(in_the_way);
  ASSERT_EQ(post(R"({"id":"c","name":"live.start"})").status, 200);
  EXPECT_FALSE(told("session"));
}

TEST_F(FloorCommands, stay_refused_under_their_id_however_they_come_again) {
  const std::string wrong[] = {R"({"id":"a","name":"live.start","args":[]})",
                               R"({"id":"b","name":"live.begin"})",
                               R"({"id":"c","name":"product.show","args":{}})",
                               R"({"id":"d","name":"marker.add","args":{"note":"x"}})"};
  for (const auto& body : wrong) {
    const auto refused = post(body);
    EXPECT_GE(refused.status, 400) << body;
    const auto right = R"({"id":")" + body.substr(7, 1) + R"(","name":"live.start","args":{}})";
    const auto again = post(right);
    EXPECT_EQ(again.status, refused.status) << body;
    EXPECT_EQ(again.body, refused.body) << body;
  }
  EXPECT_EQ(state(), "ready");
}

TEST_F(FloorCommands, are_not_answered_twice_before_the_first_is_kept) {
  ASSERT_EQ(post(R"({"id":"a","name":"live.start"})").status, 200);
  auto blocked = session::Database::open(session() / "ledger.db", session::OpenMode::read_write);
  ASSERT_TRUE(blocked);
  ASSERT_TRUE(blocked->run("BEGIN EXCLUSIVE"));
  Queue<int> answered("answered", 4, Overflow::refuse);
  const auto ask = [&](int n) {
    live->command({"m", "marker.add", {{"note", "x"}}, "operator"},
                  [&answered, n](const studio::Answer&) { answered.push(int(n)); });
  };
  ask(1);
  ask(2);
  EXPECT_EQ(answered.pop_for(std::chrono::seconds(5), {}), 1);
  EXPECT_EQ(answered.pop_for(std::chrono::seconds(5), {}), 2);
  ask(3);
  EXPECT_EQ(answered.pop_for(std::chrono::seconds(5), {}), 3);
  ASSERT_TRUE(blocked->run("ROLLBACK"));
}

}  // namespace
}  // namespace xb::control
