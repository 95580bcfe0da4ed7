// Names to addresses: what needs no name server, and when asking one is broken off.
// SPDX-License-Identifier: Apache-2.0
#include "base/resolve.h"

#include <gtest/gtest.h>

namespace xb {
namespace {

TEST(Resolve, a_number_is_an_address_and_asks_nobody) {
  ManualClock clock;
  std::stop_source stopped;
  stopped.request_stop();
  for (const auto* number : {"127.0.0.1", "::1"}) {
    const auto found =
        resolve(number, 1935, clock, clock.now(), stopped.get_token(), ErrorCode::net_failed);
    ASSERT_TRUE(found) << number;
    EXPECT_EQ(found->size(), 1U);
  }
}

TEST(Resolve, a_stop_request_ends_it_at_once) {
  ManualClock clock;
  std::stop_source stopped;
  stopped.request_stop();
  const auto found = resolve("name.invalid", 1935, clock, clock.now() + std::chrono::hours(1),
                             stopped.get_token(), ErrorCode::net_failed);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::cancelled);
}

TEST(Resolve, a_name_that_is_not_found_in_time_is_the_error_asked_for) {
  ManualClock clock;
  // longer than a label may be: no question to a name server can be made of it
  const auto name = std::string(64, 'x') + ".invalid";
  const auto found = resolve(name, 1935, clock, clock.now(), {}, ErrorCode::source_open_failed);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::source_open_failed);
  EXPECT_NE(found.error().detail().find(name), std::string::npos);
}

}  // namespace
}  // namespace xb
