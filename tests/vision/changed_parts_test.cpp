// SPDX-License-Identifier: Apache-2.0
#include "vision/changed_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace xb::vision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const cv::Rect all(0, 0, 426, 240);

// A wall, as a camera with a sensor's noise sees it.
cv::Mat wall(int seed) {
  cv::Mat noise(all.size(), CV_8U);
  cv::RNG(static_cast<std::uint64_t>(seed)).fill(noise, cv::RNG::UNIFORM, 117, 124);
  return noise;
}

cv::Mat with_somebody(int seed, const cv::Rect& where) {
  auto picture = wall(seed);
  picture(where).setTo(90);
  return picture;
}

bool is_in_one(const std::vector<cv::Rect>& parts, const cv::Rect& wanted) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const cv::Rect& part) { return (part & wanted) == wanted; });
}

int area(const std::vector<cv::Rect>& parts) {
  int sum = 0;
  for (const auto& part : parts) sum += part.area();
  return sum;
}

TEST(ChangedParts, is_everything_at_first_and_nothing_of_a_wall_after_that) {
  ChangedParts parts(30, 45);
  EXPECT_THAT(parts.to_look_at(wall(1)), ElementsAre(all));
  EXPECT_THAT(parts.to_look_at(wall(2)), IsEmpty());
}

TEST(ChangedParts, has_whoever_comes_in_it_and_not_the_wall_beside) {
  for (const auto& somebody :
       {cv::Rect(200, 100, 40, 40), cv::Rect(0, 0, 31, 31), cv::Rect(390, 203, 36, 36)}) {
    ChangedParts parts(30, 45);
    parts.to_look_at(wall(1));
    const auto found = parts.to_look_at(with_somebody(2, somebody));
    EXPECT_TRUE(is_in_one(found, somebody)) << somebody;
    EXPECT_LT(area(found), all.area() / 5) << somebody;
    EXPECT_THAT(parts.to_look_at(with_somebody(3, somebody)), IsEmpty()) << "he was looked at";
    EXPECT_TRUE(is_in_one(parts.to_look_at(wall(4)), somebody)) << "he has gone";
  }
}

TEST(ChangedParts, has_two_who_come_at_once_each_in_a_part) {
  ChangedParts parts(30, 45);
  parts.to_look_at(wall(1));
  auto picture = with_somebody(2, {20, 20, 40, 40});
  const cv::Rect other(380, 180, 40, 40);
  picture(other).setTo(160);
  const auto found = parts.to_look_at(picture);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_TRUE(is_in_one(found, {20, 20, 40, 40}));
  EXPECT_TRUE(is_in_one(found, other));
}

TEST(ChangedParts, has_what_comes_slowly_once_it_is_there) {
  ChangedParts parts(30, 45);
  auto picture = wall(1);
  const cv::Rect somebody(200, 100, 40, 40);
  bool is_seen = false;
  for (int look = 0; look < 7; ++look) {
    picture(somebody) -= 3;
    is_seen = is_seen || (look > 0 && is_in_one(parts.to_look_at(picture), somebody));
    if (look == 0) parts.to_look_at(picture);
  }
  EXPECT_TRUE(is_seen);
}

TEST(ChangedParts, is_everything_now_and_then_and_at_another_size) {
  ChangedParts parts(30, 45);
  int whole = 0;
  for (int look = 0; look < 24; ++look)
    whole += parts.to_look_at(wall(look)) == std::vector{all} ? 1 : 0;
  EXPECT_EQ(whole, 3);
  const cv::Mat upright(426, 240, CV_8U, cv::Scalar(120));
  EXPECT_THAT(parts.to_look_at(upright), ElementsAre(cv::Rect(0, 0, 240, 426)));
}

TEST(ChangedParts, has_what_is_to_be_forgotten_though_it_is_the_same) {
  ChangedParts parts(30, 45);
  parts.to_look_at(wall(1));
  const cv::Rect doubtful(300, 50, 60, 60);
  parts.forget(doubtful);
  const auto found = parts.to_look_at(wall(2));
  EXPECT_TRUE(is_in_one(found, doubtful));
  EXPECT_LT(area(found), all.area() / 3);
  parts.forget({-20, 230, 4000, 40});  // reaches over the edge
  EXPECT_TRUE(is_in_one(parts.to_look_at(wall(3)), {0, 230, 426, 10}));
  parts.forget();
  EXPECT_THAT(parts.to_look_at(wall(4)), ElementsAre(all));
}

TEST(ChangedParts, is_everything_where_everything_changes) {
  ChangedParts parts(30, 45);
  parts.to_look_at(wall(1));
  EXPECT_THAT(parts.to_look_at(wall(2) + 40), ElementsAre(all));
}

}  // namespace
}  // namespace xb::vision
