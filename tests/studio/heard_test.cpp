// Which messages can be pinned, and whose were taken away.
// SPDX-License-Identifier: Apache-2.0
#include "studio/heard.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

constexpr SessionTime now{std::chrono::seconds(9)};

chat::ChatEvent said(const std::string& id, const std::string& user, const std::string& text) {
  chat::ChatEvent event;
  event.platform = "demo";
  event.id = id;
  event.user = chat::User{user, "春燕"};
  event.text = text;
  return event;
}

chat::ChatEvent taken(std::vector<std::string> ids, const std::string& user = {}) {
  chat::ChatEvent event;
  event.kind = chat::Kind::moderation;
  event.platform = "demo";
  event.ids = std::move(ids);
  if (!user.empty()) event.user = chat::User{user, {}};
  return event;
}

TEST(Heard, pins_a_message_by_its_number_as_it_was_said) {
  Heard heard;
  heard.add(said("a", "u1", "多少钱"), chat::Sender::fan, 7);
  const auto line = heard.pin(7, now);
  ASSERT_TRUE(line);
  EXPECT_EQ(*line, (overlay::ChatLine{7, overlay::ChatRole::fan, "春燕", "多少钱", now}));
  EXPECT_FALSE(heard.pin(8, now));
}

TEST(Heard, knows_the_last_thousand_messages_and_nothing_but_messages) {
  Heard heard;
  chat::ChatEvent follow = said("f", "u1", "");
  follow.kind = chat::Kind::follow;
  heard.add(follow, chat::Sender::fan, 1);
  EXPECT_FALSE(heard.pin(1, now));
  for (std::uint64_t n = 2; n < 1003; ++n) heard.add(said("", "u1", "好"), chat::Sender::fan, n);
  EXPECT_FALSE(heard.pin(2, now));
  EXPECT_TRUE(heard.pin(3, now));
}

TEST(Heard, takes_away_by_name_where_there_is_no_id) {
  Heard heard;
  heard.add(said("a", "", "坏话"), chat::Sender::unknown, 1);
  heard.add(said("b", "u1", "坏话"), chat::Sender::unknown, 2);
  auto other = said("c", "", "好话");
  other.user->name = "建国";
  heard.add(other, chat::Sender::unknown, 3);
  chat::ChatEvent by_name = taken({});
  by_name.user = chat::User{{}, "春燕"};
  EXPECT_EQ(heard.add(by_name, chat::Sender::unknown, 4), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_FALSE(heard.pin(1, now));
  EXPECT_TRUE(heard.pin(3, now));
}

TEST(Heard, a_name_beside_ids_takes_away_no_more_than_these) {
  Heard heard;
  heard.add(said("a", "u1", "坏话"), chat::Sender::unknown, 1);
  heard.add(said("b", "u1", "好话"), chat::Sender::unknown, 2);
  chat::ChatEvent one = taken({"a"});
  one.user = chat::User{{}, "春燕"};
  EXPECT_EQ(heard.add(one, chat::Sender::unknown, 3), std::vector<std::uint64_t>{1});
}

TEST(Heard, never_pins_what_the_platform_took_away) {
  Heard heard;
  heard.add(said("a", "u1", "坏话"), chat::Sender::unknown, 1);
  heard.add(said("b", "u1", "好话"), chat::Sender::unknown, 2);
  heard.add(said("c", "u2", "广告"), chat::Sender::unknown, 3);
  EXPECT_EQ(heard.add(taken({"a"}), chat::Sender::unknown, 4), std::vector<std::uint64_t>{1});
  EXPECT_FALSE(heard.pin(1, now));
  EXPECT_TRUE(heard.pin(2, now));
  EXPECT_EQ(heard.add(taken({}, "u2"), chat::Sender::unknown, 5), std::vector<std::uint64_t>{3});
  EXPECT_FALSE(heard.pin(3, now));
  EXPECT_FALSE(heard.is_pinned_gone());
}

TEST(Heard, takes_away_by_number_what_is_hidden_here_and_gives_it_back) {
  Heard heard;
  heard.add(said("", "u1", "广告"), chat::Sender::unknown, 1);
  heard.add(said("", "u1", "好"), chat::Sender::unknown, 2);
  chat::ChatEvent hide;
  hide.kind = chat::Kind::moderation;
  hide.platform = "demo";
  hide.own.emplace().seqs = {1};
  EXPECT_EQ(heard.add(hide, chat::Sender::unknown, 3), std::vector<std::uint64_t>{1});
  EXPECT_FALSE(heard.pin(1, now));
  EXPECT_TRUE(heard.pin(2, now));
  EXPECT_TRUE(heard.platform_of(1));
  EXPECT_FALSE(heard.platform_of(9));
  hide.own->is_shown_again = true;
  EXPECT_TRUE(heard.add(hide, chat::Sender::unknown, 4).empty());
  EXPECT_TRUE(heard.pin(1, now));
}

TEST(Heard, tells_when_the_pinned_message_is_taken_away_however_much_was_said_since) {
  Heard heard;
  heard.add(said("a", "u1", "好"), chat::Sender::fan, 1);
  ASSERT_TRUE(heard.pin(1, now));
  for (std::uint64_t n = 2; n < 2000; ++n) heard.add(said("", "u2", "好"), chat::Sender::fan, n);
  auto elsewhere = taken({}, "u1");
  elsewhere.platform = "other";
  heard.add(elsewhere, chat::Sender::unknown, 2000);
  EXPECT_FALSE(heard.is_pinned_gone()) << "people are told apart by platform";
  heard.add(taken({}, "u1"), chat::Sender::unknown, 2001);
  EXPECT_TRUE(heard.is_pinned_gone());
}

TEST(Heard, tells_what_hands_have_hidden_and_why_until_it_is_seen_again) {
  Heard heard;
  heard.add(said("a", "u1", "加微信"), chat::Sender::unknown, 7);
  heard.add(said("b", "u2", "多少钱"), chat::Sender::unknown, 8);
  auto hide = taken({});
  hide.own.emplace();
  hide.own->by = "assistant";
  hide.own->why = "广告";
  hide.own->seqs = {7};
  heard.add(hide, chat::Sender::unknown, 9);
  const auto hidden = heard.hidden();
  ASSERT_EQ(hidden.size(), 1U);
  EXPECT_EQ(hidden[0].sequence, 7U);
  EXPECT_EQ(hidden[0].text, "加微信");
  EXPECT_EQ(hidden[0].by, "assistant");
  EXPECT_EQ(hidden[0].why, "广告");
  EXPECT_FALSE(heard.pin(7, now));
  hide.own->is_shown_again = true;
  heard.add(hide, chat::Sender::unknown, 10);
  EXPECT_TRUE(heard.hidden().empty());
  EXPECT_TRUE(heard.pin(7, now));
}

}  // namespace
}  // namespace xb::studio
