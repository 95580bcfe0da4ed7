// Dark and still spans, small pictures that are kept, who agreed to a deletion, and a pass that
// goes on. SPDX-License-Identifier: Apache-2.0
#include "review/pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/files.h"
#include "review/scan.h"
#include "tests/review/ledger_maker.h"
#include "tests/support/media_files.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

MATCHER_P2(spans, from, to, "") {
  return arg.from == from && arg.to == to;
}

// One each two seconds, `light` by time.
std::vector<Glance> glances(std::int64_t seconds,
                            const std::function<std::vector<std::uint8_t>(std::int64_t)>& blocks) {
  std::vector<Glance> out;
  for (std::int64_t t = 0; t < seconds * 1000; t += 2000) out.push_back({t, blocks(t)});
  return out;
}
std::uint8_t moving(std::int64_t t) {
  return static_cast<std::uint8_t>(100 + t / 2000 % 2 * 5);
}

TEST(PicturesTest, dark_is_what_stays_so_for_fifteen_seconds) {
  const auto seen = glances(120, [](std::int64_t t) -> std::vector<std::uint8_t> {
    const bool is_long = t >= 20'000 && t < 40'000;
    const bool is_short = t >= 60'000 && t < 70'000;
    const bool is_behind_slate = t >= 80'000 && t < 110'000;
    if (is_long || is_short || is_behind_slate)
      return {20, static_cast<std::uint8_t>(18 + t / 2000 % 2 * 9)};
    return {90, moving(t)};
  });
  EXPECT_THAT(dark_in(seen, {{"away", {80'000, 110'000}}}), ElementsAre(spans(20'000, 40'000)));
  EXPECT_THAT(still_in(seen, {}), IsEmpty());
}

TEST(PicturesTest, still_is_where_no_block_changes) {
  const auto seen = glances(120, [](std::int64_t t) -> std::vector<std::uint8_t> {
    const bool is_still = t >= 20'000 && t < 50'000;
    // coding makes a little of the same picture; a hand that moves is more
    return {90, is_still ? static_cast<std::uint8_t>(60 + t / 2000 % 2) : moving(t), 120};
  });
  EXPECT_THAT(still_in(seen, {}), ElementsAre(spans(20'000, 50'000)));
  EXPECT_THAT(still_in(seen, {{"ended", {30'000, 50'000}}}), IsEmpty());
  EXPECT_THAT(dark_in(seen, {}), IsEmpty());
}

