// Deleting an evening: who has to agree, what a clock may not decide, and what is gone then.
// SPDX-License-Identifier: Apache-2.0
#include "review/keeping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>

#include <fstream>
#include <future>

#include "net/json.h"
#include "review/archive.h"
#include "session/sessions.h"
#include "tests/review/ledger_maker.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

class KeepingTest : public testing::Test {
 protected:
  void say(const std::string& role, Consent::Does does, std::int64_t wall_ms) {
    Consent one;
    one.does = does;
    one.session = "a";
    one.role = role;
    one.who = role + " x";
    one.author = "刘姐";
    one.wall_ms = wall_ms;
    EXPECT_TRUE(append_consent(temp_.path(), one));
  }
  std::vector<std::string_view> missing() {
    const auto given = consents(temp_.path(), "a");
    EXPECT_TRUE(given);
    return roles_missing(roles_needed(test::noon_ms, test::noon_ms + 1000), *given);
  }
  test::TempFolder temp_;
};

TEST_F(KeepingTest, the_young_need_both_and_words_can_be_taken_back) {
  using Does = Consent::Does;
  EXPECT_THAT(missing(), ElementsAre("operator", "reviewer"));
  say("operator", Does::agree, 1);
  say("operator", Does::agree, 2);
  EXPECT_THAT(missing(), ElementsAre("reviewer"));
  say("reviewer", Does::agree, 3);
  EXPECT_THAT(missing(), IsEmpty());
  say("operator", Does::withdraw, 4);
  EXPECT_THAT(missing(), ElementsAre("operator"));
  std::ofstream(temp_.path() / "deletions.jsonl", std::ios::app) << "what is this\n{}\n";
  EXPECT_THAT(missing(), ElementsAre("operator"));
  const auto given = consents(temp_.path(), "a");
  ASSERT_THAT(*given, SizeIs(1));
  EXPECT_EQ(given->front().author, "刘姐");
  EXPECT_EQ(given->front().wall_ms, 3);
  EXPECT_THAT(*consents(temp_.path(), "another"), IsEmpty());
  std::ofstream(temp_.path() / "deletions.jsonl", std::ios::app) << R"({"v":1,"does":"agr)";
  say("operator", Does::agree, 4);
  EXPECT_THAT(missing(), IsEmpty()) << "a line that was cut takes no other with it";
  say("operator", Does::deleted, 5);
  EXPECT_THAT(missing(), ElementsAre("operator", "reviewer")) << "a copy that comes again";
}

TEST_F(KeepingTest, what_was_said_before_it_ended_is_no_word_about_all_of_it) {
  say("operator", Consent::Does::agree, 1000);
  say("reviewer", Consent::Does::agree, 2001);
  const auto given = consents(temp_.path(), "a", 2000);
  ASSERT_THAT(*given, SizeIs(1)) << "it went on after a crash";
  EXPECT_EQ(given->front().role, "reviewer");
  EXPECT_THAT(*consents(temp_.path(), "a"), SizeIs(2));
}

TEST_F(KeepingTest, what_could_not_be_deleted_is_still_agreed_on) {
  using Does = Consent::Does;
  say("operator", Does::agree, 1);
  say("reviewer", Does::agree, 2);
  say("reviewer", Does::deleted, 3);
  say("reviewer", Does::kept, 4);
  EXPECT_THAT(missing(), IsEmpty());
  say("reviewer", Does::kept, 5);
  say("operator", Does::withdraw, 6);
  EXPECT_THAT(missing(), ElementsAre("operator"));
}

TEST_F(KeepingTest, three_years_are_counted_from_its_end_and_no_clock_makes_it_older) {
  const auto day = std::int64_t{24} * 3600 * 1000;
  const auto now = test::noon_ms;
  EXPECT_THAT(roles_needed(now - 1095 * day, now), SizeIs(2));
  EXPECT_THAT(roles_needed(now - 1097 * day, now), ElementsAre("operator"));
  EXPECT_THAT(roles_needed(now + 9999 * day, now), SizeIs(2)) << "it ends in the future";
  EXPECT_THAT(roles_needed(std::nullopt, now), SizeIs(2)) << "nobody knows when";
  EXPECT_THAT(roles_needed(0, now), SizeIs(2));
}

