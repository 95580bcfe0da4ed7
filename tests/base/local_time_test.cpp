// SPDX-License-Identifier: Apache-2.0
#include "base/local_time.h"

#include <gtest/gtest.h>

namespace xb {
namespace {

TEST(LocalTime, is_the_second_that_has_begun_before_1970_too) {
  const WallTime zero{};
  const auto at = [](WallTime wall) {
    auto local = local_time(wall);
    return std::mktime(&local);
  };
  EXPECT_EQ(at(zero + std::chrono::milliseconds(1999)), 1);
  EXPECT_EQ(at(zero - std::chrono::milliseconds(1)), -1);
  EXPECT_EQ(local_day(zero + std::chrono::hours(48)).substr(0, 8), "1970-01-");
}

}  // namespace
}  // namespace xb
