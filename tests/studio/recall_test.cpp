// What a Session left is what the next one goes on with, through the real Ledger.
// SPDX-License-Identifier: Apache-2.0
#include "studio/recall.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "base/clock.h"
#include "chat/counter.h"
#include "session/database.h"
#include "session/session.h"
#include "studio/director.h"
#include "studio/journal.h"
#include "tests/support/temp_folder.h"

namespace xb::studio {
namespace {

constexpr std::int64_t baseline = 100;

chat::ChatEvent follow(int person) {
  chat::ChatEvent event;
  event.kind = chat::Kind::follow;
  event.platform = "demo";
  event.id = "f" + std::to_string(person);
  event.user = chat::User{"u" + std::to_string(person), "乡亲"};
  return event;
}

chat::ChatEvent by(chat::Kind kind, int person) {
  auto event = follow(person);
  event.kind = kind;
  event.id += chat::name_of(kind);
  if (kind == chat::Kind::chat) event.text = "好";
  return event;
}

class RecallTest : public testing::Test {
 protected:
  RecallTest() : data_(std::move(*session::DataFolder::open(folder_ / "data"))) {}

  std::unique_ptr<session::Session> open(const Recall& recalled) {
    auto opened = session::Session::open(
        data_, clock_, health_,
        {"村", clock_.now(), "{}", net::dump(chat::to_json(recalled.chat.counter)),
         people_of(recalled.chat.counter)});
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().log_line());
    return std::move(*opened);
  }

  // Appends follows of `people`, each answered for before this returns.
  void hear(session::Session& session, Recall& recalled, const std::vector<int>& people) {
    std::vector<chat::ChatEvent> events;
    for (const auto person : people) events.push_back(follow(person));
    hear_all(session, recalled, std::move(events));
  }
  void hear_all(session::Session& session, Recall& recalled, std::vector<chat::ChatEvent> events) {
    const auto journal = make_journal(session.ledger(), clock_.now(), clock_);
    for (auto& each : events) {
      const auto event =
          chat::make_numbered(recalled.chat.next++, std::move(each), "test", clock_.now());
      chat::fold(recalled.chat.counter, event->event);
      wait_for([&](auto done) { journal->append(event, recalled.chat.counter, std::move(done)); });
    }
  }

  template <class Start>
  void wait_for(Start start) {
    std::mutex mutex;
    std::condition_variable told;
    std::optional<Status> status;
    start([&](Status given) {
      std::lock_guard lock(mutex);
      status = std::move(given);
      told.notify_one();
    });
    std::unique_lock lock(mutex);
    told.wait(lock, [&] { return status.has_value(); });
    EXPECT_TRUE(*status);
  }

  test::TempFolder folder_;
  SystemClock clock_;
  Health health_;
  session::DataFolder data_;
};

TEST_F(RecallTest, begins_with_the_baseline_where_there_is_nothing) {
  const auto recalled = recall(data_, baseline, clock_.wall());
  EXPECT_EQ(chat::figures_of(recalled.chat.counter).total, baseline);
  EXPECT_FALSE(recalled.is_interrupted);
  EXPECT_EQ(recalled.chat.next, 1U);
}

TEST_F(RecallTest, goes_on_with_count_people_numbers_and_scene_of_an_interrupted_session) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  hear(*session, first, {1, 2, 3});
  session::Entry scene;
  scene.kind = session::EntryKind::command;
  scene.event_id = "c1";
  scene.wall = clock_.wall();
  scene.json =
      R"({"name":"product.show","ok":true,"zh":"已收起","en":"taken off","scene":{"product":"dumpling","caption":null,"slate":"none"}})";
  wait_for([&](auto done) { session->ledger()->append(std::move(scene), std::move(done)); });
  session.reset();  // without an end: as after a crash

  auto second = recall(data_, baseline, clock_.wall());
  EXPECT_TRUE(second.is_interrupted);
  EXPECT_EQ(chat::figures_of(second.chat.counter), (chat::CounterFigures{baseline + 3, 3, 0, 0}));
  EXPECT_GT(second.chat.next, 3U);
  ASSERT_TRUE(second.scene);
  EXPECT_EQ(second.scene->product, "dumpling");
  ASSERT_EQ(second.answers.size(), 1U);
  EXPECT_EQ(second.answers.front().first, "c1");
  EXPECT_TRUE(second.answers.front().second.is_ok);
  EXPECT_EQ(second.answers.front().second.note_zh, "已收起");
  EXPECT_EQ(second.answers.front().second.note_en, "taken off");
  ASSERT_TRUE(second.resumable_until);
  EXPECT_GT(*second.resumable_until, clock_.wall() + std::chrono::minutes(29));
  EXPECT_LE(*second.resumable_until, clock_.wall() + session::resumable_for);
  EXPECT_EQ(second.chat.events.size(), 3U);
  chat::fold(second.chat.counter, follow(2));
  EXPECT_EQ(chat::figures_of(second.chat.counter).gained, 3)
      << "who was counted before the crash is not counted again";
}