TEST_F(KeepingTest, what_is_deleted_is_gone_and_what_a_crash_left_of_it_later) {
  {
    test::LedgerMaker maker(temp_.path(), "a");
    maker.begin();
  }
  std::ofstream(temp_.path() / "a" / "program-000.mp4") << "x";
  const auto gone = take_away(temp_.path(), "a");
  ASSERT_TRUE(gone);
  delete_taken(*gone);
  EXPECT_TRUE(fs::is_empty(temp_.path()));
  EXPECT_FALSE(take_away(temp_.path(), "a"));
  const auto half = temp_.path() / ".deleted-00000000-0000-4000-8000-000000000001";
  const auto other = temp_.path() / ".deleted-photos";
  fs::create_directories(half);
  fs::create_directories(other);
  sweep_deleted(temp_.path());
  EXPECT_FALSE(fs::exists(half));
  EXPECT_TRUE(fs::exists(other)) << "none of ours";
}

// 2019-05-01T12:00:00Z
constexpr std::int64_t long_ago_ms = 1'556'712'000'000;

class DeletingTest : public testing::Test {
 protected:
  fs::path library() const { return temp_.path() / "sessions"; }
  fs::path ledger() const { return library() / "a" / session::ledger_file; }
  void make_evening(std::int64_t began) {
    test::LedgerMaker maker(library(), "a", began);
    maker.begin();
    maker.event(21'000, "chat", "张三", "蘑菇怎么卖");
    maker.add("end", 60'000, "{}");
  }
  // As if nothing had been written to it since.
  void written(std::int64_t wall_ms) const {
    const auto ago = clock_.wall() - WallTime(std::chrono::milliseconds(wall_ms));
    for (const auto* const journal : {"", "-wal"}) {
      const auto file = ledger().string() + journal;
      if (fs::exists(file)) fs::last_write_time(file, fs::file_time_type::clock::now() - ago);
    }
  }
  template <class Ask>
  auto ask(Ask ask) {
    if (!archive_)
      archive_.emplace(ArchiveSettings{library(), temp_.path() / "cache"}, clock_, health_);
    using Answer = decltype(ask(std::declval<Reading&>()));
    const auto promise = std::make_shared<std::promise<Answer>>();
    auto answer = promise->get_future();
    EXPECT_TRUE(archive_->post([&](Reading& room) { promise->set_value(ask(room)); }));
    return answer.get();
  }
  std::size_t needed() {
    const auto read = ask([](Reading& room) { return room.evening("a"); });
    EXPECT_TRUE(read) << read.error().log_line();
    const auto said = ask([](Reading& room) { return room.keeping("a"); });
    return said ? (*said)["needed"].size() : 0;
  }
  Result<OrderedJson> agree(const std::string& role, bool agrees = true) {
    return ask([&](Reading& room) {
      return room.agree_to_delete("a", {{"author", "刘姐"}, {"agree", agrees}}, role, role);
    });
  }

  test::TempFolder temp_;
  SystemClock clock_;
  Health health_;
  std::optional<Archive> archive_;
};

TEST_F(DeletingTest, a_young_one_needs_both_and_is_out_of_the_library_when_it_is_said) {
  make_evening(test::noon_ms);
  EXPECT_EQ(needed(), 2U);
  const auto first = agree("operator");
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)["deleted"], false);
  EXPECT_THAT((*first)["missing"], ElementsAre("reviewer"));
  EXPECT_TRUE(fs::exists(ledger()));
  const auto second = agree("reviewer");
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)["deleted"], true);
  EXPECT_FALSE(fs::exists(ledger()));
  EXPECT_EQ(agree("operator").error().code(), ErrorCode::review_unknown);
}

TEST_F(DeletingTest, a_reviewer_alone_deletes_nothing_and_can_take_it_back) {
  make_evening(test::noon_ms);
  EXPECT_EQ(needed(), 2U);
  ASSERT_TRUE(agree("reviewer"));
  ASSERT_TRUE(agree("reviewer", false));
  const auto said = agree("operator");
  ASSERT_TRUE(said);
  EXPECT_THAT((*said)["missing"], ElementsAre("reviewer"));
  EXPECT_TRUE(fs::exists(ledger()));
}

