// Revolutionary history and goods for sale never share a frame.
// SPDX-License-Identifier: Apache-2.0
#include "rules/heritage_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace xb::rules {
namespace {

using enum OnAir;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array everything{heritage_caption, plain_caption, product_card, sale_countdown,
                                slate_with_prices};

TEST(HeritageLock, keeps_heritage_from_all_that_sells_whichever_comes_first) {
  for (const auto sale : {product_card, sale_countdown, slate_with_prices}) {
    EXPECT_FALSE(may_share_frame(heritage_caption, sale));
    EXPECT_FALSE(may_share_frame(sale, heritage_caption));
  }
}

TEST(HeritageLock, allows_everything_else) {
  for (const auto one : everything) {
    for (const auto other : everything) {
      if (one == heritage_caption || other == heritage_caption) continue;
      EXPECT_TRUE(may_share_frame(one, other));
    }
  }
  EXPECT_TRUE(may_share_frame(heritage_caption, plain_caption));
}

TEST(HeritageLock, takes_off_what_may_not_stay) {
  EXPECT_THAT(must_go_off(product_card, everything), ElementsAre(heritage_caption));
  EXPECT_THAT(must_go_off(heritage_caption, everything),
              ElementsAre(product_card, sale_countdown, slate_with_prices));
  EXPECT_THAT(must_go_off(plain_caption, everything), IsEmpty());
  EXPECT_THAT(must_go_off(heritage_caption, {}), IsEmpty());
}

}  // namespace
}  // namespace xb::rules
