// A ledger that must stay as it is: read after a clean end, after a crash, and when it is damaged.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <map>

#include "base/files.h"
#include "session/queries.h"
#include "session/schema.h"
#include "session/session.h"
#include "tests/support/temp_folder.h"

namespace xb::session {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr WallTime noon{std::chrono::seconds(1'777'636'800)};

// Every file of a folder with its bytes.
std::map<std::string, std::string> all_of(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& one : fs::directory_iterator(folder)) {
    std::ifstream file(one.path(), std::ios::binary);
    out[one.path().filename().string()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return out;
}

class UnchangedTest : public testing::Test {
 protected:
  // A Session with ten markers; left open, it is as after a crash.
  std::unique_ptr<Session> session() {
    auto opened =
        Session::open(data_, clock_, health_, {.station = "竹园村", .program_start = MonoTime(5s)});
    EXPECT_TRUE(opened) << opened.error().log_line();
    for (int i = 0; i < 10; ++i) {
      Entry entry;
      entry.kind = EntryKind::marker;
      (*opened)->ledger()->append(std::move(entry));
    }
    return std::move(*opened);
  }
  // The folder as it is on the disk now, elsewhere: what a crash would leave.
  fs::path copy_of(const fs::path& folder) {
    const auto copy = temp_.path() / "copy";
    fs::remove_all(copy);
    fs::copy(folder, copy);
    return copy;
  }
  static std::size_t markers(Reader& reader) {
    const auto found = reader.entries_after(0, std::array{EntryKind::marker}, 100);
    EXPECT_TRUE(found);
    return found ? found->size() : 0;
  }

  test::TempFolder temp_;
  ManualClock clock_{MonoTime(15s), noon};
  Health health_;
  DataFolder data_{*DataFolder::open(temp_.path())};
};

TEST_F(UnchangedTest, a_session_that_ended_is_read_in_place_and_nothing_is_made) {
  auto one = session();
  const auto folder = one->folder();
  ASSERT_TRUE(one->end("command", 5s));
  one.reset();
  const auto before = all_of(folder);
  {
    auto reader = Reader::open_unchanged(folder);
    ASSERT_TRUE(reader) << reader.error().log_line();
    EXPECT_EQ(markers(*reader), 10U);
    EXPECT_EQ(all_of(folder), before);
  }
  EXPECT_EQ(all_of(folder), before);
}

TEST_F(UnchangedTest, what_a_crash_left_beside_it_is_read_and_stays_as_it_is) {
  auto one = session();
  const auto ended = one->folder();
  ASSERT_TRUE(one->end("command", 5s));
  one.reset();
  auto writer = open_ledger(ended / ledger_file);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->run(
      "INSERT INTO entries (kind, time_ns, wall_ms, json) VALUES ('marker', 7, 0, '{}')"));
  const auto folder = copy_of(ended);
  ASSERT_GT(fs::file_size(folder / "ledger.db-wal"), 0U);
  const auto before = all_of(folder);
  {
    auto reader = Reader::open_unchanged(folder);
    ASSERT_TRUE(reader) << reader.error().log_line();
    EXPECT_EQ(markers(*reader), 11U) << "the last one is in no other file yet";
  }
  EXPECT_EQ(all_of(folder), before);
}

// Folders that hold a copy of a ledger.
std::size_t copies() {
  std::size_t out = 0;
  for (const auto& one : fs::directory_iterator(fs::temp_directory_path()))
    out += one.path().filename().string().starts_with("xiangbo-ledger-") ? 1U : 0U;
  return out;
}

TEST_F(UnchangedTest, one_that_is_being_written_is_read_where_it_lies_and_read_on) {
  auto one = session();
  const auto folder = one->folder();
  const auto file = folder / ledger_file;
  auto writer = open_ledger(file);  // a second one, whose commits the test can wait for
  ASSERT_TRUE(writer);
  const auto add = [&](int n) {
    for (int i = 0; i < n; ++i)
      ASSERT_TRUE(writer->run(
          "INSERT INTO entries (kind, time_ns, wall_ms, json) VALUES ('anchor', 7, 0, '{}')"));
  };
  add(3);
  EXPECT_TRUE(is_running_ledger(file));
  const auto before = copies();
  auto reader = Reader::open_unchanged(folder, Look::as_it_comes);
  ASSERT_TRUE(reader) << reader.error().log_line();
  EXPECT_TRUE(reader->is_running());
  EXPECT_LE(copies(), before) << "nothing was copied";
  std::int64_t next = 0;
  const auto anchors = [&] {
    int seen = 0;
    EXPECT_TRUE(reader->visit(next, [&](const EntryRow& row) {
      next = row.n() + 1;
      seen += row.kind() == EntryKind::anchor ? 1 : 0;
      return true;
    }));
    return seen;
  };
  EXPECT_GE(anchors(), 3);
  add(2);
  EXPECT_EQ(anchors(), 2) << "only what is new";
  // what the writer does meanwhile is as if nobody read: its journal begins anew
  EXPECT_TRUE(writer->run("PRAGMA wal_checkpoint(RESTART)"));
  *writer = {};
  ASSERT_TRUE(one->end("command", 5s));
  one.reset();
  std::error_code none;
  const auto left = fs::file_size(file.string() + "-wal", none);
  EXPECT_TRUE(none || left == 0) << "the file is whole though somebody was reading";
}

TEST_F(UnchangedTest, steps_of_reading_leave_nothing_out) {
  auto one = session();
  auto writer = open_ledger(one->folder() / ledger_file);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->run(
      "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 2500) INSERT INTO "
      "entries (kind, time_ns, wall_ms, json) SELECT 'anchor', i, 0, '{}' FROM k"));
  auto reader = Reader::open_unchanged(one->folder(), Look::as_it_comes);
  ASSERT_TRUE(reader && reader->is_running());
  std::int64_t last = 0;
  int seen = 0;
  EXPECT_TRUE(reader->visit(0, [&](const EntryRow& row) {
    EXPECT_GT(row.n(), last);
    last = row.n();
    seen += row.kind() == EntryKind::anchor ? 1 : 0;
    return true;
  }));
  EXPECT_EQ(seen, 2500);
}

TEST_F(UnchangedTest, a_folder_that_cannot_be_written_is_read_all_the_same) {
  auto one = session();
  const auto folder = one->folder();
  ASSERT_TRUE(one->end("command", 5s));
  one.reset();
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  auto reader = Reader::open_unchanged(folder);
  fs::permissions(folder, fs::perms::owner_all);
  ASSERT_TRUE(reader) << reader.error().log_line();
  EXPECT_EQ(markers(*reader), 10U);
}

TEST_F(UnchangedTest, a_name_with_any_sign_in_it_is_that_file) {
  auto one = session();
  const auto ended = one->folder();
  ASSERT_TRUE(one->end("command", 5s));
  one.reset();
  const auto folder = temp_.path() / "a?mode=rwc&x=%41 #红村";
  fs::rename(ended, folder);
  auto reader = Reader::open_unchanged(folder);
  ASSERT_TRUE(reader) << reader.error().log_line();
  EXPECT_EQ(markers(*reader), 10U);
}

TEST_F(UnchangedTest, damaged_cut_newer_and_foreign_files_are_refused_and_stay) {
  auto one = session();
  const auto folder = one->folder();
  ASSERT_TRUE(one->end("command", 5s));
  one.reset();
  std::ifstream file(folder / ledger_file, std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(file), {}};
  auto newer = good;
  newer[63] = 99;  // the lowest byte of user_version
  auto torn = good;
  for (std::size_t at = 4096; at < torn.size(); at += 4096) torn[at + 7] = '\x7f';
  const std::map<std::string, std::pair<std::string, ErrorCode>> cases{
      {"empty", {"", ErrorCode::database_failed}},
      {"cut", {good.substr(0, good.size() / 2 + 100), ErrorCode::database_damaged}},
      {"torn", {torn, ErrorCode::database_damaged}},
      {"no database", {std::string(9000, 'x'), ErrorCode::database_damaged}},
      {"newer", {newer, ErrorCode::database_newer}}};
  for (const auto& [what, wrong] : cases) {
    const auto place = temp_.path() / "wrong";
    fs::remove_all(place);
    fs::create_directory(place);
    std::ofstream(place / ledger_file, std::ios::binary) << wrong.first;
    const auto reader = Reader::open_unchanged(place);
    ASSERT_FALSE(reader) << what;
    EXPECT_EQ(reader.error().code(), wrong.second) << what << ": " << reader.error().log_line();
    EXPECT_EQ(all_of(place).size(), 1U) << what;
  }
  EXPECT_EQ(Reader::open_unchanged(temp_.path() / "nowhere").error().code(),
            ErrorCode::file_missing);
}

TEST_F(UnchangedTest, what_is_no_table_is_no_ledger) {
  constexpr const char* endless =
      "ALTER TABLE entries RENAME TO old; CREATE VIEW entries AS WITH RECURSIVE k(i) AS (SELECT 1 "
      "UNION ALL SELECT i + 1 FROM k) SELECT i AS n, 'chat' AS kind, 0 AS time_ns, 0 AS wall_ms, i "
      "AS seq, '' AS platform, '' AS event_id, '' AS user_id, '{}' AS json FROM k";
  constexpr const char* worked_out =
      "ALTER TABLE people ADD COLUMN more TEXT AS (hex(zeroblob(100000000)))";
  for (const auto* sql : {endless, worked_out, "DROP TABLE state"}) {
    const auto place = temp_.path() / "foreign";
    fs::remove_all(place);
    fs::create_directory(place);
    {
      auto ledger = open_ledger(place / ledger_file);
      ASSERT_TRUE(ledger && ledger->run(sql)) << sql;
    }
    const auto reader = Reader::open_unchanged(place);
    ASSERT_FALSE(reader) << sql;
    EXPECT_EQ(reader.error().code(), ErrorCode::database_failed) << reader.error().log_line();
  }
}

TEST_F(UnchangedTest, entries_come_in_order_in_pieces_by_their_kind) {
  auto one = session();
  const auto folder = one->folder();
  ASSERT_TRUE(one->end("command", 5s));
  one.reset();
  auto reader = Reader::open_unchanged(folder);
  ASSERT_TRUE(reader);
  const std::array kinds{EntryKind::begin, EntryKind::marker};
  const auto first = reader->entries_after(0, kinds, 4);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->size(), 4U);
  EXPECT_EQ(first->front().kind, EntryKind::begin);
  const auto rest = reader->entries_after(first->back().n, kinds, 100);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->size(), 7U);
  EXPECT_GT(rest->front().n, first->back().n);
}

}  // namespace
}  // namespace xb::session
