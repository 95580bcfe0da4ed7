// SPDX-License-Identifier: Apache-2.0
#include "vision/face_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "portrait.h"
#include "vision/face_list.h"

namespace xb::vision {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::vector<media::PixelRect> after_some_looks(FaceSearch& search, const media::Picture& picture) {
  FaceList list;
  for (int i = 0; i < 5; ++i) {
    search.take(picture);
    list.note(SessionTime(from_ms(500 * i)), *search.look(list.candidates()));
  }
  return list.steady();
}

TEST(FaceSearch, finds_a_real_face_where_it_is_on_every_canvas) {
  auto search = FaceSearch::open(cascade_folders());
  ASSERT_TRUE(search) << search.error().log_line();
  struct Case {
    int width, height;
    media::PixelRect face;
  };
  for (const auto& one :
       {Case{1280, 720, {560, 250, 130, 130}}, Case{1280, 720, {1040, 330, 110, 110}},
        Case{1920, 1080, {1500, 500, 220, 220}}, Case{1080, 1920, {400, 700, 260, 260}}}) {
    const auto picture = portrait(one.width, one.height, one.face);
    if (!picture) GTEST_SKIP() << "python3-imageio is not installed";
    const auto found = after_some_looks(*search, *picture);
    ASSERT_THAT(found, SizeIs(1)) << one.width << "x" << one.height << " " << one.face.x;
    const int tolerance = one.face.width / 5;
    EXPECT_NEAR(found[0].x, one.face.x, tolerance);
    EXPECT_NEAR(found[0].y, one.face.y, tolerance);
    EXPECT_NEAR(found[0].width, one.face.width, tolerance);
  }
}

TEST(FaceSearch, finds_nobody_in_a_flat_picture_nor_in_one_smaller_than_its_window) {
  auto search = FaceSearch::open(cascade_folders());
  ASSERT_TRUE(search);
  media::Picture flat(1280, 720);
  flat.fill(90, 128, 128);
  EXPECT_THAT(after_some_looks(*search, flat), IsEmpty());
  media::Picture tiny(16, 8);
  tiny.fill(90, 128, 128);
  search->take(tiny);
  EXPECT_THAT(*search->look({{0, 0, 8, 8}, {-50, 4, 400, 400}}), IsEmpty());
}

TEST(FaceSearch, says_so_when_the_cascade_is_missing) {
  const std::filesystem::path nowhere[] = {"/nonexistent"};
  const auto search = FaceSearch::open(nowhere);
  ASSERT_FALSE(search);
  EXPECT_EQ(search.error().code(), ErrorCode::faces_unavailable);
}

}  // namespace
}  // namespace xb::vision
