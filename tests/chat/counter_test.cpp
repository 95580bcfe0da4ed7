// The Counter against plain sums, hostile numbers and a model. SPDX-License-Identifier: Apache-2.0
#include "chat/counter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "net/json.h"
#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

CounterState fresh(std::int64_t baseline = 1000) {
  return begin_session({}, baseline, "2026-02-14");
}

CounterFigures after(CounterState state, const std::vector<ChatEvent>& events) {
  for (const auto& one : events) fold(state, one);
  return figures_of(state);
}

Sender says(CounterState& state, const std::string& user, const std::string& platform = "demo") {
  return fold(state, event(Kind::chat, "", user, platform)).sender;
}

TEST(Counter, begins_with_the_baseline) {
  EXPECT_EQ(figures_of(fresh(1280)), (CounterFigures{1280, 0, 0, 0}));
}

TEST(Counter, counts_a_person_once_however_often_they_are_repeated) {
  const auto figures =
      after(fresh(), {event(Kind::follow, "1", "a"), event(Kind::follow, "2", "a"),
                      event(Kind::follow, "3", "b"), event(Kind::follow, "", "a")});
  EXPECT_EQ(figures.total, 1002);
  EXPECT_EQ(figures.gained, 2);
}

TEST(Counter, the_same_id_on_two_platforms_is_two_people) {
  EXPECT_EQ(after(fresh(), {event(Kind::follow, "1", "a", "x"), event(Kind::follow, "2", "a", "y")})
                .gained,
            2);
}

TEST(Counter, an_unfollow_lowers_the_total_and_not_the_gain) {
  const auto figures =
      after(fresh(), {event(Kind::follow, "1", "a"), event(Kind::unfollow, "2", "a"),
                      event(Kind::unfollow, "3", "a")});
  EXPECT_EQ(figures.total, 1000);
  EXPECT_EQ(figures.gained, 1);
}

TEST(Counter, who_comes_back_is_in_the_total_again_and_not_in_the_gain) {
  const auto figures =
      after(fresh(), {event(Kind::follow, "1", "a"), event(Kind::unfollow, "2", "a"),
                      event(Kind::follow, "3", "a")});
  EXPECT_EQ(figures.total, 1001);
  EXPECT_EQ(figures.gained, 1);
}

TEST(Counter, an_old_follower_who_leaves_is_taken_off_once) {
  EXPECT_EQ(
      after(fresh(), {event(Kind::unfollow, "1", "old"), event(Kind::unfollow, "2", "old")}).total,
      999);
}

TEST(Counter, people_without_id_count_by_event) {
  const auto figures = after(
      fresh(), {event(Kind::follow, "1"), event(Kind::follow, "2"), event(Kind::unfollow, "3")});
  EXPECT_EQ(figures.total, 1001);
  EXPECT_EQ(figures.gained, 2);
}

TEST(Counter, one_platform_s_own_total_becomes_the_total_and_may_fall) {
  auto state = fresh(1000);
  fold(state, event(Kind::follow, "1", "a"));
  fold(state, with_total(Kind::followers, 1286));
  EXPECT_EQ(figures_of(state).total, 1286);
  fold(state, event(Kind::follow, "2", "b"));
  EXPECT_EQ(figures_of(state).total, 1287);
  fold(state, with_total(Kind::followers, 1200));
  EXPECT_EQ(figures_of(state).total, 1200);
  EXPECT_EQ(figures_of(state).gained, 2);
}

TEST(Counter, platforms_add_up_and_the_first_report_takes_the_baseline_s_place) {
  auto state = fresh(1000);
  fold(state, event(Kind::follow, "1", "a", "x"));
  fold(state, event(Kind::follow, "2", "b", "y"));
  EXPECT_EQ(figures_of(state).total, 1002);
  fold(state, with_total(Kind::followers, 1500, "x"));
  EXPECT_EQ(figures_of(state).total, 1501);  // y has told nothing: its one follow counts
  fold(state, with_total(Kind::followers, 300, "y"));
  EXPECT_EQ(figures_of(state).total, 1800);
  fold(state, event(Kind::unfollow, "3", "b", "y"));
  EXPECT_EQ(figures_of(state).total, 1799);
}

TEST(Counter, a_fall_by_more_than_a_fifth_is_believed_the_third_time) {
  auto state = fresh(0);
  fold(state, with_total(Kind::followers, 1000));
  fold(state, with_total(Kind::followers, 800));  // a fifth exactly
  EXPECT_EQ(figures_of(state).total, 800);
  fold(state, with_total(Kind::followers, 639));
  fold(state, with_total(Kind::followers, 600));
  EXPECT_EQ(figures_of(state).total, 800);
  fold(state, with_total(Kind::followers, 601));
  EXPECT_EQ(figures_of(state).total, 601);
}