TEST_F(RecallTest, what_a_command_covered_stays_covered_though_what_aired_comes_later) {
  auto session = open(recall(data_, baseline, clock_.wall()));
  const auto append = [&](session::EntryKind kind, const char* json) {
    session::Entry entry;
    entry.kind = kind;
    entry.event_id = kind == session::EntryKind::command ? "c1" : "";
    entry.wall = clock_.wall();
    entry.json = json;
    wait_for([&](auto done) { session->ledger()->append(std::move(entry), std::move(done)); });
  };
  overlay::Scene covered;
  covered.is_covered = true;
  covered.slate = overlay::SlateKind::away;
  const auto command =
      R"({"name":"sound.panic","ok":true,"scene":)" + net::dump(to_json(covered)) + "}";
  append(session::EntryKind::command, command.c_str());
  overlay::Scene aired;  // painted before
  aired.product = "dumpling";
  append(session::EntryKind::scene, net::dump(to_json(aired)).c_str());
  session.reset();
  const auto recalled = recall(data_, baseline, clock_.wall());
  ASSERT_TRUE(recalled.scene);
  EXPECT_TRUE(recalled.scene->is_covered);
  EXPECT_EQ(recalled.scene->product, "dumpling");
}

TEST_F(RecallTest, the_microphone_of_an_interrupted_session_stays_muted) {
  auto session = open(recall(data_, baseline, clock_.wall()));
  const auto command = [&](const char* id, const char* json) {
    session::Entry entry;
    entry.kind = session::EntryKind::command;
    entry.event_id = id;
    entry.wall = clock_.wall();
    entry.json = json;
    wait_for([&](auto done) { session->ledger()->append(std::move(entry), std::move(done)); });
  };
  EXPECT_FALSE(recall(data_, baseline, clock_.wall()).is_muted);
  command("c1", R"({"name":"sound.mute","ok":true})");
  command("c2", R"({"name":"sound.unmute","ok":false})");
  command("c3", R"({"name":"product.show","ok":true})");
  EXPECT_TRUE(recall(data_, baseline, clock_.wall()).is_muted);
  command("c4", R"({"name":"sound.unmute","ok":true})");
  EXPECT_FALSE(recall(data_, baseline, clock_.wall()).is_muted);
  command("c5", R"({"name":"sound.mute","ok":true})");
  ASSERT_TRUE(session->end("command", std::chrono::seconds(2)));
  EXPECT_FALSE(recall(data_, baseline, clock_.wall()).is_muted) << "that evening is over";
}

TEST_F(RecallTest, another_baseline_is_believed_also_when_an_interrupted_session_goes_on) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  hear(*session, first, {1, 2, 3});
  session.reset();
  const auto second = recall(data_, 5000, clock_.wall());
  EXPECT_TRUE(second.is_interrupted);
  EXPECT_EQ(chat::figures_of(second.chat.counter), (chat::CounterFigures{5000, 3, 0, 0}));
}

TEST_F(RecallTest, the_counter_comes_back_as_it_was_after_the_last_entry) {
  using chat::Kind;
  auto first = recall(data_, baseline, clock_.wall());
  first.chat.counter.people[chat::person_key("demo", "u9")] = {true, false};  // from yesterday
  auto session = open(first);
  auto total = by(Kind::followers, 7);
  total.platform = "other";
  total.total = 40;
  hear_all(*session, first,
           {follow(1), follow(2), by(Kind::chat, 2), by(Kind::unfollow, 2), by(Kind::unfollow, 3),
            total, by(Kind::unfollow, 9), follow(9), by(Kind::chat, 4)});
  session.reset();  // as after a crash
  auto second = recall(data_, baseline, clock_.wall());
  EXPECT_EQ(second.chat.counter, first.chat.counter);
  EXPECT_EQ(second.chat.counter.people.size(), 4U);
  EXPECT_EQ(second.chat.counter.speakers.size(), 2U);

  session = open(second);
  EXPECT_TRUE(session->is_resumed());
  hear(*session, second, {5});
  ASSERT_TRUE(session->end("command", std::chrono::seconds(2)));
  auto third = recall(data_, baseline, clock_.wall());
  second.chat.counter.speakers.clear();  // another Session
  EXPECT_EQ(third.chat.counter, second.chat.counter);

  session = open(third);  // has the people of the one before
  session.reset();
  EXPECT_EQ(recall(data_, baseline, clock_.wall()).chat.counter, third.chat.counter);
}

