// What a kill, a damaged, a cut and a newer ledger leave standing.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>

#include "session/queries.h"
#include "session/schema.h"
#include "session/session.h"
#include "tests/support/temp_folder.h"

namespace xb::session {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

Entry follow(std::int64_t seq) {
  Entry entry;
  entry.kind = EntryKind::chat;
  entry.wall = SystemClock().wall();
  entry.seq = seq;
  entry.platform = "test";
  entry.event_id = entry.user_id = fmt::format("{}", seq);
  entry.standing = Standing{true, true};
  entry.counter = fmt::format(R"({{"total":{}}})", seq);
  return entry;
}

// Appends until it is killed; every acknowledged number goes into the pipe.
[[noreturn]] void write_until_killed(const std::filesystem::path& folder, int acks) {
  SystemClock clock;
  Health health;
  const auto data = DataFolder::open(folder);
  if (!data) ::_exit(1);
  auto session = Session::open(*data, clock, health, {.station = "test"});
  if (!session) ::_exit(2);
  auto reader = Reader::open((*session)->folder());
  auto seq = reader ? reader->highest_sequence().value_or(0) : 0;
  while (true) {
    ++seq;
    (*session)->ledger()->append(follow(seq), [acks, seq](const Status& status) {
      if (status && ::write(acks, &seq, sizeof seq) != sizeof seq) ::_exit(3);
    });
    if (seq % 50 == 0) clock.wait_until(clock.now() + 1ms, {});
  }
}

TEST(Kill, keeps_everything_that_was_acknowledged_and_goes_on) {
  const test::TempFolder temp;
  std::set<std::int64_t> acknowledged;
  std::filesystem::path folder;
  for (int round = 0; round < 3; ++round) {
    int acks[2];
    ASSERT_EQ(::pipe(acks), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(temp.path(), acks[1]);
    ::close(acks[1]);
    std::int64_t seq = 0;
    for (int i = 0; i < 1500; ++i) {
      ASSERT_EQ(::read(acks[0], &seq, sizeof seq), static_cast<ssize_t>(sizeof seq));
      EXPECT_TRUE(acknowledged.insert(seq).second);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(acks[0], &seq, sizeof seq) == static_cast<ssize_t>(sizeof seq))
      acknowledged.insert(seq);
    ::close(acks[0]);

    const auto data = DataFolder::open(temp.path());
    ASSERT_TRUE(data);
    const auto found = find_interrupted(*data, SystemClock().wall());
    ASSERT_TRUE(found);
    if (round > 0) {
      EXPECT_EQ(found->folder, folder);
    }
    folder = found->folder;
    auto checked = Database::open(folder / ledger_file, OpenMode::read_write);
    ASSERT_TRUE(checked);
    auto check = checked->prepare("PRAGMA integrity_check");
    ASSERT_TRUE(check && *check->step());
    EXPECT_EQ(check->text(0), "ok");
    auto reader = Reader::open(folder);
    ASSERT_TRUE(reader);
    std::set<std::int64_t> stored;
    const auto events = reader->events_after(0, 1'000'000);
    ASSERT_TRUE(events);
    for (const auto& event : *events) stored.insert(*event.seq);
    for (const auto one : acknowledged) EXPECT_TRUE(stored.contains(one)) << one;
    // what follows from the entries was committed with them
    EXPECT_EQ(*reader->counter(), fmt::format(R"({{"total":{}}})", *stored.rbegin()));
    EXPECT_THAT(*reader->people(), SizeIs(stored.size()));
  }
}

class Damage : public testing::Test {
 protected:
  Damage() : data_(*DataFolder::open(temp_.path())) {
    auto session = open();
    for (int i = 1; i <= 500; ++i) session->ledger()->append(follow(i));
    folder_ = session->folder();
  }
  std::unique_ptr<Session> open() {
    auto session = Session::open(data_, clock_, health_, {.station = "test"});
    EXPECT_TRUE(session) << session.error().log_line();
    return session ? std::move(*session) : nullptr;
  }
  std::filesystem::path file() const { return folder_ / ledger_file; }
  void expect_a_fresh_one() {
    auto session = open();
    ASSERT_TRUE(session);
    EXPECT_FALSE(session->is_resumed());
    EXPECT_NE(session->folder(), folder_);
    session->ledger()->append(follow(1));
    EXPECT_TRUE(session->end("command", 5s));
  }

  test::TempFolder temp_;
  SystemClock clock_;
  Health health_;
  DataFolder data_;
  std::filesystem::path folder_;
};

TEST_F(Damage, an_overwritten_ledger_is_kept_aside) {
  std::ofstream(file(), std::ios::trunc) << std::string(100'000, 'x');
  expect_a_fresh_one();
  EXPECT_TRUE(std::filesystem::exists(file().string() + ".damaged"));
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(Damage, a_cut_ledger_is_kept_aside) {
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2 / 4096 * 4096);
  expect_a_fresh_one();
  EXPECT_TRUE(std::filesystem::exists(file().string() + ".damaged"));
}

TEST_F(Damage, a_page_of_noise_inside_is_found_before_going_on) {
  {
    std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(3 * 4096);
    bytes << std::string(8192, '\xa5');
  }
  expect_a_fresh_one();
  EXPECT_TRUE(std::filesystem::exists(file().string() + ".damaged"));
}

TEST_F(Damage, a_newer_ledger_is_left_as_it_is) {
  {
    auto database = Database::open(file(), OpenMode::read_write);
    ASSERT_TRUE(database && database->run("PRAGMA user_version = 99"));
  }
  EXPECT_EQ(Reader::open(folder_).error().code(), ErrorCode::database_newer);
  EXPECT_EQ(open_ledger(file()).error().code(), ErrorCode::database_newer);
  expect_a_fresh_one();
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(Damage, an_empty_file_and_an_empty_folder_are_no_obstacle) {
  std::ofstream(file(), std::ios::trunc).flush();
  std::filesystem::create_directory(data_.sessions() / "2999-01-01T0000-empty");
  expect_a_fresh_one();
}

TEST_F(Damage, a_session_goes_on_though_its_ledger_is_locked) {
  auto other = Database::open(file(), OpenMode::read_write);
  ASSERT_TRUE(other && other->run("BEGIN EXCLUSIVE"));
  auto session = open();
  ASSERT_TRUE(session);
  EXPECT_TRUE(session->is_resumed());
  session->ledger()->append(follow(501));
  ASSERT_TRUE(other->run("ROLLBACK"));
  ASSERT_TRUE(session->end("command", 5s));
  EXPECT_EQ(*Reader::open(folder_)->highest_sequence(), 501);
}

}  // namespace
}  // namespace xb::session
