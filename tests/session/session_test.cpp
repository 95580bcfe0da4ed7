// Session folders: names, numbering, taking over from the one before.
// SPDX-License-Identifier: Apache-2.0
#include "session/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "base/local_time.h"
#include "session/queries.h"
#include "session/recording_name.h"
#include "session/schema.h"
#include "session/sessions.h"
#include "tests/support/temp_folder.h"
#include "tests/support/watch_fsync.h"

namespace xb::session {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::IsEmpty;
using testing::SizeIs;

// 2026-05-01T12:00:00Z
constexpr WallTime noon{std::chrono::seconds(1'777'636'800)};

class SessionTest : public testing::Test {
 protected:
  SessionTest() : data_(*DataFolder::open(temp_.path())) {}
  std::unique_ptr<Session> open(std::string counter = {}, std::vector<Person> people = {}) {
    auto session = Session::open(data_, clock_, health_,
                                 {.station = "竹园村",
                                  .program_start = program_start_,
                                  .counter = std::move(counter),
                                  .people = std::move(people)});
    EXPECT_TRUE(session) << session.error().log_line();
    return session ? std::move(*session) : nullptr;
  }
  Reader reader(const std::filesystem::path& folder) { return std::move(*Reader::open(folder)); }

  test::TempFolder temp_;
  MonoTime program_start_{5s};
  ManualClock clock_{MonoTime(15s), noon};
  Health health_;
  DataFolder data_;
};

TEST_F(SessionTest, folder_is_named_by_local_time_and_station) {
  EXPECT_THAT(folder_name(noon, "Red  Village / 红村!"), EndsWith("-red-village-红村"));
  EXPECT_THAT(folder_name(noon, "../../etc"), EndsWith("-etc"));
  EXPECT_THAT(folder_name(noon, "\u202e///"), EndsWith("-station"));
  EXPECT_EQ(folder_name(noon, "x").substr(0, 10), local_day(noon));
  EXPECT_LT(folder_name(noon, std::string(5000, 'a')).size(), 60u);
}

TEST_F(SessionTest, a_folder_named_by_us_tells_when_it_was_made) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(noon).time_since_epoch();
  EXPECT_EQ(began_by_name(folder_name(noon, "红村")), std::chrono::milliseconds(minute).count());
  for (const auto* name : {"", "evening", "2026-05-01", "2026-13-01T1930-x", "20260501-1930-x"})
    EXPECT_FALSE(began_by_name(name)) << name;
}

TEST(RecordingName, is_a_word_a_dash_and_three_digits_or_more) {
  EXPECT_EQ(recording_name("clean", 7), "clean-007.mp4");
  EXPECT_EQ(recording_number("program-000.mp4", "program"), 0);
  EXPECT_EQ(recording_number("program-1000.mp4", "program"), 1000);
  EXPECT_FALSE(recording_number("clean-000.mp4", "program"));
  for (const auto* name : {"program-00.mp4", "program--01.mp4", "program-0x1.mp4",
                           "program-001.mkv", "program-99999999999.mp4", "../program-001.mp4",
                           "program.mp4", ".mp4", "program-001.mp4/../ledger.db", "-001.mp4", ""})
    EXPECT_FALSE(is_recording_name(name)) << name;
}

TEST_F(SessionTest, recordings_are_listed_by_number_without_links) {
  const auto& folder = temp_.path();
  for (const auto* name : {"program-1000.mp4", "program-002.mp4", "clean-000.mp4", "notes.jsonl"})
    std::ofstream(folder / name) << "x";
  std::filesystem::create_symlink("clean-000.mp4", folder / "program-003.mp4");
  EXPECT_THAT(recordings_in(folder, program_recording),
              testing::ElementsAre("program-002.mp4", "program-1000.mp4"));
  EXPECT_THAT(recordings_in(folder / "nowhere", program_recording), IsEmpty());
}

TEST_F(SessionTest, what_the_counter_began_with_stays_known) {
  auto session = open(R"({"baseline":7})",
                      {{{"test", "old"}, {true, false}}, {{"test", "today"}, {true, true}}});
  Entry leaves;
  leaves.kind = EntryKind::chat;
  leaves.platform = "test";
  leaves.user_id = "old";
  leaves.standing = Standing{false, false};
  leaves.counter = R"({"baseline":8})";
  session->ledger()->append(std::move(leaves));
  const auto folder = session->folder();
  ASSERT_TRUE(session->end("command", 5s));
  auto read = reader(folder);
  EXPECT_EQ(*read.fact("counter"), R"({"baseline":7})");
  EXPECT_EQ(*read.counter(), R"({"baseline":8})");
  const auto began = read.people_at_begin();
  ASSERT_TRUE(began);
  ASSERT_THAT(*began, SizeIs(2));
  EXPECT_EQ((*began)[0].key.user_id, "old");
  EXPECT_TRUE((*began)[0].standing.is_following);
  EXPECT_FALSE((*began)[0].standing.is_gained);
  EXPECT_TRUE((*began)[1].standing.is_gained);
  EXPECT_FALSE((*read.people())[0].standing.is_following);
}

TEST_F(SessionTest, two_in_one_minute_get_two_folders) {
  auto first = open();
  ASSERT_TRUE(first->end("command", 5s));
  auto second = open();
  EXPECT_FALSE(second->is_resumed());
  EXPECT_EQ(second->folder().string(), first->folder().string() + "-2");
}

TEST_F(SessionTest, its_folder_is_on_the_disk_before_anything_is_acknowledged) {
  const test::WatchFsync watch;
  const auto session = open();
  EXPECT_TRUE(watch.has_synced(data_.sessions()));
  EXPECT_TRUE(watch.has_synced(session->folder())) << "where ledger.db was made";
}

TEST_F(SessionTest, begins_at_zero_whatever_the_program_time_is) {
  auto session = open();
  Entry marker;
  marker.time = SessionTime(12s);  // the Session was begun at 10 s
  session->ledger()->append(marker);
  ASSERT_TRUE(session->end("command", 5s));
  auto read = reader(session->folder());
  EXPECT_EQ(read.last_of(EntryKind::begin, 1)->front().time, SessionTime(0s));
  EXPECT_EQ(read.last_of(EntryKind::marker, 1)->front().time, SessionTime(2s));
  EXPECT_EQ(read.last_of(EntryKind::end, 1)->front().json, R"({"reason":"command"})");
}

TEST_F(SessionTest, numbers_go_on_above_those_of_a_damaged_ledger) {
  const auto reserve = [&](Session& session, std::int64_t up_to) {
    std::promise<void> done;
    session.ledger()->reserve_sequence(up_to, [&](const Status&) { done.set_value(); });
    clock_.await_waiting(1);
    clock_.advance(20ms);
    done.get_future().wait();
  };
  auto older = open();
  reserve(*older, 100);
  ASSERT_TRUE(older->end("command", 5s, {}, 40));
  EXPECT_EQ(highest_sequence(data_), 40);
  auto newer = open();
  EXPECT_EQ(*reader(newer->folder()).highest_sequence(), 40);
  reserve(*newer, 8192);
  const auto file = newer->folder() / "ledger.db";
  newer.reset();
  std::ofstream(file, std::ios::trunc) << "no database at all";
  EXPECT_EQ(previous_session(data_)->folder, older->folder());
  EXPECT_EQ(highest_sequence(data_), 8192);
  auto newest = open();
  EXPECT_EQ(*reader(newest->folder()).highest_sequence(), 8192);
}

TEST_F(SessionTest, a_session_that_was_killed_before_its_first_entry_is_passed_over) {
  auto first = open(R"({"total":100})");
  ASSERT_TRUE(first->end("command", 5s));
  const auto folder = make_session_folder(data_, folder_name(noon + 1h, "竹园村"));
  ASSERT_TRUE(folder && open_ledger(*folder / ledger_file));
  remember_newest(data_, *folder);
  const auto previous = previous_session(data_);
  ASSERT_TRUE(previous);
  EXPECT_EQ(previous->counter, R"({"total":100})");
}

TEST_F(SessionTest, a_number_we_did_not_write_is_not_believed) {
  for (const char* text : {"", "x", "12 ", "-5", "9223372036854775807", "99999999999999999999"}) {
    std::ofstream(data_.reserved_file()) << text;
    EXPECT_EQ(highest_sequence(data_), 0) << text;
  }
}

TEST_F(SessionTest, program_files_are_numbered_after_the_highest) {
  auto session = open();
  EXPECT_EQ(session->next_file("program").filename(), "program-000.mp4");
  for (const char* name : {"program-000.mp4", "program-011.mp4", "program-99.mp4",
                           "program-012.mp4.new", "program-1x2.mp4"})
    std::ofstream(session->folder() / name) << "x";
  EXPECT_EQ(session->next_file("program").filename(), "program-012.mp4");
}

TEST_F(SessionTest, knows_what_its_recordings_hold_of_all_its_runs) {
  auto session = open();
  EXPECT_EQ(session->bytes_of("program"), 0U);
  std::ofstream(session->folder() / "program-000.mp4") << "abc";
  std::ofstream(session->folder() / "program-001.mp4") << "de";
  std::ofstream(session->folder() / "clean-000.mp4") << "f";
  std::ofstream(session->folder() / "program-001.mp4.new") << "not counted";
  EXPECT_EQ(session->bytes_of("program"), 5U);
  EXPECT_EQ(session->bytes_of("clean"), 1U);
}

TEST_F(SessionTest, takes_over_people_counter_and_numbers_from_the_one_before) {
  auto first = open(R"({"total":100})");
  Entry follow;
  follow.kind = EntryKind::chat;
  follow.seq = 41;
  follow.platform = "bilibili";
  follow.user_id = "7";
  follow.standing = Standing{true, true};
  follow.counter = R"({"total":101})";
  first->ledger()->append(follow);
  first->ledger()->reserve_sequence(1000);
  ASSERT_TRUE(first->end("command", 5s));

  const auto previous = previous_session(data_);
  ASSERT_TRUE(previous);
  EXPECT_EQ(previous->counter, R"({"total":101})");
  EXPECT_EQ(previous->highest_seq, 1000);
  EXPECT_EQ(previous->day, local_day(noon));
  EXPECT_TRUE(previous->has_ended);

  clock_.advance(2h);
  auto second = open(previous->counter, *reader(previous->folder).people());
  auto read = reader(second->folder());
  EXPECT_EQ(*read.counter(), R"({"total":101})");
  EXPECT_EQ(*read.highest_sequence(), 1000);
  ASSERT_THAT(*read.people(), SizeIs(1));
  EXPECT_THAT(*read.last_events(10), IsEmpty());
}

TEST_F(SessionTest, a_clean_end_gives_back_numbers_and_keeps_the_last_counter) {
  auto session = open();
  session->ledger()->reserve_sequence(8192);
  ASSERT_TRUE(session->end("command", 5s, R"({"total":5})", 17));
  const auto previous = previous_session(data_);
  ASSERT_TRUE(previous);
  EXPECT_EQ(previous->highest_seq, 17);
  EXPECT_EQ(previous->counter, R"({"total":5})");
}

TEST_F(SessionTest, goes_on_within_half_an_hour_in_the_same_folder_and_time) {
  auto first = open();
  const auto folder = first->folder();
  Entry marker;
  marker.time = SessionTime(70s);
  marker.wall = noon + 60s;
  first->ledger()->append(marker);
  first.reset();

  program_start_ = MonoTime(200s);  // another process: its time starts anew
  clock_.advance(195s);             // monotonic 210 s, 195 s after the beginning
  const auto found = find_interrupted(data_, clock_.wall());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->folder, folder);
  EXPECT_EQ(found->last_time, SessionTime(60s));
  auto again = open();
  EXPECT_TRUE(again->is_resumed());
  EXPECT_EQ(again->folder(), folder);
  EXPECT_EQ(again->timeline().stored(SessionTime(10s)), SessionTime(195s));
  ASSERT_TRUE(again->end("command", 5s));
  auto read = reader(folder);
  EXPECT_THAT(*read.last_of(EntryKind::begin, 5), SizeIs(1));
  EXPECT_EQ(read.last_of(EntryKind::resume, 5)->front().time, SessionTime(195s));
  EXPECT_FALSE(find_interrupted(data_, clock_.wall()));
}

TEST_F(SessionTest, after_half_an_hour_the_old_one_is_closed_and_a_new_one_begun) {
  auto first = open();
  const auto folder = first->folder();
  first.reset();
  clock_.advance(31min);
  EXPECT_FALSE(find_interrupted(data_, clock_.wall()));
  auto second = open();
  EXPECT_FALSE(second->is_resumed());
  EXPECT_NE(second->folder(), folder);
  const auto last = reader(folder).last_entry();
  ASSERT_TRUE(last && *last);
  EXPECT_EQ((*last)->kind, EntryKind::end);
  EXPECT_EQ((*last)->json, R"({"reason":"interrupted"})");
  EXPECT_EQ((*last)->wall, noon);
}

TEST_F(SessionTest, a_clock_set_back_does_not_hide_the_interrupted_session) {
  auto first = open();
  const auto folder = first->folder();
  Entry marker;
  marker.time = SessionTime(70s);
  marker.wall = noon + 60s;
  first->ledger()->append(marker);
  first.reset();
  clock_.set_wall(noon - 3h);
  auto again = open();
  EXPECT_EQ(again->folder(), folder);
  EXPECT_GT(again->timeline().stored(SessionTime(10s)), SessionTime(60s));
}

TEST_F(SessionTest, the_newest_is_found_though_the_clock_was_set_back_before_it_began) {
  auto evening = open();
  ASSERT_TRUE(evening->end("command", 5s));
  clock_.set_wall(noon - 3h);
  auto newest = open();
  const auto folder = newest->folder();
  ASSERT_LT(folder, evening->folder());
  newest.reset();
  EXPECT_EQ(previous_session(data_)->folder, folder);
  EXPECT_EQ(find_interrupted(data_, clock_.wall())->folder, folder);
}

TEST_F(SessionTest, refuses_where_nothing_can_be_made) {
  std::filesystem::remove_all(data_.sessions());
  std::ofstream(data_.sessions()) << "a file is in the way";
  const auto session = Session::open(data_, clock_, health_, {.station = "x"});
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code(), ErrorCode::session_failed);
}

}  // namespace
}  // namespace xb::session