TEST_F(RecallTest, a_counter_that_cannot_be_read_begins_at_the_show_s_baseline) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  hear(*session, first, {1, 2, 3});
  session::Entry broken;
  broken.wall = clock_.wall();
  broken.counter = "{";
  wait_for([&](auto done) { session->ledger()->append(std::move(broken), std::move(done)); });
  session.reset();
  const auto second = recall(data_, baseline, clock_.wall());
  EXPECT_TRUE(second.is_interrupted);
  EXPECT_EQ(chat::figures_of(second.chat.counter), (chat::CounterFigures{baseline + 3, 3, 0, 0}));
}

TEST_F(RecallTest, numbers_go_on_when_no_ledger_can_be_read) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  wait_for([&](auto done) { session->ledger()->reserve_sequence(8192, std::move(done)); });
  const auto file = session->folder() / "ledger.db";
  session.reset();
  std::ofstream(file, std::ios::trunc) << "no database at all";
  const auto second = recall(data_, baseline, clock_.wall());
  EXPECT_EQ(second.chat.next, 8193U);
  EXPECT_EQ(second.chat.reserved_below, 8193U);
  EXPECT_EQ(chat::figures_of(second.chat.counter).total, baseline);
  ASSERT_TRUE(second.problem);
  EXPECT_EQ(second.problem->code(), ErrorCode::past_unreadable);
  for (const auto* part : {file.c_str(), "damaged", "baseline"})
    EXPECT_NE(second.problem->en().find(part), std::string::npos) << second.problem->en();
  EXPECT_NE(second.problem->zh().find("起始数"), std::string::npos) << second.problem->zh();
}

TEST_F(RecallTest, says_from_which_session_the_count_goes_on_when_the_newest_cannot_be_read) {
  auto first = recall(data_, baseline, clock_.wall());
  EXPECT_FALSE(first.problem);
  auto older = open(first);
  hear(*older, first, {1, 2});
  const auto older_folder = older->folder();
  ASSERT_TRUE(older->end("command", std::chrono::seconds(5), {}));
  older.reset();
  auto second = recall(data_, baseline, clock_.wall());
  EXPECT_FALSE(second.problem);
  auto newest = open(second);
  hear(*newest, second, {3});
  const auto file = newest->folder() / "ledger.db";
  newest.reset();
  {
    auto database = session::Database::open(file, session::OpenMode::read_write);
    ASSERT_TRUE(database && database->run("PRAGMA user_version = 99"));
  }
  const auto third = recall(data_, baseline, clock_.wall());
  EXPECT_EQ(chat::figures_of(third.chat.counter).total, baseline + 2);
  ASSERT_TRUE(third.problem);
  for (const auto& part : {file.string(), older_folder.filename().string(), std::string("newer")})
    EXPECT_NE(third.problem->en().find(part), std::string::npos) << third.problem->en();
}

TEST_F(RecallTest, knows_when_a_platform_was_last_heard) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  const auto before = clock_.wall();
  hear(*session, first, {1});
  session.reset();
  const auto second = recall(data_, baseline, clock_.wall());
  ASSERT_EQ(second.chat.heard.size(), 1U);
  EXPECT_EQ(second.chat.heard[0].platform, "demo");
  EXPECT_GE(second.chat.heard[0].at, before);
}

TEST_F(RecallTest, remembers_the_answer_to_a_command_as_large_as_a_request_may_be) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  session::Entry command;
  command.kind = session::EntryKind::command;
  command.event_id = "large";
  command.json = R"({"name":"marker.add","args":{"note":")" + std::string(65'500, 'x') +
                 R"("},"ok":false,"code":"chat.not_on_air","scene":{}})";
  wait_for([&](auto done) { session->ledger()->append(std::move(command), std::move(done)); });
  session.reset();
  const auto second = recall(data_, baseline, clock_.wall());
  ASSERT_EQ(second.answers.size(), 1U);
  EXPECT_EQ(second.answers.front().first, "large");
  ASSERT_TRUE(second.answers.front().second.error);
  EXPECT_EQ(second.answers.front().second.error->code(), ErrorCode::not_on_air);
}