TEST(PicturesTest, nothing_is_said_of_what_was_not_seen) {
  std::vector<Glance> seen{{0, {10, 10}}, {100'000, {10, 10}}};
  EXPECT_THAT(dark_in(seen, {}), IsEmpty());
  EXPECT_THAT(dark_in({}, {}), IsEmpty());
}

TEST(PicturesTest, what_is_kept_is_read_back_and_what_is_foreign_is_not) {
  const test::TempFolder temp;
  const auto file = temp.path() / lane_name;
  PictureLane lane;
  lane.step_ms = 2000;
  lane.columns = 16;
  lane.count = 30;
  lane.width = 160;
  lane.height = 90;
  lane.dark = {{1, 20'000}};
  lane.still = {{30'000, 50'000}};
  lane.unseen = {{"program-001.mp4", {60'000, 90'000}}};
  save_pictures(file, "key", lane);
  const auto kept = load_pictures(file, "key");
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->dark, ElementsAre(spans(1, 20'000)));
  EXPECT_THAT(problems_in(*kept), SizeIs(2));
  ASSERT_THAT(missing_in(*kept), SizeIs(1));
  EXPECT_THAT(missing_in(*kept)[0].en,
              HasSubstr("program-001.mp4 is damaged or cut: no picture from 00:01:00 to 00:01:30"));
  EXPECT_FALSE(load_pictures(file, "another")) << "the recordings are others";
  for (
      const auto* const foreign :
      {"", "{}",
       R"({"v":1,"key":"key","step_ms":0,"columns":1,"count":1,"width":1,"height":1,"dark":[],"still":[],"unseen":[],"error":null})",
       R"({"v":1,"key":"key","step_ms":1,"columns":1,"count":99999,"width":1,"height":1,"dark":[],"still":[],"unseen":[],"error":null})",
       R"({"v":1,"key":"key","step_ms":1,"columns":1,"count":1,"width":1,"height":1,"dark":[7],"still":[],"unseen":[],"error":null})"}) {
    std::ofstream(file) << foreign;
    EXPECT_FALSE(load_pictures(file, "key")) << foreign;
  }
}

TEST(PicturesTest, a_film_that_was_cut_and_one_that_is_none_are_named) {
  const test::TempFolder temp;
  const auto film = support::ffmpeg(
      "-f lavfi -i testsrc2=s=160x90:r=5:d=60 -c:v libx264 -preset ultrafast -g 10 -pix_fmt "
      "yuv420p "
      "-movflags +frag_keyframe+empty_moov",
      (temp.path() / "program-000.mp4").string());
  fs::resize_file(film, fs::file_size(film) / 3);
  std::ofstream(temp.path() / "program-001.mp4") << "no film";
  Evening evening;
  evening.duration_ms = 120'000;
  evening.segments = {{"program-000.mp4", {0, 60'000}},
                      {"program-001.mp4", {60'000, 90'000}},
                      {"program-002.mp4", {90'000, 120'000}}};
  SystemClock clock;
  const auto seen = look_through(evening, temp.path(), clock, {}, [](double) {});
  ASSERT_TRUE(seen);
  ASSERT_THAT(seen->lane.unseen, SizeIs(2)) << "one that is not there is named by itself";
  EXPECT_EQ(seen->lane.unseen[0].name, "program-000.mp4");
  EXPECT_NEAR(static_cast<double>(seen->lane.unseen[0].on.from), 20'000, 6000);
  EXPECT_EQ(seen->lane.unseen[0].on.to, 60'000);
  EXPECT_EQ(seen->lane.unseen[1].on.from, 60'000);
  EXPECT_FALSE(seen->wall.empty());
}

TEST(PicturesTest, some_seconds_that_a_film_lacks_are_named_and_a_whole_one_is_not) {
  const test::TempFolder temp;
  support::ffmpeg(
      "-f lavfi -i testsrc2=s=160x90:r=5:d=6 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p",
      (temp.path() / "program-000.mp4").string());
  SystemClock clock;
  const auto unseen = [&](std::int64_t to) {
    Evening evening;
    evening.duration_ms = to;
    evening.segments = {{"program-000.mp4", {200, to}}};
    return look_through(evening, temp.path(), clock, {}, [](double) {})->lane.unseen;
  };
  EXPECT_THAT(unseen(6500), IsEmpty());
  ASSERT_THAT(unseen(10'000), SizeIs(1));
  EXPECT_THAT(unseen(10'000)[0].on, spans(6200, 10'000));
}

// The index comes first and tells of all; key pictures are so far apart that they tell nothing.
TEST(PicturesTest, a_plain_film_that_was_cut_is_named_by_its_whole_pictures) {
  const test::TempFolder temp;
  const auto film = support::ffmpeg(
      "-f lavfi -i testsrc2=s=160x90:r=5:d=60 -c:v libx264 -preset ultrafast -g 1000 -pix_fmt "
      "yuv420p -movflags +faststart",
      (temp.path() / "program-000.mp4").string());
  SystemClock clock;
  Evening evening;
  evening.duration_ms = 60'000;
  evening.segments = {{"program-000.mp4", {0, 60'000}}};
  fs::resize_file(film, fs::file_size(film) * 3 / 4);
  const auto seen = look_through(evening, temp.path(), clock, {}, [](double) {});
  ASSERT_THAT(seen->lane.unseen, SizeIs(1));
  EXPECT_NEAR(static_cast<double>(seen->lane.unseen[0].on.from), 45'000, 5000);
  EXPECT_EQ(seen->lane.unseen[0].on.to, 60'000);
}

TEST(PicturesTest, a_plain_film_that_was_cut_is_named_by_its_key_pictures) {
  const test::TempFolder temp;
  const auto film = support::ffmpeg(
      "-f lavfi -i testsrc2=s=160x90:r=5:d=20 -c:v libx264 -preset ultrafast -g 10 -pix_fmt "
      "yuv420p -movflags +faststart",
      (temp.path() / "program-000.mp4").string());
  SystemClock clock;
  Evening evening;
  evening.duration_ms = 20'000;
  evening.segments = {{"program-000.mp4", {0, 20'000}}};
  EXPECT_THAT(look_through(evening, temp.path(), clock, {}, [](double) {})->lane.unseen, IsEmpty());
  fs::resize_file(film, fs::file_size(film) / 2);
  const auto seen = look_through(evening, temp.path(), clock, {}, [](double) {});
  ASSERT_THAT(seen->lane.unseen, SizeIs(1));
  EXPECT_NEAR(static_cast<double>(seen->lane.unseen[0].on.from), 9000, 3000);
}

TEST(PassTest, it_goes_on_where_it_was_and_can_be_finished_at_any_time) {
  const test::TempFolder temp;
  test::LedgerMaker maker(temp.path(), "a");
  maker.begin();
  maker.event(1000, "follow", "one");
  maker.scene(2000, "mushroom", "");
  maker.event(2500, "chat", "one", "来了");
  maker.commit();
  auto reader = session::Reader::open_unchanged(maker.folder(), session::Look::as_it_comes);
  ASSERT_TRUE(reader) << reader.error().log_line();
  EXPECT_TRUE(reader->is_running());
  Pass pass(maker.folder());
  ASSERT_TRUE(pass.read_on(*reader, {}));
  const auto first = pass.evening(*reader);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->duration_ms, 2500);
  EXPECT_THAT(first->products, SizeIs(1));
  maker.event(5000, "follow", "two");
  maker.scene(6000, "", "");
  maker.add("end", 9000, R"({"reason":"command"})");
  maker.commit();
  ASSERT_TRUE(pass.read_on(*reader, {}));
  const auto second = pass.evening(*reader);
  ASSERT_TRUE(second);
  const auto at_once = scan(*reader, maker.folder(), {});
  ASSERT_TRUE(at_once);
  EXPECT_EQ(second->gained, at_once->gained);
  EXPECT_THAT(second->pluses, SizeIs(2));
  ASSERT_THAT(second->products, SizeIs(1));
  EXPECT_EQ(second->products[0].on.to, 6000);
  EXPECT_EQ(second->products[0].gained, 1);
  EXPECT_EQ(second->ending, Ending::ended);
  EXPECT_EQ(second->duration_ms, 9000);
}

}  // namespace
}  // namespace xb::review
