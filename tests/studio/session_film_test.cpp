// What a Session folder says of its films.
// SPDX-License-Identifier: Apache-2.0
#include "studio/session_film.h"

#include <gtest/gtest.h>

#include "net/json.h"
#include "session/session.h"
#include "studio/output_journal.h"
#include "studio/show_json.h"
#include "tests/support/temp_folder.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;

TEST(SessionFilm, a_folder_without_a_ledger_is_none) {
  const test::TempFolder folder;
  EXPECT_FALSE(is_session(folder.path()));
  const auto film = open_session_film(folder.path());
  EXPECT_FALSE(film);
}

class SessionFilmOf : public testing::Test {
 protected:
  // Files as they were written: name and first frame, told by the recorder.
  SessionFilm film_of(const Plan& plan, const std::vector<output::RecordedFile>& files) {
    const MonoTime start{100s};
    auto session = session::Session::open(
        data_, clock_, health_,
        {.station = "村", .program_start = start, .json = net::dump(begin_of(plan))});
    XB_CHECK(session.has_value());
    OutputJournal journal((*session)->ledger(), start, plan.show.video.rate, clock_);
    for (const auto& file : files) journal.file(file, FrameNumber{300});
    EXPECT_TRUE((*session)->end("command", 5s));
    folder_ = (*session)->folder();
    auto film = open_session_film(folder_);
    XB_CHECK(film.has_value());
    return std::move(*film);
  }
  test::TempFolder temp_;
  ManualClock clock_{MonoTime(110s), WallTime(1'777'636'800s)};
  Health health_;
  session::DataFolder data_ = std::move(*session::DataFolder::open(temp_ / "data"));
  std::filesystem::path folder_;
};

TEST_F(SessionFilmOf, an_evening_knows_how_the_pictures_were_placed) {
  Plan plan;
  plan.show.video.placement = Placement::crop;
  plan.show.video.crop = {10, 20, 50, 60.5};
  const auto film = film_of(plan, {});
  ASSERT_EQ(film.runs.size(), 1U);
  const auto& video = film.runs[0].video;
  EXPECT_EQ(video.width, 1280);
  EXPECT_EQ(video.height, 720);
  EXPECT_EQ(video.rate, (Rate{30, 1}));
  EXPECT_EQ(video.placement, Placement::crop);
  EXPECT_EQ(video.crop, plan.show.video.crop);
}

TEST_F(SessionFilmOf, a_further_canvas_has_its_own_placement) {
  Plan plan;
  plan.show.video.placement = Placement::crop;
  plan.show.canvases = {{"竖屏", 720, 1280, 0, Placement::contain, {}}};
  plan.show.record = {"竖屏", true};
  const auto film = film_of(plan, {});
  const auto& video = film.runs.front().video;
  EXPECT_EQ(video.width, 720);
  EXPECT_EQ(video.height, 1280);
  EXPECT_EQ(video.placement, Placement::contain);
}

TEST_F(SessionFilmOf, parts_tell_whose_pictures_they_hold) {
  const auto film = film_of(Plan{}, {{"x/clean-000.mp4", 0, std::nullopt, false},
                                     {"x/clean-000.mp4", 0, 1'000'000, false},
                                     {"x/clean-001.mp4", 1'000'000, std::nullopt, true},
                                     {"x/clean-001.mp4", 1'000'000, 3'000'000, true}});
  const auto& parts = film.runs.front().clean;
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_FALSE(parts[0].is_as_delivered);
  EXPECT_TRUE(parts[1].is_as_delivered);
  EXPECT_EQ(parts[0].end, parts[1].first);
  EXPECT_EQ(parts[1].first, FrameNumber{330});
  EXPECT_EQ(parts[1].end, FrameNumber{390});
  EXPECT_EQ(parts[1].file, folder_ / "clean-001.mp4");
}

}  // namespace
}  // namespace xb::studio
