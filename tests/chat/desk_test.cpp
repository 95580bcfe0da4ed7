// The Desk: on air and off, repeats, commits, numbers, restarts. SPDX-License-Identifier:
// Apache-2.0
#include "chat/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/restore.h"
#include "tests/chat/desk_fixture.h"

namespace xb::chat {
namespace {

ErrorCode code_of(const Status& status) {
  return status ? ErrorCode::cancelled : status.error().code();
}

TEST_F(DeskTest, without_a_session_nothing_is_taken) {
  open();
  EXPECT_EQ(code_of(accept(event(Kind::follow, "1", "a"))), ErrorCode::not_on_air);
  EXPECT_EQ(desk->figures().total, 0);
  EXPECT_EQ(stats_when([](const auto& s) { return s.in == 1; }).dropped["not_on_air"], 1U);
}

TEST_F(DeskTest, shows_the_show_s_baseline_before_a_session) {
  Restored start;
  start.counter = begin_session({}, 1280, "2026-02-14");
  open(start);
  EXPECT_EQ(desk->figures().total, 1280);
  EXPECT_EQ(listener.updates.pop_for(std::chrono::seconds(5), {})->figures.total, 1280);
}

TEST_F(DeskTest, six_followers_two_sent_twice_are_six) {
  on_air();
  for (const char* id : {"1", "2", "2", "3", "4", "4", "5", "6"}) {
    EXPECT_TRUE(accept(event(Kind::follow, id, std::string("u") + id)));
  }
  EXPECT_TRUE(accept(event(Kind::follow, "again", "u4")));
  settle();
  EXPECT_EQ(desk->figures(), (CounterFigures{1006, 6, 0, 0}));
  EXPECT_EQ(journal->stored.size(), 7U);
  EXPECT_EQ(journal->last_total, 1006);
  std::uint64_t expected = 1;
  for (const auto& one : journal->stored) EXPECT_EQ(one->sequence, expected++);
  int merged = 0;
  std::string last;
  while (const auto update = listener.updates.try_pop()) {
    merged += update->followers_merged;
    if (!update->last_follower.empty()) last = update->last_follower;
  }
  EXPECT_EQ(merged, 6);
  EXPECT_EQ(last, "name u6");
}

TEST_F(DeskTest, an_event_is_answered_when_its_entry_is_committed_and_a_repeat_with_it) {
  on_air();
  journal->holds = true;
  std::vector<std::future<Status>> answers;
  for (int i = 0; i < 3; ++i) {
    auto answer = std::make_shared<std::promise<Status>>();
    answers.push_back(answer->get_future());
    desk->accept(event(Kind::follow, "1", "a"), "test", clock.now(),
                 [answer](const Status& status) { answer->set_value(status); });
  }
  settle();
  for (auto& answer : answers) {
    EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  }
  EXPECT_EQ(desk->figures().total, 1001);
  journal->answer_one(ok());
  for (auto& answer : answers) EXPECT_TRUE(answer.get());
  EXPECT_TRUE(accept(event(Kind::follow, "1", "a")));
  EXPECT_EQ(journal->stored.size(), 1U);
}

TEST_F(DeskTest, what_could_not_be_committed_is_stored_again_and_counted_once) {
  on_air();
  journal->holds = true;
  auto like = event(Kind::like, "1");
  like.count = 5;
  std::promise<Status> answer;
  desk->accept(like, "test", clock.now(), [&](const Status& status) { answer.set_value(status); });
  settle();
  journal->answer_one(Error(ErrorCode::database_failed));
  EXPECT_EQ(code_of(answer.get_future().get()), ErrorCode::database_failed);
  journal->holds = false;
  EXPECT_TRUE(accept(like));
  settle();
  EXPECT_EQ(desk->figures().likes, 5);
  ASSERT_EQ(journal->stored.size(), 2U);
  EXPECT_EQ(journal->stored[0]->sequence, journal->stored[1]->sequence);
}

TEST_F(DeskTest, a_follow_the_ledger_had_no_place_for_is_kept_without_being_sent_again) {
  on_air();
  journal->holds = true;
  std::promise<Status> answer;
  desk->accept(event(Kind::follow, "1", "a"), "platform", clock.now(),
               [&](const Status& status) { answer.set_value(status); });
  settle();
  journal->answer_one(Error(ErrorCode::busy));
  journal->answer_one(ok());
  EXPECT_TRUE(answer.get_future().get());
  settle();
  ASSERT_EQ(journal->stored.size(), 2U);
  EXPECT_EQ(journal->stored[0]->sequence, journal->stored[1]->sequence);
  EXPECT_EQ(desk->figures().total, 1001);
}

TEST_F(DeskTest, what_throws_where_an_event_is_told_or_kept_loses_none) {
  on_air();
  listener.throws = true;
  EXPECT_TRUE(accept(event(Kind::follow, "1", "a")));
  journal->throws = true;
  std::promise<Status> answer;
  desk->accept(event(Kind::follow, "2", "b"), "platform", clock.now(),
               [&](const Status& status) { answer.set_value(status); });
  EXPECT_TRUE(answer.get_future().get());
  EXPECT_TRUE(accept(event(Kind::follow, "3", "c")));
  settle();
  std::vector<std::uint64_t> numbers;
  for (const auto& one : journal->stored) numbers.push_back(one->sequence);
  EXPECT_THAT(numbers, testing::UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(desk->figures().total, 1003);
}

ChatEvent tap(const std::string& id, std::int64_t count) {
  auto out = event(Kind::correction, id, {}, "抖音");
  out.own = Own{"assistant", "tapped", count, {}, false};
  out.time_ms = 1'771'063'200'000;
  return out;
}

TEST_F(DeskTest, a_tap_is_counted_once_by_its_command_and_kept_with_who_and_why) {
  on_air();
  EXPECT_TRUE(accept(tap("c1", 1)));
  EXPECT_TRUE(accept(tap("c1", 1)));
  EXPECT_EQ(code_of(accept(tap("c2", -2))), ErrorCode::command_arguments);
  settle();
  EXPECT_EQ(desk->figures(), (CounterFigures{1001, 1, 0, 0}));
  EXPECT_EQ(desk->origins(), (Origins{Provenance::manual, 1'771'063'200'000}));
  ASSERT_EQ(journal->stored.size(), 1U);
  const auto kept = Json::parse(journal->stored[0]->stored());
  EXPECT_EQ(kept["by"], "assistant");
  EXPECT_EQ(kept["why"], "tapped");
  const auto relayed = Json::parse(journal->stored[0]->json);
  EXPECT_EQ(relayed["add"], 1);
  EXPECT_FALSE(relayed.contains("by") || relayed.contains("why"));
  const auto back = stored_event(journal->stored[0]->stored());
  ASSERT_TRUE(back);
  EXPECT_EQ((*back)->event, journal->stored[0]->event);
  EXPECT_FALSE(parse_event(journal->stored[0]->stored())) << "nobody outside may say so";
  const auto stats = stats_when([](const auto& s) { return !s.corrections.empty(); });
  ASSERT_EQ(stats.corrections.size(), 1U);
}

TEST_F(DeskTest, what_moderation_hides_is_kept_and_numbered_and_nobody_sees_it) {
  ASSERT_NO_FATAL_FAILURE(on_air_without("加微信"));
  auto bad = event(Kind::chat, "1", "a");
  bad.text = "加.微.信";
  auto named = event(Kind::follow, "2", "b");
  named.user->name = "加微信";
  EXPECT_TRUE(accept(bad));
  EXPECT_TRUE(accept(named));
  EXPECT_TRUE(accept(event(Kind::chat, "3", "c")));
  settle();
  ASSERT_EQ(journal->stored.size(), 3U);
  EXPECT_EQ(Json::parse(journal->stored[0]->stored())["hidden"], "words");
  EXPECT_EQ(Json::parse(journal->stored[1]->stored())["user"]["name"], "加微信");
  const auto recent = Json::parse(*desk->recent());
  ASSERT_EQ(recent.size(), 2U);
  EXPECT_EQ(recent[0]["seq"], 2);
  EXPECT_EQ(recent[0]["user"]["name"], "");
  EXPECT_EQ(desk->figures().gained, 1);
  EXPECT_EQ(stats_when([](const auto& s) { return !s.hidden.empty(); }).hidden["words"], 1U);
  // and so it is after a restart
  auto restored = session();
  for (const auto& one : journal->stored) restored.events.push_back(*stored_event(one->stored()));
  restored.next = restored.reserved_below = 4;
  desk.reset();
  open(std::move(restored));
  settle();
  const auto again = Json::parse(*desk->recent());
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0]["user"]["name"], "");
}

TEST_F(DeskTest, a_hidden_message_is_told_to_all_and_given_to_nobody_again) {
  on_air();
  EXPECT_TRUE(accept(event(Kind::chat, "1", "a")));
  EXPECT_TRUE(accept(event(Kind::chat, "2", "b")));
  auto hide = event(Kind::moderation, "c1");
  hide.own = Own{"operator", "advert", 0, {1}, false};
  EXPECT_TRUE(accept(hide));
  settle();
  const auto recent = Json::parse(*desk->recent());
  ASSERT_EQ(recent.size(), 2U);
  EXPECT_EQ(recent[0]["seq"], 2);
  EXPECT_EQ(recent[1]["seqs"], Json::array({1}));
  EXPECT_FALSE(recent[1].contains("why"));
  EXPECT_EQ(Json::parse(journal->stored[2]->stored())["why"], "advert");
  EXPECT_EQ(journal->stored.size(), 3U) << "the message itself stays in the ledger";
}

TEST_F(DeskTest, a_line_of_the_host_is_moderated_by_nobody_and_is_no_question) {
  ASSERT_NO_FATAL_FAILURE(on_air_without("加微信"));
  auto line = event(Kind::chat, "c1");
  line.platform = "audience";
  line.user = User{{}, "竹园村"};
  line.text = "谁要加微信？";
  line.own.emplace().by = "operator";
  EXPECT_TRUE(accept(line));
  EXPECT_TRUE(accept(line)) << "the same command again is the same line";
  EXPECT_TRUE(accept(event(Kind::follow, "f", "a")));
  EXPECT_TRUE(accept(event(Kind::chat, "2", "a")));
  EXPECT_TRUE(accept(event(Kind::chat, "3", "a")));
  settle();
  ASSERT_EQ(journal->stored.size(), 4U);
  EXPECT_FALSE(journal->stored[0]->is_hidden);
  EXPECT_EQ(Json::parse(journal->stored[0]->json)["role"], "host");
  EXPECT_EQ(Json::parse(journal->stored[0]->stored())["by"], "operator");
  EXPECT_EQ(Json::parse(journal->stored[2]->json)["role"], "new") << "his first words";
  EXPECT_EQ(Json::parse(journal->stored[3]->json)["role"], "fan");
  const auto back = stored_event(journal->stored[0]->stored());
  ASSERT_TRUE(back);
  EXPECT_EQ((*back)->event, journal->stored[0]->event);
  EXPECT_FALSE(parse_event(journal->stored[0]->stored())->own) << "nobody outside is the host";
  EXPECT_TRUE(desk->stats().questions.empty());
}

TEST_F(DeskTest, a_mute_of_a_former_life_goes_on) {
  Restored start;
  start.muted.push_back({"demo", "a", std::chrono::minutes(5)});
  open(start);
  on_air();
  EXPECT_TRUE(accept(event(Kind::chat, "1", "a")));
  settle();
  EXPECT_EQ(Json::parse(journal->stored.at(0)->stored())["hidden"], "muted");
  ASSERT_TRUE(desk->mute({"demo", "a", Duration{}}));
  EXPECT_TRUE(accept(event(Kind::chat, "2", "a")));
  settle();
  EXPECT_FALSE(journal->stored.at(1)->is_hidden);
}

TEST_F(DeskTest, however_much_could_not_be_committed_each_is_stored_when_it_comes_again) {
  on_air();
  journal->holds = true;
  constexpr int count = 5000;
  const auto like = [](int i) {
    auto out = event(Kind::like, std::to_string(i));
    out.count = 1;
    return out;
  };
  for (int i = 0; i < count; ++i) desk->accept(like(i), "test", clock.now());
  for (int i = 0; i < count; ++i) journal->answer_one(Error(ErrorCode::database_locked));
  journal->holds = false;
  const auto failed = [](const DeskStats& stats) {
    const auto at = stats.dropped.find("ledger");
    return at != stats.dropped.end() && at->second == count;
  };
  ASSERT_TRUE(failed(stats_when(failed)));
  EXPECT_TRUE(accept(like(0)));
  EXPECT_TRUE(accept(like(count - 1)));
  settle();
  EXPECT_EQ(desk->figures().likes, count);
  EXPECT_EQ(journal->stored.size(), static_cast<std::size_t>(count) + 2);
}

TEST_F(DeskTest, what_the_last_session_could_not_store_is_new_to_the_next) {
  on_air();
  journal->holds = true;
  desk->accept(event(Kind::follow, "1", "a"), "test", clock.now());
  desk->accept(event(Kind::follow, "2", "b"), "test", clock.now());
  settle();
  ASSERT_TRUE(desk->set_off({}));
  settle();
  journal->answer_one(Error(ErrorCode::database_locked));
  auto next = session();  // nothing of it is in the ledger
  next.next = 3;
  on_air(next);
  settle();
  journal->answer_one(Error(ErrorCode::database_locked));  // told only now
  settle();
  journal->holds = false;
  EXPECT_TRUE(accept(event(Kind::follow, "1", "a")));
  EXPECT_TRUE(accept(event(Kind::follow, "2", "b")));
  settle();
  EXPECT_EQ(desk->figures(), (CounterFigures{1002, 2, 0, 0}));
  ASSERT_EQ(journal->stored.size(), 4U);
  EXPECT_EQ(journal->stored[2]->sequence, 3U);
}

TEST_F(DeskTest, the_end_waits_for_the_last_commit_and_tells_the_next_number) {
  on_air();
  EXPECT_TRUE(accept(event(Kind::chat, "1")));
  journal->holds = true;
  desk->accept(event(Kind::chat, "2"), "test", clock.now());
  settle();
  std::promise<std::uint64_t> next;
  auto future = next.get_future();
  ASSERT_TRUE(desk->set_off([&](std::uint64_t n) { next.set_value(n); }));
  settle();
  EXPECT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  journal->answer_one(ok());
  EXPECT_EQ(future.get(), 3U);
  EXPECT_EQ(code_of(accept(event(Kind::chat, "3"))), ErrorCode::not_on_air);
  EXPECT_TRUE(accept(event(Kind::chat, "1")));  // kept already
}

TEST_F(DeskTest, numbers_are_used_only_after_they_were_set_aside) {
  journal->holds_numbers = true;
  auto state = session();
  state.reserved_below = 1;
  on_air(state);
  std::promise<Status> answer;
  auto future = answer.get_future();
  desk->accept(event(Kind::chat, "1"), "test", clock.now(),
               [&](const Status& status) { answer.set_value(status); });
  settle();
  EXPECT_TRUE(journal->stored.empty());
  journal->answer_one(ok());
  EXPECT_TRUE(future.get());
  EXPECT_EQ(journal->stored.at(0)->sequence, 1U);
  EXPECT_EQ(journal->asked_below.front(), 1 + reserve_block);
}

TEST_F(DeskTest, a_source_loses_nothing_while_no_number_is_set_aside) {
  journal->holds_numbers = true;
  auto state = session();
  state.reserved_below = 1;
  on_air(state);
  constexpr int count = 10'000;
  ASSERT_TRUE(loop.post([&] {  // as a source does it: on the loop, and nobody to repeat it
    for (int i = 0; i < count; ++i) {
      const auto id = std::to_string(i);
      desk->accept(event(Kind::follow, id, id), "generic", clock.now());
    }
  }));
  settle();
  EXPECT_TRUE(journal->stored.empty());
  journal->holds_numbers = false;
  journal->answer_one(ok());
  const auto all = [&](const DeskStats& stats) { return stats.figures.gained == count; };
  EXPECT_EQ(stats_when(all).figures.gained, count);
  EXPECT_EQ(desk->stats().dropped.count("busy"), 0U);
}

TEST_F(DeskTest, a_follow_there_is_no_room_for_is_a_problem_until_the_next_session) {
  const auto lost = [&] { return health_of("chat.lost").condition; };
  journal->holds = true;
  on_air();
  const auto flood = [&](Kind kind, int first, int count) {
    ASSERT_TRUE(loop.post([&, kind, first, count] {
      for (int i = first; i < first + count; ++i) {
        const auto id = std::to_string(i);
        desk->accept(event(kind, id, id), "generic", clock.now());
      }
    }));
    settle();
  };
  flood(Kind::enter, 0, 65'536);
  EXPECT_EQ(lost(), Condition::idle);
  flood(Kind::chat, 100'000, 3);
  EXPECT_EQ(lost(), Condition::idle) << "it counts nothing";
  flood(Kind::follow, 200'000, 1);
  EXPECT_EQ(lost(), Condition::degraded);
  ASSERT_TRUE(desk->set_on_air(std::make_shared<ScriptedJournal>(), session()));
  settle();
  EXPECT_EQ(lost(), Condition::running);
}

TEST_F(DeskTest, who_listens_while_all_places_are_taken_is_heard_of_later) {
  on_air();
  std::promise<void> go_on;
  ASSERT_TRUE(loop.post([future = go_on.get_future().share()] { future.wait(); }));
  while (desk->set_off({})) {
  }  // until it is busy
  std::promise<void> told;
  std::once_flag once;
  const auto handle =
      desk->watch([&](const JsonText&) { std::call_once(once, [&] { told.set_value(); }); });
  go_on.set_value();
  settle();
  stats_when([](const DeskStats& stats) { return stats.in == 0; });
  while (!desk->set_on_air(journal, session())) wait_a_little();
  EXPECT_TRUE(accept(event(Kind::chat, "1")));
  EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST_F(DeskTest, the_next_block_is_set_aside_in_time) {
  on_air();
  for (std::uint64_t i = 0; i < reserve_block * 2; ++i) {
    desk->accept(event(Kind::enter), "test", clock.now());
    if (i % 4096 == 0) settle();
  }
  EXPECT_TRUE(accept(event(Kind::chat, "last")));
  EXPECT_GE(journal->asked_below.size(), 2U);
  EXPECT_EQ(journal->stored.back()->sequence, reserve_block * 2 + 1);
}

TEST_F(DeskTest, a_message_carries_who_sent_it_also_after_a_restart) {
  on_air();
  EXPECT_TRUE(accept(event(Kind::chat, "1", "a")));
  EXPECT_TRUE(accept(event(Kind::follow, "2", "a")));
  EXPECT_TRUE(accept(event(Kind::chat, "3", "a")));
  EXPECT_TRUE(accept(event(Kind::chat, "4", "b")));
  settle();
  const auto stored = journal->stored;
  EXPECT_EQ(stored[0]->sender, Sender::newcomer);
  EXPECT_EQ(stored[2]->sender, Sender::fan);
  EXPECT_EQ(stored[3]->sender, Sender::newcomer);
  desk.reset();
  journal = std::make_shared<ScriptedJournal>();
  auto restored = rebuild(session().counter, stored, reserve_block);
  restored.reserved_below = restored.next + reserve_block;
  open(restored);
  ASSERT_TRUE(desk->set_on_air(journal, restored));
  EXPECT_TRUE(accept(event(Kind::chat, "5", "b")));
  EXPECT_TRUE(accept(event(Kind::chat, "6", "a")));
  settle();
  EXPECT_EQ(journal->stored[0]->sender, Sender::unknown);
  EXPECT_EQ(journal->stored[1]->sender, Sender::fan);
}

TEST_F(DeskTest, a_restart_goes_on_with_count_repeats_and_numbers) {
  on_air();
  for (const char* id : {"1", "2", "3"}) {
    EXPECT_TRUE(accept(event(Kind::follow, id, std::string("u") + id)));
  }
  settle();
  const auto stored = journal->stored;
  desk.reset();
  journal = std::make_shared<ScriptedJournal>();
  auto restored = rebuild(begin_session({}, 1000, "2026-02-14"), stored, reserve_block);
  restored.reserved_below = restored.next + reserve_block;
  open(restored);
  EXPECT_EQ(desk->figures(), (CounterFigures{1003, 3, 0, 0}));
  ASSERT_TRUE(desk->set_on_air(journal, restored));
  EXPECT_TRUE(accept(event(Kind::follow, "3", "u3")));
  EXPECT_TRUE(accept(event(Kind::follow, "4", "u4")));
  settle();
  EXPECT_EQ(desk->figures(), (CounterFigures{1004, 4, 0, 0}));
  ASSERT_EQ(journal->stored.size(), 1U);
  EXPECT_EQ(journal->stored[0]->sequence, reserve_block);
  const auto recent = Json::parse(*desk->recent());
  EXPECT_EQ(recent.size(), 4U);
}

TEST_F(DeskTest, knows_repeats_of_events_that_are_not_handed_out_again) {
  const auto former = event(Kind::follow, "1", "u1");
  Restored restored;
  restored.known = {{former.platform, former.id}};
  open(restored);
  ASSERT_TRUE(desk->set_on_air(journal, restored));
  EXPECT_TRUE(accept(former)) << "it was kept long since";
  EXPECT_TRUE(accept(event(Kind::follow, "2", "u2")));
  settle();
  EXPECT_EQ(desk->figures(), (CounterFigures{1, 1, 0, 0}));
  EXPECT_EQ(journal->stored.size(), 1U);
}

TEST_F(DeskTest, a_flood_from_many_threads_is_counted_to_the_last) {
  on_air();
  constexpr int each = 2000;
  std::atomic<int> answered{0};
  {
    std::vector<Worker> workers;
    for (int w = 0; w < 4; ++w) {
      workers.emplace_back("flood-" + std::to_string(w), health, [&, w](std::stop_token) {
        for (int i = 0; i < each; ++i) {
          const auto id = std::to_string(w) + "-" + std::to_string(i);
          desk->accept(event(Kind::follow, id, id), "test", clock.now(),
                       [&](const Status& status) { answered += status ? 1 : 0; });
        }
      });
    }
  }
  off();
  EXPECT_EQ(answered, 4 * each);
  EXPECT_EQ(desk->figures().gained, 4 * each);
}

TEST_F(DeskTest, a_watcher_gets_the_feed_until_its_handle_goes) {
  on_air();
  Queue<std::string> got("got", 64, Overflow::refuse);
  auto handle = desk->watch([&](const JsonText& items) { got.push(std::string(*items)); });
  EXPECT_TRUE(accept(event(Kind::chat, "1", "a")));
  bool is_seen = false;
  while (const auto items = got.pop_for(std::chrono::seconds(1), {})) {
    is_seen = items->find("\"seq\":1") != std::string::npos;
    if (is_seen) break;
  }
  EXPECT_TRUE(is_seen);
  handle.reset();
  settle();
  got.clear();
  EXPECT_TRUE(accept(event(Kind::chat, "2", "a")));
  settle();
  EXPECT_FALSE(got.try_pop());
}

TEST_F(DeskTest, answers_of_the_journal_that_come_after_the_desk_has_gone_hurt_nobody) {
  on_air();
  journal->holds = true;
  desk->accept(event(Kind::chat, "1"), "test", clock.now());
  settle();
  desk.reset();
  journal->answer_one(ok());
}

TEST_F(DeskTest, an_unknown_platform_or_a_wrong_url_of_a_source_is_refused) {
  open();
  EXPECT_FALSE(desk->add_source(source_at("nowhere", "n", "ws://127.0.0.1:1/")));
  EXPECT_FALSE(desk->add_source(source_at("generic", "n", "http://127.0.0.1:1/")));
  EXPECT_FALSE(desk->add_source(source_at("generic", "n", "ws://127.0.0.1:1/ x")));
}

TEST_F(DeskTest, a_room_that_was_taken_out_of_the_show_counts_no_more_until_it_is_back) {
  const auto at_home = [] {
    auto state = session();
    for (const auto& [room, total] : {std::pair("gone", 5000), std::pair("here", 300)}) {
      auto told = with_total(Kind::followers, total);
      told.room = room;
      fold(state.counter, told);
    }
    return state;
  };
  open(at_home());
  settle();
  EXPECT_EQ(desk->figures().total, 5300) << "before anything is known of the Show";
  ASSERT_TRUE(desk->add_source(source_at("ssn", "here", "ws://127.0.0.1:1/")));
  settle();
  EXPECT_EQ(desk->figures().total, 300);
  on_air(at_home());
  settle();
  EXPECT_EQ(desk->figures().total, 300);
  EXPECT_TRUE(accept(event(Kind::follow, "1", "a")));
  EXPECT_EQ(journal->last_total, 301);
  ASSERT_TRUE(desk->add_source(source_at("ssn", "gone", "ws://127.0.0.1:1/")));
  settle();
  EXPECT_EQ(desk->figures().total, 5301);
}

class SlowDeskTest : public DeskTest {
 protected:
  SlowDeskTest() : DeskTest(Time::by_hand) {}
};

TEST_F(SlowDeskTest, tells_since_when_the_total_may_be_behind) {
  on_air();
  EXPECT_TRUE(accept(with_total(Kind::followers, 1286)));
  const auto told = clock.now();
  manual_clock.advance(std::chrono::seconds(61));
  EXPECT_EQ(stats_when([](const auto& s) { return s.stale_since.has_value(); }).stale_since, told);
  EXPECT_EQ(health_of("chat.stale").condition, Condition::degraded);
  EXPECT_EQ(health_of("chat.stale").error->code(), ErrorCode::chat_stale);
  EXPECT_NE(health_of("chat.stale").error->en().find("demo"), std::string::npos);
  EXPECT_TRUE(accept(with_total(Kind::viewers, 87)));
  manual_clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(stats_when([](const auto& s) { return !s.stale_since; }).stale_since);
  EXPECT_EQ(health_of("chat.stale").condition, Condition::running);
}

}  // namespace
}  // namespace xb::chat