TEST_F(DeletingTest, an_old_one_is_the_operators_own_affair) {
  make_evening(long_ago_ms);
  written(long_ago_ms + 61'000);
  EXPECT_EQ(needed(), 1U);
  const auto said = agree("operator");
  ASSERT_TRUE(said);
  EXPECT_EQ((*said)["deleted"], true);
}

TEST_F(DeletingTest, a_clock_that_was_behind_when_it_began_makes_it_no_older) {
  make_evening(long_ago_ms);  // and written to just now
  EXPECT_EQ(needed(), 2U);
}

TEST_F(DeletingTest, when_an_import_took_place_is_a_guess) {
  make_evening(long_ago_ms);
  std::ofstream(library() / "a" / session::imported_mark) << "";
  written(long_ago_ms + 61'000);
  EXPECT_EQ(needed(), 2U);
}

TEST_F(DeletingTest, one_that_is_being_recorded_stays_and_words_can_be_taken_back_meanwhile) {
  {
    test::LedgerMaker maker(library(), "a", long_ago_ms);
    maker.begin();
    maker.commit();
    written(long_ago_ms);  // nothing has happened for years, and yet it is open
    EXPECT_EQ(agree("operator").error().code(), ErrorCode::review_kept);
    EXPECT_TRUE(agree("operator", false));
    EXPECT_EQ(take_away(library(), "a").error().code(), ErrorCode::review_kept);
  }
  EXPECT_TRUE(fs::exists(ledger()));
  EXPECT_TRUE(take_away(library(), "a"));
}

TEST_F(DeletingTest, where_the_folder_cannot_be_moved_it_is_said_and_all_still_agree) {
  make_evening(test::noon_ms);
  EXPECT_EQ(needed(), 2U);
  ASSERT_TRUE(agree("operator"));
  fs::permissions(temp_.path(), fs::perms::all);
  fs::permissions(library() / "deletions.jsonl", fs::perms{0666});
  fs::permissions(library(), fs::perms{0555});
  const auto said = ask([](Reading& room) {
    const auto mine = ::setfsuid(65534);  // of this thread alone: not even root may
    auto out = room.agree_to_delete("a", {{"author", "王老师"}, {"agree", true}}, "reviewer", "x");
    ::setfsuid(static_cast<uid_t>(mine));
    return out;
  });
  fs::permissions(library(), fs::perms{0755});
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code(), ErrorCode::file_unwritable);
  const auto kept = ask([](Reading& room) { return room.keeping("a"); });
  ASSERT_TRUE(kept);
  EXPECT_THAT((*kept)["agreed"], SizeIs(2));
  EXPECT_TRUE(fs::exists(ledger()));
}

TEST_F(DeletingTest, nothing_of_it_stays_in_the_cache_and_the_index) {
  make_evening(test::noon_ms);
  const auto kept = [&] {
    std::size_t out = 0;
    for (const auto& one : fs::recursive_directory_iterator(temp_.path() / "cache"))
      if (one.path().extension() == ".evening" || one.path().extension() == ".jpg") ++out;
    return out;
  };
  const auto found = [&] {
    const auto said = ask([](Reading& room) { return room.search({.text = "蘑菇"}); });
    return said ? (*said)["hits"].size() : 99;
  };
  const auto until = [](auto is_so) {
    for (int tries = 0; tries < 400 && !is_so(); ++tries)
      std::promise<void>().get_future().wait_for(std::chrono::milliseconds(20));
    return is_so();
  };
  EXPECT_EQ(needed(), 2U);
  EXPECT_TRUE(until([&] { return found() == 1 && kept() >= 1; }));
  ASSERT_TRUE(agree("operator"));
  ASSERT_TRUE(agree("reviewer"));
  EXPECT_TRUE(until([&] { return found() == 0 && kept() == 0; }));
  // as a crash leaves it
  make_evening(test::noon_ms);
  EXPECT_EQ(needed(), 2U);
  EXPECT_TRUE(until([&] { return found() == 1 && kept() >= 1; }));
  archive_.reset();
  ASSERT_TRUE(take_away(library(), "a"));
  EXPECT_TRUE(ask([](Reading& room) { return room.sessions(); }));
  EXPECT_TRUE(until([&] { return found() == 0 && kept() == 0; }));
}

TEST_F(DeletingTest, a_live_sees_nothing_of_what_is_being_deleted) {
  const auto data = session::DataFolder::open(temp_.path() / "data");
  ASSERT_TRUE(data);
  test::LedgerMaker(data->sessions(), "2026-05-01T1930-a").close();
  test::LedgerMaker(data->sessions(), "2026-05-02T1930-b").close();
  ASSERT_TRUE(take_away(data->sessions(), "2026-05-02T1930-b"));
  EXPECT_THAT(session::session_folders(*data), ElementsAre(data->sessions() / "2026-05-01T1930-a"));
}

}  // namespace
}  // namespace xb::review
