// Several rooms of one platform: each its own total, and what they have in common.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "chat/counter.h"
#include "chat/freshness.h"
#include "chat/restore.h"
#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

ChatEvent in(const std::string& room, ChatEvent event) {
  event.room = room;
  return event;
}
ChatEvent total_of(const std::string& room, std::int64_t total) {
  return in(room, with_total(Kind::followers, total));
}
ChatEvent by_hand(std::int64_t add, std::optional<std::int64_t> total = std::nullopt) {
  auto out = event(Kind::correction);
  out.own.emplace().add = add;
  out.total = total;
  return out;
}

class Rooms : public testing::Test {
 protected:
  void hear(const ChatEvent& event) { fold(state, event); }
  std::int64_t total() const { return figures_of(state).total; }
  std::optional<std::int64_t> told(const std::string& room) const {
    const auto at = state.platforms.find(room_key("demo", room));
    return at == state.platforms.end() ? std::nullopt : at->second.reported;
  }
  CounterState state = begin_session({}, 100, "2026-02-14");
};

TEST_F(Rooms, each_has_its_own_total_and_the_sum_is_shown) {
  hear(total_of("a", 2000));
  hear(total_of("b", 300));
  EXPECT_EQ(total(), 2300);
  hear(total_of("a", 2001));
  EXPECT_EQ(total(), 2301);
  EXPECT_EQ(told("a"), 2001);
  EXPECT_EQ(told("b"), 300);
}

TEST_F(Rooms, a_follow_moves_the_total_of_its_room_and_a_person_counts_once) {
  hear(total_of("a", 2000));
  hear(total_of("b", 300));
  hear(in("b", event(Kind::follow, "f1", "u1")));
  EXPECT_EQ(told("b"), 301);
  hear(in("a", event(Kind::follow, "f2", "u1")));
  EXPECT_EQ(told("a"), 2000) << "the same person";
  EXPECT_EQ(figures_of(state).gained, 1);
}

