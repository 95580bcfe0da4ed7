// SPDX-License-Identifier: Apache-2.0
#include "app/clean_pieces.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temp_folder.h"

namespace xb::app {
namespace {

// An evening at 30 frames a second; each run counts its frames from `program_ms` on.
class CleanPiecesTest : public testing::Test {
 protected:
  void run_at(std::int64_t program_ms) {
    program_ms_ = program_ms;
    runs_.emplace_back();
    runs_.back().video.rate = {30, 1};
  }
  // A file of the run begun last; without an end it broke off after `broke_off_ms`.
  void file(FrameNumber first, std::optional<FrameNumber> end, std::int64_t broke_off_ms = 0) {
    const auto name = "clean-00" + std::to_string(clean_.size()) + ".mp4";
    std::ofstream(temp_.path() / name) << "film";
    runs_.back().clean.push_back({temp_.path() / name, first, end, false});
    const auto from = program_ms_ + first.value * 1000 / 30;
    clean_.push_back(
        {name, {from, end ? program_ms_ + end->value * 1000 / 30 : from + broke_off_ms}});
  }
  Result<CleanPieces> pieces(std::int64_t from, std::int64_t to) {
    return clean_pieces_of(runs_, clean_, {from, to});
  }
  bool are_missing(std::int64_t from, std::int64_t to) {
    const auto found = pieces(from, to);
    return !found && found.error().code() == ErrorCode::clean_feed_missing;
  }

  test::TempFolder temp_;
  std::vector<studio::FilmRun> runs_;
  std::vector<review::Segment> clean_;
  std::int64_t program_ms_ = 0;
};

TEST_F(CleanPiecesTest, a_span_within_a_file_is_a_part_of_it) {
  run_at(0);
  file(FrameNumber{6}, FrameNumber{300});
  const auto found = pieces(2200, 3200);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->run, &runs_[0]);
  EXPECT_EQ(found->first.value, 66);
  EXPECT_EQ(found->end.value, 96);
  ASSERT_EQ(found->pieces.size(), 1U);
  EXPECT_EQ(found->pieces[0].from, std::chrono::seconds(2));
  EXPECT_EQ(found->pieces[0].first.value, 66);
  EXPECT_EQ(found->pieces[0].end.value, 96);
}

TEST_F(CleanPiecesTest, one_over_a_change_from_copy_to_encoder_is_a_part_of_each) {
  run_at(0);
  file(FrameNumber{0}, FrameNumber{90});
  file(FrameNumber{90}, FrameNumber{96});
  file(FrameNumber{110}, FrameNumber{300});
  const auto found = pieces(2000, 5000);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->pieces.size(), 3U);
  EXPECT_EQ(found->pieces[1].from, Duration{});
  EXPECT_EQ(found->pieces[2].first.value, 110);
  EXPECT_EQ(found->pieces[2].end.value, 150);
}

TEST_F(CleanPiecesTest, a_hole_of_more_than_a_second_is_missing) {
  run_at(0);
  file(FrameNumber{0}, FrameNumber{90});
  file(FrameNumber{120}, FrameNumber{240});
  file(FrameNumber{271}, FrameNumber{600});
  EXPECT_TRUE(pieces(2000, 7000));
  EXPECT_TRUE(are_missing(2000, 10'000));
  EXPECT_TRUE(pieces(3200, 7000)) << "also where the span begins in one";
}

TEST_F(CleanPiecesTest, one_that_reaches_a_little_beyond_the_feed_is_so_much_shorter) {
  run_at(0);
  file(FrameNumber{45}, FrameNumber{150});
  const auto found = pieces(600, 5900);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first.value, 45);
  EXPECT_EQ(found->end.value, 150);
  EXPECT_TRUE(are_missing(400, 4000));
  EXPECT_TRUE(are_missing(2000, 6100));
  EXPECT_TRUE(are_missing(5100, 5900)) << "none of it";
}

TEST_F(CleanPiecesTest, a_piece_without_a_picture_is_a_hole_like_any_other) {
  run_at(0);
  file(FrameNumber{0}, FrameNumber{90});
  file(FrameNumber{90}, FrameNumber{300});
  auto first = *pieces(2800, 5000);
  first.pieces.erase(first.pieces.begin());
  EXPECT_TRUE(close_up(first));
  EXPECT_EQ(first.first.value, 90);
  EXPECT_EQ(first.end.value, 150);
  auto second = *pieces(1000, 5000);
  second.pieces.pop_back();
  EXPECT_FALSE(close_up(second));
  second.pieces.clear();
  EXPECT_FALSE(close_up(second));
}

TEST_F(CleanPiecesTest, a_file_that_broke_off_ends_where_it_ends) {
  run_at(0);
  file(FrameNumber{0}, std::nullopt, 6200);
  EXPECT_EQ(pieces(4000, 6000)->end.value, 180);
  EXPECT_EQ(pieces(5000, 7000)->end.value, 186);
  EXPECT_TRUE(are_missing(5000, 7300));
}

TEST_F(CleanPiecesTest, what_another_run_shows_is_never_a_picture_that_stands) {
  run_at(0);
  file(FrameNumber{0}, std::nullopt, 6200);
  run_at(6500);
  file(FrameNumber{3}, FrameNumber{200});
  EXPECT_TRUE(pieces(5000, 6600));
  EXPECT_TRUE(are_missing(5800, 6800));
  const auto second = pieces(7600, 9600);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->run, &runs_[1]);
  EXPECT_EQ(second->first.value, 33);
}

TEST_F(CleanPiecesTest, files_that_are_gone_or_of_no_run_do_not_count) {
  run_at(0);
  file(FrameNumber{0}, FrameNumber{300});
  clean_.push_back({"clean-007.mp4", {0, 10'000}});
  EXPECT_TRUE(pieces(2000, 3000));
  std::filesystem::remove(temp_.path() / "clean-000.mp4");
  EXPECT_TRUE(are_missing(2000, 3000));
}

}  // namespace
}  // namespace xb::app