TEST(Counter, a_sound_report_between_starts_the_confirmations_again) {
  auto state = fresh(0);
  for (const std::int64_t total : {1000, 0, 0, 1000, 0, 0}) {
    fold(state, with_total(Kind::followers, total));
  }
  EXPECT_EQ(figures_of(state).total, 1000);
  fold(state, with_total(Kind::followers, 0));
  EXPECT_EQ(figures_of(state).total, 0);
}

TEST(Counter, is_never_negative_and_never_wraps) {
  auto state = fresh(0);
  fold(state, event(Kind::unfollow, "1", "a"));
  EXPECT_EQ(figures_of(state).total, 0);
  fold(state, event(Kind::follow, "2", "b"));
  EXPECT_EQ(figures_of(state).total, 1);
  for (const auto total : {(std::int64_t{1} << 31) - 1, (std::int64_t{1} << 53) - 1, most}) {
    auto high = fresh(0);
    fold(high, with_total(Kind::followers, total));
    fold(high, event(Kind::follow, "3", "c"));
    EXPECT_EQ(figures_of(high).total, total == most ? most : total + 1);
    fold(high, event(Kind::unfollow, "4", "c"));
    EXPECT_EQ(figures_of(high).total, total == most ? most - 1 : total);
    fold(high, with_total(Kind::followers, most, "other"));
    EXPECT_EQ(figures_of(high).total, most);
  }
  auto full = fresh(most);
  fold(full, event(Kind::follow, "5", "d"));
  EXPECT_EQ(figures_of(full).total, most);
  EXPECT_EQ(figures_of(full).gained, 1);
}

ChatEvent by_hand(std::int64_t count, std::string platform = "抖音", std::int64_t time_ms = 7000) {
  auto out = event(Kind::correction, "", "", std::move(platform));
  out.own.emplace().add = count;
  out.time_ms = time_ms;
  return out;
}
ChatEvent typed(std::int64_t total, std::string platform = "抖音", std::int64_t time_ms = 8000) {
  auto out = by_hand(0, std::move(platform), time_ms);
  out.total = total;
  return out;
}

TEST(Counter, taps_count_in_total_and_gain_and_can_be_taken_back) {
  auto state = fresh(1000);
  EXPECT_EQ(origins_of(state).provenance, Provenance::show);
  EXPECT_TRUE(fold(state, by_hand(1)).is_gain);
  EXPECT_EQ(fold(state, by_hand(3)).gains, 3);
  EXPECT_EQ(figures_of(state), (CounterFigures{1004, 4, 0, 0}));
  EXPECT_EQ(by_hand_of(state, "抖音"), 4);
  EXPECT_EQ(origins_of(state), (Origins{Provenance::manual, 7000}));
  EXPECT_EQ(fold(state, by_hand(-1)).gains, -1);
  EXPECT_EQ(figures_of(state), (CounterFigures{1003, 3, 0, 0}));
  fold(state, by_hand(-50));
  EXPECT_EQ(figures_of(state), (CounterFigures{1000, 0, 0, 0})) << "no more than was added";
}

TEST(Counter, taps_on_one_platform_take_nothing_of_another_s_gain) {
  auto state = fresh(1000);
  fold(state, event(Kind::follow, "1", "a"));
  fold(state, by_hand(1));
  EXPECT_EQ(origins_of(state).provenance, Provenance::mixed);
  fold(state, by_hand(-1));
  fold(state, by_hand(-1));
  EXPECT_EQ(figures_of(state), (CounterFigures{1001, 1, 0, 0}));
}

TEST(Counter, a_typed_total_is_a_platform_s_total_with_its_guard_until_the_platform_tells_its_own) {
  auto state = fresh(1000);
  EXPECT_TRUE(fold(state, typed(1300)).has_changed);
  EXPECT_EQ(figures_of(state).total, 1300);
  EXPECT_EQ(origins_of(state), (Origins{Provenance::manual, 8000}));
  EXPECT_TRUE(fold(state, typed(1300, "抖音", 9000)).has_changed) << "it is a newer one";
  EXPECT_EQ(origins_of(state).by_hand_ms, 9000);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(fold(state, typed(130, "抖音", 9500)).has_changed);
  EXPECT_EQ(figures_of(state).total, 1300) << "a digit may be missing";
  EXPECT_EQ(origins_of(state).by_hand_ms, 9000);
  fold(state, typed(130, "抖音", 9600));
  EXPECT_EQ(figures_of(state).total, 130);
  fold(state, with_total(Kind::followers, 131, "抖音"));
  EXPECT_EQ(figures_of(state).total, 131);
  EXPECT_EQ(origins_of(state), (Origins{Provenance::platform, std::nullopt}));
}

