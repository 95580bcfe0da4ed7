// The Ledger: order, groups, losses, a locked, full or damaged database.
// SPDX-License-Identifier: Apache-2.0
#include "session/ledger.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>
#include <vector>

#include "session/queries.h"
#include "session/reserved.h"
#include "session/schema.h"
#include "tests/support/temp_folder.h"

namespace xb::session {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Entry chat(std::int64_t seq) {
  Entry entry;
  entry.kind = EntryKind::chat;
  entry.time = SessionTime(Duration(seq * 1'000'000));
  entry.seq = seq;
  entry.platform = "test";
  entry.event_id = fmt::format("e{}", seq);
  entry.user_id = fmt::format("u{}", seq);
  entry.json = fmt::format(R"({{"text":"第{}条"}})", seq);
  return entry;
}

class LedgerTest : public testing::Test {
 protected:
  std::unique_ptr<Ledger> ledger(std::size_t capacity = Ledger::pipe_size,
                                 std::filesystem::path reserved_file = {}) {
    auto database = open_ledger(temp_ / ledger_file);
    EXPECT_TRUE(database) << database.error().log_line();
    return std::make_unique<Ledger>(std::move(*database), Timeline{clock_.now(), 0ns}, clock_,
                                    health_, capacity, std::move(reserved_file));
  }
  Status append_and_wait(Ledger& to, Entry entry) {
    auto told = std::make_shared<std::promise<Status>>();
    auto future = told->get_future();
    to.append(std::move(entry), [told](const Status& status) { told->set_value(status); });
    return future.get();
  }
  Reader reader() {
    auto opened = Reader::open(temp_.path());
    EXPECT_TRUE(opened) << opened.error().log_line();
    return std::move(*opened);
  }
  std::optional<ComponentHealth> ledger_health() {
    for (auto& one : health_.all()) {
      if (one.component == "ledger") return one;
    }
    return std::nullopt;
  }