TEST_F(Rooms, a_fall_in_one_is_judged_by_itself) {
  hear(total_of("a", 10'000));
  hear(total_of("b", 1000));
  for (int i = 0; i < 2; ++i) hear(total_of("b", 10));
  EXPECT_EQ(told("b"), 1000);
  hear(total_of("a", 10'001));
  hear(total_of("b", 10));
  EXPECT_EQ(told("b"), 10) << "told three times";
  EXPECT_EQ(total(), 10'011);
}

TEST_F(Rooms, viewers_and_likes_are_sums) {
  hear(in("a", with_total(Kind::viewers, 40)));
  hear(in("b", with_total(Kind::viewers, 2)));
  hear(in("a", with_total(Kind::like, 7)));
  hear(in("b", with_total(Kind::like, 5)));
  EXPECT_EQ(figures_of(state).viewers, 42);
  EXPECT_EQ(figures_of(state).likes, 12);
}

TEST_F(Rooms, the_first_one_takes_over_what_the_platform_had) {
  hear(with_total(Kind::followers, 2000));
  hear(total_of("a", 2010));
  EXPECT_EQ(total(), 2010) << "not both";
  hear(total_of("b", 300));
  EXPECT_EQ(total(), 2310);
}

TEST_F(Rooms, a_hand_counts_where_the_first_one_does) {
  hear(total_of("a", 2000));
  hear(total_of("b", 300));
  hear(by_hand(2));
  EXPECT_EQ(total(), 2302);
  EXPECT_EQ(by_hand_of(state, "demo"), 2);
  hear(total_of("a", 2002));
  EXPECT_EQ(total(), 2302) << "the room has told what the hand had seen";
  hear(by_hand(0, 2400));
  EXPECT_EQ(total(), 2400) << "the total of the platform, all its rooms";
  EXPECT_EQ(told("b"), 300);
}

TEST_F(Rooms, a_new_one_takes_the_place_of_one_that_is_in_the_show_no_more) {
  hear(total_of("wrong", 5000));
  hear(total_of("b", 300));
  const auto is_in_show = [](std::string_view room) { return room != "wrong"; };
  replace_room(state, total_of("b", 301), is_in_show);
  EXPECT_EQ(told("wrong"), 5000) << "the others stay as they are";
  replace_room(state, total_of("right", 4990), is_in_show);
  EXPECT_FALSE(told("wrong"));
  hear(total_of("right", 4990));
  EXPECT_EQ(total(), 5290);
  replace_room(state, total_of("third", 1), is_in_show);
  EXPECT_FALSE(told("third")) << "all are in the Show: it has no place to take";
}

TEST_F(Rooms, one_that_is_in_the_show_no_more_leaves_all_sums_until_it_is_back) {
  hear(total_of("gone", 5000));
  hear(total_of("here", 300));
  hear(in("gone", event(Kind::follow, "f1", "u1")));
  hear(in("gone", with_total(Kind::viewers, 40)));
  const auto whole = figures_of(state);
  const auto is_here = [](std::string_view room) { return room != "gone"; };
  EXPECT_TRUE(leave_out_rooms(state, is_here));
  EXPECT_FALSE(leave_out_rooms(state, is_here)) << "nothing more to leave out";
  EXPECT_EQ(total(), 300);
  EXPECT_EQ(figures_of(state).viewers, 0);
  EXPECT_EQ(figures_of(state).gained, 1) << "who came today has come";
  hear(by_hand(2));
  EXPECT_EQ(total(), 302) << "a hand counts in a room that counts";
  hear(by_hand(0, 310));
  EXPECT_EQ(total(), 310) << "the total of the platform is that of its rooms in the Show";
  hear(total_of("here", 302));
  const auto kept = counter_state_of(Json::parse(net::dump(to_json(state))));
  ASSERT_TRUE(kept);
  EXPECT_EQ(figures_of(*kept).total, 302) << "also after a restart";
  EXPECT_TRUE(leave_out_rooms(state, [](std::string_view) { return true; }));
  EXPECT_EQ(total(), whole.total + 2);
}

TEST_F(Rooms, what_was_left_out_counts_again_in_the_room_that_takes_its_place) {
  hear(total_of("wrong", 5000));
  hear(total_of("b", 300));
  const auto is_in_show = [](std::string_view room) { return room != "wrong"; };
  leave_out_rooms(state, is_in_show);
  replace_room(state, total_of("right", 4990), is_in_show);
  EXPECT_EQ(total(), 5300);
  hear(total_of("right", 4990));
  EXPECT_EQ(total(), 5290);
}

TEST_F(Rooms, without_any_room_in_the_show_the_baseline_counts) {
  hear(total_of("a", 2000));
  leave_out_rooms(state, [](std::string_view) { return false; });
  EXPECT_EQ(total(), 100);
  hear(in("b", event(Kind::follow, "f1", "u1")));
  EXPECT_FALSE(leave_out_rooms(state, [](std::string_view) { return false; }));
  EXPECT_EQ(total(), 101) << "who was seen coming has come";
  hear(by_hand(2));
  EXPECT_EQ(total(), 103);
}

TEST_F(Rooms, platforms_with_names_alike_are_others) {
  auto other = total_of("a", 90);
  other.platform = "demo-2";
  hear(other);
  hear(total_of("a", 2000));
  hear(by_hand(1));
  EXPECT_EQ(told("a"), 2001);
  EXPECT_EQ(total(), 2091);
}

TEST_F(Rooms, come_back_out_of_the_ledger) {
  std::vector<NumberedRef> stored;
  std::uint64_t sequence = 0;
  for (const auto& one : {total_of("a", 2000), total_of("b", 300)}) {
    const auto numbered = make_numbered(++sequence, one, "B", MonoTime{});
    const auto back = stored_event(numbered->stored());
    ASSERT_TRUE(back) << back.error().log_line();
    EXPECT_EQ((*back)->event.room, one.room);
    stored.push_back(*back);
    hear(one);
  }
  EXPECT_EQ(rebuild(begin_session({}, 100, "2026-02-14"), stored, 1).counter, state);
  const auto kept = counter_state_of(to_json(state));
  ASSERT_TRUE(kept) << kept.error().log_line();
  EXPECT_EQ(kept->platforms, state.platforms);
}

TEST_F(Rooms, are_not_taken_from_outside) {
  const auto read = parse_event(R"({"kind":"followers","platform":"demo","room":"a","total":5})");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->room.empty());
}

TEST_F(Rooms, one_that_fell_silent_is_stale_although_the_other_speaks) {
  hear(total_of("a", 2000));
  hear(total_of("b", 300));
  const auto at = [](int seconds) { return MonoTime(std::chrono::seconds(seconds)); };
  Freshness fresh(at(0));
  fresh.heard(room_key("demo", "a"), "A", at(10));
  fresh.heard(room_key("demo", "b"), "B", at(10));
  fresh.heard(room_key("demo", "a"), "A", at(90));
  const Freshness::Sources sources{[](const std::string&) { return true; },
                                   [](std::string_view) { return true; }};
  EXPECT_EQ(fresh.stale(state, sources, at(100)), (Freshness::Stale{at(10), "demo b"}));
}

}  // namespace
}  // namespace xb::chat
