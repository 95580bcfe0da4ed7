// SPDX-License-Identifier: Apache-2.0
#include "app/verbs.h"

#include <gtest/gtest.h>

namespace xb::app {
namespace {

TEST(MovedSentence, names_the_port_that_is_taken_and_the_one_that_is_used) {
  EXPECT_EQ(moved_sentence("127.0.0.1:7180", "127.0.0.1:40001"),
            "7180 已被占用，改用 40001\nPort 7180 is taken, 40001 is used instead\n");
}

TEST(MovedSentence, is_empty_where_nothing_moved) {
  EXPECT_EQ(moved_sentence("127.0.0.1:7180", "127.0.0.1:7180"), "");
  EXPECT_EQ(moved_sentence("127.0.0.1:0", "127.0.0.1:40001"), "");
  EXPECT_EQ(moved_sentence("[::]:7181", "[::]:7181"), "");
}

}  // namespace
}  // namespace xb::app