TEST(Counter, hands_saturate_like_platforms) {
  auto state = fresh(0);
  fold(state, typed(most));
  fold(state, by_hand(1000));
  EXPECT_EQ(figures_of(state).total, most);
  fold(state, by_hand(-1000));
  EXPECT_EQ(figures_of(state).total, most - 1000);
  EXPECT_EQ(figures_of(state).gained, 0);
}

TEST(Counter, what_hands_did_comes_back_from_json_and_ends_with_the_day) {
  auto state = fresh(1000);
  fold(state, by_hand(2));
  fold(state, typed(1500, "快手"));
  const auto back = counter_state_of(Json::parse(net::dump(to_json(state))));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, state);
  const auto next_day = begin_session(state, 1000, "2026-02-15");
  EXPECT_EQ(by_hand_of(next_day, "抖音"), 0);
  EXPECT_EQ(figures_of(next_day).total, figures_of(state).total);
}

TEST(Counter, likes_add_up_until_the_platform_tells_its_own_number) {
  auto like = event(Kind::like);
  like.count = 5;
  auto state = fresh();
  fold(state, like);
  fold(state, like);
  EXPECT_EQ(figures_of(state).likes, 10);
  fold(state, with_total(Kind::like, 500));
  EXPECT_EQ(figures_of(state).likes, 500);
  like.count = most;
  fold(state, like);
  EXPECT_EQ(figures_of(state).likes, most);
  fold(state, with_total(Kind::viewers, 30));
  fold(state, with_total(Kind::viewers, 12, "other"));
  EXPECT_EQ(figures_of(state).viewers, 42);
}

TEST(Counter, the_gain_is_of_the_day_and_the_total_goes_on) {
  auto state = fresh(1000);
  fold(state, event(Kind::follow, "1", "a"));
  auto same_day = begin_session(state, 1000, "2026-02-14");
  fold(same_day, event(Kind::follow, "9", "a"));
  EXPECT_EQ(figures_of(same_day), (CounterFigures{1001, 1, 0, 0}));
  auto next_day = begin_session(state, 1000, "2026-02-15");
  EXPECT_EQ(figures_of(next_day), (CounterFigures{1001, 0, 0, 0}));
  fold(next_day, event(Kind::follow, "9", "a"));  // the platform repeats yesterday's follow
  EXPECT_EQ(figures_of(next_day), (CounterFigures{1001, 0, 0, 0}));
  fold(next_day, event(Kind::follow, "10", "b"));
  EXPECT_EQ(figures_of(next_day), (CounterFigures{1002, 1, 0, 0}));
}

TEST(Counter, another_baseline_in_the_show_is_believed) {
  auto state = fresh(1000);
  fold(state, event(Kind::follow, "1", "a"));
  EXPECT_EQ(figures_of(begin_session(state, 5000, "2026-02-14")), (CounterFigures{5000, 1, 0, 0}));
}

TEST(Counter, its_state_but_for_the_people_comes_back_from_json_as_it_was) {
  auto state = fresh(1000);
  for (const auto& one : {event(Kind::follow, "1", "a"), event(Kind::unfollow, "2", "a"),
                          event(Kind::unfollow, "3", "b"), event(Kind::follow, "4", "c", "y"),
                          with_total(Kind::followers, 77, "y"), with_total(Kind::viewers, 3)}) {
    fold(state, one);
  }
  state = begin_session(state, 1000, "2026-02-15");
  fold(state, event(Kind::follow, "5", "d"));
  says(state, "e");
  says(state, "e", "y");
  const auto back = counter_state_of(Json::parse(net::dump(to_json(state))));
  ASSERT_TRUE(back) << back.error().log_line();
  EXPECT_NE(*back, state);
  state.people.clear();
  state.speakers.clear();
  EXPECT_EQ(*back, state);
}

