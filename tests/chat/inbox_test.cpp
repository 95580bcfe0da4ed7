// SPDX-License-Identifier: Apache-2.0
#include "chat/inbox.h"

#include <gtest/gtest.h>

#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

TEST(Inbox, knows_an_event_again_by_platform_and_id) {
  Inbox inbox;
  inbox.remember(event(Kind::follow, "1", "a"), 7, Seen::pending);
  EXPECT_EQ(inbox.look_up(event(Kind::follow, "1", "a"))->seen, Seen::pending);
  EXPECT_EQ(inbox.look_up(event(Kind::follow, "1", "a"))->sequence, 7U);
  EXPECT_EQ(inbox.look_up(event(Kind::follow, "2", "a"))->seen, Seen::fresh);
  EXPECT_EQ(inbox.look_up(event(Kind::follow, "1", "a", "other"))->seen, Seen::fresh);
  inbox.settle(event(Kind::follow, "1"), Seen::committed);
  EXPECT_EQ(inbox.look_up(event(Kind::follow, "1"))->seen, Seen::committed);
}

TEST(Inbox, an_event_without_id_is_always_fresh) {
  Inbox inbox;
  inbox.remember(event(Kind::chat), 1, Seen::committed);
  EXPECT_EQ(inbox.look_up(event(Kind::chat))->seen, Seen::fresh);
  EXPECT_EQ(inbox.size(), 0U);
}

TEST(Inbox, forgets_the_oldest_id_of_the_platform_when_full) {
  Inbox inbox({.ids = 3, .platforms = 8});
  inbox.remember(event(Kind::chat, "quiet", "", "other"), 1, Seen::committed);
  for (int i = 0; i < 5; ++i) {
    inbox.remember(event(Kind::chat, std::to_string(i)), 2, Seen::committed);
  }
  EXPECT_EQ(inbox.look_up(event(Kind::chat, "1"))->seen, Seen::fresh);
  EXPECT_EQ(inbox.look_up(event(Kind::chat, "2"))->seen, Seen::committed);
  EXPECT_EQ(inbox.look_up(event(Kind::chat, "quiet", "", "other"))->seen, Seen::committed);
  EXPECT_EQ(inbox.size(), 4U);
}

TEST(Inbox, a_flood_of_chat_pushes_no_follow_and_no_gift_out) {
  Inbox inbox({.ids = 3, .people = 2, .values = 2, .platforms = 8});
  inbox.remember(event(Kind::follow, "f", "a"), 1, Seen::committed);
  inbox.remember(event(Kind::gift, "g", "a"), 2, Seen::committed);
  for (int i = 0; i < 100; ++i)
    inbox.remember(event(Kind::chat, std::to_string(i)), 3, Seen::committed);
  EXPECT_EQ(inbox.look_up(event(Kind::follow, "f", "a"))->seen, Seen::committed);
  EXPECT_EQ(inbox.look_up(event(Kind::gift, "g", "a"))->seen, Seen::committed);
  EXPECT_EQ(inbox.look_up(event(Kind::chat, "96"))->seen, Seen::fresh);
  inbox.remember(event(Kind::unfollow, "u1", "a"), 4, Seen::committed);
  inbox.remember(event(Kind::follow, "u2", "a"), 5, Seen::committed);
  EXPECT_EQ(inbox.look_up(event(Kind::follow, "f", "a"))->seen, Seen::fresh);
}

TEST(Inbox, refuses_more_platforms_than_it_can_remember) {
  Inbox inbox({.ids = 3, .platforms = 2});
  inbox.remember(event(Kind::chat, "1", "", "a"), 1, Seen::committed);
  inbox.remember(event(Kind::chat, "1", "", "b"), 2, Seen::committed);
  EXPECT_FALSE(inbox.look_up(event(Kind::chat, "1", "", "c")));
  EXPECT_TRUE(inbox.look_up(event(Kind::chat, "1", "", "a")));
}

}  // namespace
}  // namespace xb::chat