TEST_F(RecallTest, keeps_todays_gain_over_an_orderly_end) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  hear(*session, first, {1, 2});
  ASSERT_TRUE(session->end("command", std::chrono::seconds(2), {},
                           static_cast<std::int64_t>(first.chat.next) - 1));
  session.reset();

  const auto second = recall(data_, baseline, clock_.wall());
  EXPECT_FALSE(second.is_interrupted);
  EXPECT_EQ(chat::figures_of(second.chat.counter), (chat::CounterFigures{baseline + 2, 2, 0, 0}));
  EXPECT_EQ(second.chat.next, 3U) << "unused numbers were given back";
}

TEST_F(RecallTest, remembers_events_and_commands_of_sessions_that_ended_well) {
  for (const int person : {1, 2, 3}) {
    auto recalled = recall(data_, baseline, clock_.wall());
    auto session = open(recalled);
    hear(*session, recalled, {person});
    session::Entry command;
    command.kind = session::EntryKind::command;
    command.event_id = "start-" + std::to_string(person);
    command.json = R"({"name":"live.start","ok":true})";
    wait_for([&](auto done) { session->ledger()->append(std::move(command), std::move(done)); });
    ASSERT_TRUE(session->end("command", std::chrono::seconds(2), {}, person));
  }

  const auto recalled = recall(data_, baseline, clock_.wall());
  ASSERT_EQ(recalled.chat.events.size(), 3U);
  ASSERT_EQ(recalled.chat.known.size(), 3U);
  ASSERT_EQ(recalled.answers.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(recalled.chat.events[i]->sequence, i + 1) << "oldest first";
    EXPECT_EQ(recalled.chat.known[i].id, "f" + std::to_string(i + 1));
    EXPECT_EQ(recalled.answers[i].first, "start-" + std::to_string(i + 1));
  }
  EXPECT_EQ(recalled.chat.next, 4U);
}

TEST_F(RecallTest, knows_more_events_than_it_hands_out_again) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  const auto journal = make_journal(session->ledger(), clock_.now(), clock_);
  for (int i = 1; i <= 3000; ++i)
    journal->append(chat::make_numbered(first.chat.next++, follow(i), "test", clock_.now()), {},
                    [](const Status& status) { EXPECT_TRUE(status); });
  ASSERT_TRUE(session->end("command", std::chrono::seconds(10), {}, 3000));

  const auto second = recall(data_, baseline, clock_.wall());
  EXPECT_EQ(second.chat.events.size(), 1000U);
  EXPECT_EQ(second.chat.events.front()->sequence, 2001U);
  ASSERT_EQ(second.chat.known.size(), 3000U);
  EXPECT_EQ(second.chat.known.front().id, "f1");
}

TEST_F(RecallTest, a_flood_of_chat_hides_no_follow_from_a_restart) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  const auto journal = make_journal(session->ledger(), clock_.now(), clock_);
  const auto keep = [&](chat::ChatEvent event) {
    journal->append(chat::make_numbered(first.chat.next++, std::move(event), "test", clock_.now()),
                    {}, [](const Status& status) { EXPECT_TRUE(status); });
  };
  keep(follow(1));
  constexpr int flood = 66'000;
  for (int i = 0; i < flood; ++i) {
    keep(by(chat::Kind::chat, i));
    if (i % 20'000 == 0)  // the pipe of the ledger holds 65 536
      wait_for([&](auto done) { session->ledger()->append({}, std::move(done)); });
  }
  ASSERT_TRUE(session->end("command", std::chrono::seconds(20), {}, flood + 1));
  const auto second = recall(data_, baseline, clock_.wall());
  ASSERT_EQ(second.chat.known.size(), 65'537U);
  EXPECT_TRUE(std::any_of(second.chat.known.begin(), second.chat.known.end(), [](const auto& key) {
    return key.id == "f1" && key.kind == chat::Kind::follow;
  }));
}

TEST_F(RecallTest, an_event_that_comes_when_the_session_is_gone_is_refused) {
  auto first = recall(data_, baseline, clock_.wall());
  auto session = open(first);
  const auto journal = make_journal(session->ledger(), clock_.now(), clock_);
  ASSERT_TRUE(session->end("command", std::chrono::seconds(2)));
  session.reset();
  Status told;
  journal->append(chat::make_numbered(1, follow(1), "test", clock_.now()), {},
                  [&](Status status) { told = std::move(status); });
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code(), ErrorCode::cancelled);
}

TEST_F(RecallTest, tells_the_sender_when_there_is_no_ledger) {
  const auto journal = make_journal(nullptr, clock_.now(), clock_);
  Status told;
  journal->append(chat::make_numbered(1, follow(1), "test", clock_.now()), {},
                  [&](Status status) { told = std::move(status); });
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code(), ErrorCode::database_failed);
}

}  // namespace
}  // namespace xb::studio