  test::TempFolder temp_;
  SystemClock clock_;
  Health health_;
};

TEST_F(LedgerTest, acknowledges_what_is_on_disk) {
  auto to = ledger();
  ASSERT_TRUE(append_and_wait(*to, chat(1)));
  const auto events = reader().last_events(10);
  ASSERT_TRUE(events);
  ASSERT_THAT(*events, SizeIs(1));
  const auto& event = events->front();
  EXPECT_EQ(event.seq, 1);
  EXPECT_EQ(event.json, R"({"text":"第1条"})");
  EXPECT_EQ(event.platform, "test");
  EXPECT_EQ(event.event_id, "e1");
  EXPECT_EQ(event.user_id, "u1");
  EXPECT_EQ(event.time, SessionTime(1ms));
}

TEST_F(LedgerTest, one_who_throws_at_the_answer_takes_it_from_nobody_else) {
  auto to = ledger();
  to->append(chat(1), [](const Status&) { throw std::bad_alloc(); });
  EXPECT_TRUE(append_and_wait(*to, chat(2)));
  EXPECT_TRUE(append_and_wait(*to, chat(3)));
  EXPECT_TRUE(to->close(5s));
  EXPECT_THAT(*reader().last_of(EntryKind::chat, 10), SizeIs(3));
}

TEST_F(LedgerTest, keeps_the_order_and_commits_in_groups) {
  auto to = ledger();
  auto other = Database::open(temp_ / ledger_file, OpenMode::read_write);
  ASSERT_TRUE(other && other->run("BEGIN EXCLUSIVE"));
  for (int i = 1; i <= 5000; ++i) to->append(chat(i));
  ASSERT_TRUE(other->run("ROLLBACK"));
  ASSERT_TRUE(to->close(5s));
  EXPECT_EQ(to->counters().committed, 5000u);
  EXPECT_LE(to->counters().commits, 2u) << "what came while one was stuck goes in the next";
  const auto events = reader().events_after(0, 10'000);
  ASSERT_TRUE(events);
  ASSERT_THAT(*events, SizeIs(5000));
  for (std::size_t i = 0; i < events->size(); ++i)
    ASSERT_EQ((*events)[i].seq, static_cast<std::int64_t>(i) + 1);
}

TEST_F(LedgerTest, commits_counter_and_people_with_their_entry) {
  auto to = ledger();
  auto follow = chat(1);
  follow.standing = Standing{true, true};
  follow.counter = R"({"total":1})";
  auto again = chat(2);
  again.user_id = "u1";
  again.standing = Standing{false, true};
  again.has_spoken = true;
  again.counter = R"({"total":0})";
  to->append(follow);
  ASSERT_TRUE(append_and_wait(*to, again));
  auto read = reader();
  EXPECT_EQ(*read.counter(), R"({"total":0})");
  const auto people = read.people();
  ASSERT_TRUE(people);
  ASSERT_THAT(*people, SizeIs(1));
  EXPECT_EQ(people->front().key.user_id, "u1");
  EXPECT_FALSE(people->front().standing.is_following);
  EXPECT_TRUE(people->front().standing.is_gained);
  const auto speakers = read.speakers();
  ASSERT_TRUE(speakers);
  ASSERT_THAT(*speakers, SizeIs(1));
  EXPECT_EQ(speakers->front().user_id, "u1");
}

TEST_F(LedgerTest, a_ledger_of_the_first_version_goes_on_with_its_people) {
  {
    auto database = open_ledger(temp_ / ledger_file);
    ASSERT_TRUE(database);
    ASSERT_TRUE(
        database->run("DROP TABLE speakers; ALTER TABLE people DROP COLUMN gained;"
                      "ALTER TABLE people DROP COLUMN began;"
                      "INSERT INTO people VALUES ('test', 'u1', 1);"
                      "PRAGMA user_version = 1;"));
  }
  auto to = ledger();
  auto leaves = chat(2);
  leaves.standing = Standing{false, true};
  ASSERT_TRUE(append_and_wait(*to, leaves));
  const auto people = reader().people();
  ASSERT_TRUE(people);
  ASSERT_THAT(*people, SizeIs(2));
  EXPECT_TRUE((*people)[0].standing.is_following);
  EXPECT_FALSE((*people)[0].standing.is_gained);
  EXPECT_TRUE((*people)[1].standing.is_gained);
}

TEST_F(LedgerTest, highest_sequence_is_what_was_reserved_or_stored) {
  auto to = ledger();
  ASSERT_TRUE(append_and_wait(*to, chat(7)));
  EXPECT_EQ(*reader().highest_sequence(), 7);
  std::promise<void> told;
  to->reserve_sequence(1024, [&](const Status& status) {
    EXPECT_TRUE(status);
    told.set_value();
  });
  told.get_future().get();
  EXPECT_EQ(*reader().highest_sequence(), 1024);
  to->reserve_sequence(512);
  ASSERT_TRUE(append_and_wait(*to, chat(8)));
  EXPECT_EQ(*reader().highest_sequence(), 1024);
}

TEST_F(LedgerTest, finds_events_by_number_and_commands) {
  auto to = ledger();
  for (int i = 1; i <= 10; ++i) to->append(chat(i));
  for (const char* id : {"c1", "c2"}) {
    Entry command;
    command.kind = EntryKind::command;
    command.event_id = id;
    to->append(command);
  }
  ASSERT_TRUE(to->close(5s));
  auto read = reader();
  const auto after = read.events_after(7, 2);
  ASSERT_TRUE(after);
  ASSERT_THAT(*after, SizeIs(2));
  EXPECT_EQ(after->front().seq, 8);
  const auto before = read.last_events(2, 5);
  ASSERT_TRUE(before);
  ASSERT_THAT(*before, SizeIs(2));
  EXPECT_EQ(before->front().seq, 3);
  EXPECT_EQ(read.recent_event_ids(Sort::counted, 1)->front().id, "e10");
  EXPECT_THAT(*read.recent_event_ids(Sort::said, 100), IsEmpty());
  EXPECT_EQ(read.last_of(EntryKind::command, 1)->front().event_id, "c2");
  EXPECT_THAT(*read.last_of(EntryKind::chat, 100), SizeIs(10));
}

TEST_F(LedgerTest, a_locked_database_loses_nothing_and_is_said) {
  auto to = ledger();
  ASSERT_TRUE(append_and_wait(*to, chat(1)));
  auto other = Database::open(temp_ / ledger_file, OpenMode::read_write);
  ASSERT_TRUE(other);
  ASSERT_TRUE(other->run("BEGIN EXCLUSIVE"));
  std::promise<void> degraded;
  std::atomic<bool> was_told{false};
  health_.listen([&](const ComponentHealth& now) {
    if (now.condition == Condition::degraded && !was_told.exchange(true)) degraded.set_value();
  });
  for (int i = 2; i <= 3000; ++i) to->append(chat(i));
  degraded.get_future().get();
  EXPECT_EQ(ledger_health()->error->code(), ErrorCode::database_locked);
  EXPECT_EQ(to->counters().committed, 1u);
  ASSERT_TRUE(other->run("ROLLBACK"));
  ASSERT_TRUE(append_and_wait(*to, chat(3001)));
  EXPECT_EQ(ledger_health()->condition, Condition::running);
  EXPECT_THAT(*reader().events_after(0, 10'000), SizeIs(3001));
  EXPECT_EQ(to->counters().gaps, 0u);
  health_.listen({});
}

TEST_F(LedgerTest, numbers_are_set_aside_while_the_database_is_locked) {
  const auto file = temp_ / "reserved_seq";
  auto to = ledger(Ledger::pipe_size, file);
  ASSERT_TRUE(append_and_wait(*to, chat(1)));
  auto other = Database::open(temp_ / ledger_file, OpenMode::read_write);
  ASSERT_TRUE(other->run("BEGIN EXCLUSIVE"));
  for (int i = 2; i <= 100; ++i) to->append(chat(i));
  std::promise<Status> told;
  to->reserve_sequence(40'000, [&](const Status& status) { told.set_value(status); });
  EXPECT_TRUE(told.get_future().get());  // without the database
  EXPECT_EQ(to->counters().committed, 1u);
  EXPECT_EQ(read_reserved(file), 40'000);
  ASSERT_TRUE(other->run("ROLLBACK"));
  ASSERT_TRUE(append_and_wait(*to, chat(101)));
  EXPECT_EQ(*reader().highest_sequence(), 40'000);
  to->release_sequence(101);
  ASSERT_TRUE(to->close(5s));
  EXPECT_EQ(read_reserved(file), 101);
}

TEST_F(LedgerTest, what_finds_the_pipe_full_becomes_one_gap_at_its_place) {
  auto to = ledger(100);
  auto other = Database::open(temp_ / ledger_file, OpenMode::read_write);
  ASSERT_TRUE(other->run("BEGIN EXCLUSIVE"));
  int refused = 0;
  for (int i = 1; i <= 1000; ++i) {
    to->append(chat(i), [&refused](const Status& status) {
      if (!status && status.error().code() == ErrorCode::busy) ++refused;
    });
  }
  EXPECT_GE(refused, 500);
  ASSERT_TRUE(other->run("ROLLBACK"));
  ASSERT_TRUE(to->close(5s));
  const auto gaps = reader().last_of(EntryKind::gap, 10);
  ASSERT_TRUE(gaps);
  ASSERT_FALSE(gaps->empty());
  std::size_t in_gaps = 0;
  for (const auto& gap : *gaps) {
    EXPECT_THAT(gap.json, HasSubstr("from_ns"));
    in_gaps += static_cast<std::size_t>(std::stoul(gap.json.substr(gap.json.find(':') + 1)));
  }
  EXPECT_EQ(in_gaps, static_cast<std::size_t>(refused));
  EXPECT_EQ(reader().last_events(2000)->size() + in_gaps, 1000u);
}

TEST_F(LedgerTest, gives_up_at_the_deadline_and_says_how_many) {
  auto to = ledger();
  auto other = Database::open(temp_ / ledger_file, OpenMode::read_write);
  ASSERT_TRUE(other->run("BEGIN EXCLUSIVE"));
  std::atomic<int> told{0};
  for (int i = 1; i <= 3; ++i)
    to->append(chat(i), [&](const Status& status) { told += status ? 0 : 1; });
  const auto closed = to->close(100ms);
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().detail(), HasSubstr("3 entries"));
  EXPECT_EQ(told, 3);
  bool is_cancelled = false;
  to->append(chat(4), [&](const Status& status) {
    is_cancelled = status.error().code() == ErrorCode::cancelled;
  });
  EXPECT_TRUE(is_cancelled);
}

TEST_F(LedgerTest, refuses_an_entry_that_would_block_all_others) {
  auto to = ledger();
  auto huge = chat(1);
  huge.json = std::string(65U << 20U, 'x');
  const auto status = append_and_wait(*to, huge);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::event_too_large);
  ASSERT_TRUE(to->close(5s));
  const auto gaps = reader().last_of(EntryKind::gap, 10);
  ASSERT_THAT(*gaps, SizeIs(1));
  EXPECT_THAT(gaps->front().json, HasSubstr(R"({"lost":1,"from_ns":1000000,"to_ns":1000000})"));
}

TEST_F(LedgerTest, keeps_what_the_largest_show_makes_of_an_entry) {
  auto to = ledger();
  Entry changes;
  changes.kind = EntryKind::values;
  changes.json = "\"" + std::string(9U << 20U, 'x') + "\"";
  ASSERT_TRUE(append_and_wait(*to, changes));
  EXPECT_EQ(to->counters().gaps, 0U);
  EXPECT_EQ(reader().last_of(EntryKind::values, 1)->front().json.size(), changes.json.size());
}

TEST_F(LedgerTest, text_may_hold_anything) {
  auto to = ledger();
  auto odd = chat(1);
  odd.user_id = std::string("a\0b'); DROP TABLE entries;--", 26);
  ASSERT_TRUE(append_and_wait(*to, odd));
  EXPECT_EQ(reader().last_events(1)->front().user_id, odd.user_id);
}

// At 30 events a second whoever waits for each answer must get it within 33 ms.
TEST(Database, says_its_sql_to_the_log_and_not_to_people) {
  const test::TempFolder temp;
  auto database = Database::open(temp / "ledger.db", OpenMode::read_write);
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run("PRAGMA max_page_count = 1; PRAGMA page_size = 512"));
  const auto full = database->run("CREATE TABLE a (b); CREATE TABLE c (d)");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code(), ErrorCode::disk_full);
  EXPECT_THAT(full.error().log_line(), HasSubstr("CREATE TABLE"));
  EXPECT_THAT(full.error().zh(), testing::Not(HasSubstr("CREATE TABLE")));
  EXPECT_THAT(full.error().zh(), HasSubstr("（盘满了）"));
  EXPECT_THAT(full.error().en(), testing::Not(HasSubstr("CREATE TABLE")));
}

TEST(Spacing, a_sender_who_waits_for_each_answer_waits_20_ms_and_the_disk) {
  const test::TempFolder temp;
  ManualClock clock;
  Health health;
  Ledger to(*open_ledger(temp / ledger_file), Timeline{}, clock, health);
  for (int i = 0; i <= 30; ++i) {
    const auto told = std::make_shared<std::promise<void>>();
    const auto answer = told->get_future();
    to.append(chat(i + 1), [told](const Status&) { told->set_value(); });
    clock.await_waiting(1);
    if (i > 0) {
      clock.advance(19ms);
      EXPECT_EQ(answer.wait_for(0s), std::future_status::timeout) << "others share its commit";
      clock.await_waiting(1);
    }
    clock.advance(i > 0 ? 1ms : 10ms);
    ASSERT_EQ(answer.wait_for(30s), std::future_status::ready);
  }
  EXPECT_EQ(to.counters().commits, 31U);
}

// Four a fifth of a second, as a look at the picture is kept: one commit, not one each.
TEST(Spacing, what_nobody_waits_for_shares_a_commit) {
  const test::TempFolder temp;
  SystemClock clock;
  Health health;
  Ledger to(*open_ledger(temp / ledger_file), Timeline{}, clock, health);
  const auto until = clock.now() + 1s;
  int sent = 0;
  for (auto next = clock.now(); next < until; next += 50ms) {
    clock.wait_until(next, {});
    to.append(chat(++sent));
  }
  EXPECT_TRUE(to.close(5s));
  EXPECT_EQ(to.counters().committed, static_cast<std::uint64_t>(sent));
  EXPECT_LE(to.counters().commits, 8U) << "at most each 250 ms, and room for a busy machine";
}

// Neither an answer nor a number waits for what could still wait.
TEST(Spacing, an_answer_and_a_reservation_end_the_wait_for_company) {
  const test::TempFolder temp;
  ManualClock clock;
  Health health;
  Ledger to(*open_ledger(temp / ledger_file), Timeline{}, clock, health);
  const auto told_of = [&](const std::function<void(Ledger::Committed)>& ask) {
    const auto told = std::make_shared<std::promise<void>>();
    auto answer = told->get_future();
    ask([told](const Status&) { told->set_value(); });
    clock.await_waiting(1);
    clock.advance(20ms);
    return answer.wait_for(30s) == std::future_status::ready;
  };
  to.append(chat(1));
  EXPECT_TRUE(told_of([&](auto told) { to.append(chat(2), std::move(told)); }));
  to.append(chat(3));
  EXPECT_TRUE(told_of([&](auto told) { to.reserve_sequence(100, std::move(told)); }));
  to.append(chat(4));
  EXPECT_TRUE(to.close(5s));
  EXPECT_EQ(to.counters().committed, 4U);
}

// Chat thins a flood out in pushes: the seconds between two of them belong to it.
TEST(Spacing, a_flood_is_kept_twice_a_second_also_between_its_pushes) {
  const test::TempFolder temp;
  ManualClock clock;
  Health health;
  Ledger to(*open_ledger(temp / ledger_file), Timeline{}, clock, health);
  std::int64_t sequence = 0;
  const auto commit_after = [&](int entries, Duration wait) {
    const auto told = std::make_shared<std::promise<void>>();
    const auto answer = told->get_future();
    for (int i = 1; i < entries; ++i) to.append(chat(++sequence));
    to.append(chat(++sequence), [told](const Status&) { told->set_value(); });
    clock.await_waiting(1);
    clock.advance(wait - 1ms);
    EXPECT_EQ(answer.wait_for(0s), std::future_status::timeout) << sequence;
    clock.await_waiting(1);
    clock.advance(1ms);
    return answer.wait_for(30s) == std::future_status::ready;
  };
  ASSERT_TRUE(commit_after(1000, 10ms));
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(commit_after(20, 550ms));
  EXPECT_EQ(to.counters().commits, 8U);
  // 4.56 s of Entries, of which 3.85 have passed: in one more the flood is over
  clock.advance(1s);
  ASSERT_TRUE(commit_after(1, 10ms));
  ASSERT_TRUE(commit_after(1, 20ms));
}

TEST(Anchors, follow_the_clock_each_minute_and_note_a_jump) {
  const test::TempFolder temp;
  ManualClock clock(MonoTime(1h), WallTime(10'000s));
  Health health;
  auto database = open_ledger(temp / ledger_file);
  ASSERT_TRUE(database);
  Ledger to(std::move(*database), Timeline{MonoTime(1h), 0ns}, clock, health);
  const auto write = [&](std::int64_t seq) {
    std::promise<void> told;
    to.append(chat(seq), [&](const Status&) { told.set_value(); });
    clock.await_waiting(1);
    clock.advance(10ms);
    told.get_future().get();
  };
  write(1);
  clock.advance(61s - 10ms);
  write(2);
  clock.advance(61s - 10ms);
  clock.set_wall(WallTime(10'122s - 3h));
  write(3);
  ASSERT_TRUE(to.close(5s));
  auto reader = Reader::open(temp.path());
  ASSERT_TRUE(reader);
  const auto anchors = reader->last_of(EntryKind::anchor, 10);
  ASSERT_TRUE(anchors);
  ASSERT_THAT(*anchors, SizeIs(2));
  EXPECT_EQ(anchors->front().time, SessionTime(61s + 10ms));
  EXPECT_EQ(anchors->front().json, "{}");
  EXPECT_EQ(anchors->back().time, SessionTime(122s + 10ms));
  EXPECT_EQ(anchors->back().json, R"({"clock_changed_ms":-10800000})");
}

// A file size limit stands in for a disk that is full and then has space again. In a process of its
// own, because the limit holds for all of it.
int write_past_a_full_disk(const std::filesystem::path& folder) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  SystemClock clock;
  Health health;
  auto database = open_ledger(folder / ledger_file);
  if (!database) return 1;
  Ledger to(std::move(*database), Timeline{clock.now(), 0ns}, clock, health);
  const auto former = limit.rlim_cur;
  limit.rlim_cur = 200'000;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  std::promise<void> degraded;
  std::atomic<bool> was_told{false};
  health.listen([&](const ComponentHealth& now) {
    if (now.condition == Condition::degraded && !was_told.exchange(true)) degraded.set_value();
  });
  for (int i = 1; i <= 5000; ++i) to.append(chat(i));
  degraded.get_future().get();
  limit.rlim_cur = former;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 3;
  if (!to.close(10s)) return 4;
  return to.counters().committed == 5000 ? 0 : 5;
}

TEST(FullDisk, keeps_entries_waiting_until_there_is_space) {
  const test::TempFolder temp;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(write_past_a_full_disk(temp.path()));
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_THAT(*Reader::open(temp.path())->events_after(0, 10'000), SizeIs(5000));
}

}  // namespace
}  // namespace xb::session