TEST(Counter, a_checkpoint_that_we_cannot_have_written_is_refused) {
  const auto good = Json::parse(net::dump(to_json(fresh())));
  for (const char* patch :
       {R"({"baseline":-1})", R"({"gained":"x"})", R"({"day":7})", R"({"platforms":[]})",
        R"({"platforms":{"x":7}})",
        R"({"platforms":{"x":{"net":0,"viewers":-1,"likes":0,"low_reports":0}}})"}) {
    auto bad = good;
    bad.merge_patch(Json::parse(patch));
    if (Json::parse(patch).contains("platforms"))
      bad["platforms"] = Json::parse(patch)["platforms"];
    EXPECT_FALSE(counter_state_of(bad)) << patch;
  }
  EXPECT_FALSE(counter_state_of(Json::array()));
}

TEST(Counter, knows_a_newcomer_by_the_first_words_of_the_session) {
  auto state = fresh();
  EXPECT_EQ(says(state, "a"), Sender::newcomer);
  EXPECT_EQ(says(state, "a"), Sender::unknown);
  EXPECT_EQ(says(state, "a", "other"), Sender::newcomer);
  EXPECT_EQ(says(state, ""), Sender::unknown);
  state = begin_session(state, 1000, "2026-02-14");
  EXPECT_EQ(says(state, "a"), Sender::newcomer);
}

TEST(Counter, knows_a_fan_by_a_follow_and_whoever_comes_to_follow_today_as_a_newcomer_first) {
  auto state = fresh();
  fold(state, event(Kind::follow, "1", "old"));
  state = begin_session(state, 1000, "2026-02-15");
  EXPECT_EQ(says(state, "old"), Sender::fan);
  fold(state, event(Kind::follow, "2", "new"));
  EXPECT_EQ(says(state, "new"), Sender::newcomer);
  EXPECT_EQ(says(state, "new"), Sender::fan);
  fold(state, event(Kind::unfollow, "3", "old"));
  EXPECT_EQ(says(state, "old"), Sender::unknown);
}

TEST(Counter, calls_nobody_a_newcomer_when_more_have_spoken_than_it_can_remember) {
  auto state = fresh();
  for (std::size_t i = 0; i < most_speakers; ++i) says(state, std::to_string(i));
  EXPECT_EQ(says(state, "late"), Sender::unknown);
  EXPECT_EQ(state.speakers.size(), most_speakers);
}

TEST(Counter, tells_what_changed) {
  auto state = fresh();
  auto step = fold(state, event(Kind::follow, "1", "a"));
  EXPECT_TRUE(step.has_changed && step.is_gain);
  step = fold(state, event(Kind::follow, "2", "a"));
  EXPECT_FALSE(step.has_changed || step.is_gain);
  step = fold(state, event(Kind::chat, "3", "a"));
  EXPECT_FALSE(step.has_changed || step.is_gain);
}

// A model that knows nothing of the implementation: replays the whole history for each person.
CounterFigures model(std::int64_t baseline, const std::vector<ChatEvent>& events) {
  std::map<std::string, bool> follows;
  std::set<std::string> gained;
  std::int64_t total = baseline;
  for (const auto& one : events) {
    const auto key = one.platform + "/" + one.user->id;
    const auto at = follows.find(key);
    const bool is_follow = one.kind == Kind::follow;
    if (at != follows.end() && at->second == is_follow) continue;
    follows[key] = is_follow;
    total += is_follow ? 1 : -1;
    if (is_follow) gained.insert(key);
  }
  return {total, static_cast<std::int64_t>(gained.size()), 0, 0};
}

TEST(Counter, any_order_with_any_repeats_gives_the_exact_answer) {
  std::mt19937 random(20260214);
  for (int round = 0; round < 300; ++round) {
    std::vector<ChatEvent> events;
    for (int i = 0; i < 60; ++i) {
      const auto kind = random() % 3 == 0 ? Kind::unfollow : Kind::follow;
      events.push_back(event(kind, std::to_string(i), "u" + std::to_string(random() % 12),
                             random() % 2 == 0 ? "x" : "y"));
    }
    for (int i = 0; i < 30; ++i) events.push_back(events[random() % events.size()]);
    std::shuffle(events.begin(), events.end(), random);
    EXPECT_EQ(after(fresh(1000), events), model(1000, events));
  }
}

TEST(Counter, follows_alone_give_the_same_answer_in_every_order) {
  std::mt19937 random(7);
  std::vector<ChatEvent> events;
  for (int i = 0; i < 40; ++i)
    events.push_back(event(Kind::follow, "", "u" + std::to_string(i % 25)));
  for (int round = 0; round < 50; ++round) {
    std::shuffle(events.begin(), events.end(), random);
    EXPECT_EQ(after(fresh(10), events), (CounterFigures{35, 25, 0, 0}));
  }
}

}  // namespace
}  // namespace xb::chat
