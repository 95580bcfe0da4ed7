// SPDX-License-Identifier: Apache-2.0
#include "chat/restore.h"

#include <gtest/gtest.h>

#include "chat/backoff.h"
#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

TEST(Restore, the_stored_form_reads_back) {
  const auto one = make_numbered(42, event(Kind::follow, "e", "u"), "ingest", MonoTime{});
  const auto back = stored_event(one->json);
  ASSERT_TRUE(back);
  EXPECT_EQ((*back)->sequence, 42U);
  EXPECT_EQ((*back)->event, one->event);
  EXPECT_EQ((*back)->json, one->json);
  EXPECT_FALSE(stored_event(R"({"kind":"follow","platform":"d"})"));
  EXPECT_FALSE(stored_event(R"({"seq":0,"kind":"follow","platform":"d"})"));
  EXPECT_FALSE(stored_event("x"));
}

TEST(Restore, the_count_goes_on_from_any_checkpoint) {
  std::vector<NumberedRef> events;
  for (std::uint64_t i = 1; i <= 50; ++i) {
    events.push_back(make_numbered(i,
                                   event(i % 5 == 0   ? Kind::unfollow
                                         : i % 7 == 0 ? Kind::chat
                                                      : Kind::follow,
                                         std::to_string(i), "u" + std::to_string(i % 17)),
                                   "ingest", MonoTime{}));
  }
  auto whole = begin_session({}, 100, "d");
  for (const auto& one : events) fold(whole, one->event);
  for (const std::size_t cut : {0, 1, 25, 50}) {
    auto checkpoint = begin_session({}, 100, "d");
    for (std::size_t i = 0; i < cut; ++i) fold(checkpoint, events[i]->event);
    const auto restored =
        rebuild(checkpoint, {events.begin() + static_cast<std::ptrdiff_t>(cut), events.end()}, 51);
    EXPECT_EQ(restored.counter, whole);
    EXPECT_EQ(restored.next, 51U);
  }
}

TEST(Restore, after_a_crash_numbers_go_on_above_what_was_set_aside) {
  std::vector<NumberedRef> events{numbered(7), numbered(8)};
  EXPECT_EQ(rebuild({}, events, 8193).next, 8193U);
  EXPECT_EQ(rebuild({}, events, 9).next, 9U);
  EXPECT_EQ(rebuild({}, events, 0).next, 9U);
  EXPECT_EQ(rebuild({}, {}, 0).next, 1U);
}

TEST(Backoff, waits_longer_each_time_and_starts_again_after_a_useful_connection) {
  Backoff backoff(1);
  for (const int seconds : {1, 2, 4, 8, 15, 15}) {
    const auto wait = to_ms(backoff.next());
    EXPECT_GE(wait, seconds * 800);
    EXPECT_LE(wait, seconds * 1200);
  }
  backoff.reset();
  EXPECT_LE(to_ms(backoff.next()), 1200);
}

}  // namespace
}  // namespace xb::chat
