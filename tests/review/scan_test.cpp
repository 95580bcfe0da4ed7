// An evening from its ledger: curves, cards, outages, files, and what is missing.
// SPDX-License-Identifier: Apache-2.0
#include "review/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "chat/counter.h"
#include "review/evening_cache.h"
#include "review/scan_chat.h"
#include "tests/review/ledger_maker.h"
#include "tests/support/media_files.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

class ScanTest : public testing::Test {
 protected:
  Evening read(test::LedgerMaker& maker) {
    maker.close();
    auto reader = session::Reader::open_unchanged(maker.folder(), session::Look::as_it_comes);
    EXPECT_TRUE(reader) << reader.error().log_line();
    auto evening = scan(*reader, maker.folder(), {});
    EXPECT_TRUE(evening) << evening.error().log_line();
    return evening ? std::move(*evening) : Evening();
  }
  test::TempFolder temp_;
};

TEST_F(ScanTest, the_curve_is_the_replay_through_the_counter) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.fact("counter",
             R"({"baseline":100,"gained":2,"day":"2026-05-01","forgotten":0,"platforms":{}})");
  maker.run("INSERT INTO people VALUES ('test', 'id-old', 1, 0, 1)");
  maker.begin();
  maker.event(1000, "chat", "old", "你好");
  maker.event(2000, "follow", "old");  // follows since long
  const auto first = maker.event(3000, "follow", "new");
  maker.event(4000, "unfollow", "new");
  maker.event(5000, "follow", "new");  // comes again: counted once
  maker.event(6000, "viewers", "", "", R"("total":87)");
  maker.event(7000, "viewers", "", "", R"("total":40)");
  maker.add("end", 9000, R"({"reason":"command"})");
  const auto e = read(maker);
  EXPECT_THAT(e.gained, ElementsAre(Point{0, 0}, Point{3000, 1}));
  EXPECT_THAT(e.total,
              ElementsAre(Point{0, 100}, Point{3000, 101}, Point{4000, 100}, Point{5000, 101}));
  EXPECT_EQ(e.figures.gained, 1);
  EXPECT_EQ(e.figures.total, 101);
  ASSERT_THAT(e.pluses, SizeIs(1));
  EXPECT_EQ(e.pluses[0].seq, first);
  EXPECT_EQ(e.pluses[0].name, "new");
  ASSERT_TRUE(e.figures.peak_watching);
  EXPECT_EQ(*e.figures.peak_watching, (Point{6000, 87}));
  EXPECT_EQ(e.ending, Ending::ended);
  EXPECT_EQ(e.duration_ms, 9000);
}

TEST_F(ScanTest, an_older_ledger_begins_with_what_the_picture_showed) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin(0);
  maker.add("values", 100, R"({"frame":3,"total":1286,"gained":4})");
  maker.event(3000, "follow", "new");
  maker.state(
      "counter",
      R"({"baseline":1286,"gained":5,"day":"x","forgotten":0,"platforms":{"test":{"reported":null,"net":1,"viewers":0,"likes":0}}})");
  const auto e = read(maker);
  EXPECT_EQ(e.figures.gained, 1);
  EXPECT_EQ(e.figures.total, 1287);
}

TEST_F(ScanTest, a_replay_that_does_not_end_where_the_counter_did_says_so) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin(100);
  maker.event(3000, "follow", "new");
  maker.state("counter", net::dump(chat::to_json(chat::begin_session({}, 700, "x"))));
  const auto e = read(maker);
  ASSERT_THAT(e.missing, SizeIs(1));
  EXPECT_THAT(e.missing[0].zh, HasSubstr("700"));
}

TEST_F(ScanTest, cards_and_captions_are_spans_with_what_came_meanwhile) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin();
  maker.scene(0, "", "");
  maker.scene(10'000, "mushroom", "");
  maker.event(11'000, "chat", "a", "这个多少钱一斤");
  maker.event(12'000, "follow", "a");
  maker.scene(20'000, "mushroom", "", "away");
  maker.scene(25'000, "mushroom", "");
  maker.add(
      "values", 26'000,
      R"({"changes":[{"table":"products","id":"rice","before":{},"after":{"id":"rice","number":5,"name":"今年的新米"}}]})");
  maker.scene(30'000, "rice", "");
  maker.scene(40'000, "", "c1");
  maker.scene(50'000, "", "");
  maker.add("command", 51'000, R"({"name":"chat.answered","args":{"seq":1},"ok":true})");
  maker.add("end", 60'000, "{}");
  const auto e = read(maker);
  ASSERT_THAT(e.products, SizeIs(2));
  EXPECT_EQ(e.products[0].title, "干香菇");
  EXPECT_EQ(e.products[0].number, 3);
  EXPECT_EQ(e.products[0].on.from, 10'000);
  EXPECT_EQ(e.products[0].on.to, 30'000);
  EXPECT_EQ(e.products[0].seen_ms, 15'000) << "not behind the slate";
  EXPECT_EQ(e.products[0].questions, 1);
  EXPECT_EQ(e.products[0].gained, 1);
  EXPECT_EQ(e.products[1].title, "今年的新米");
  ASSERT_THAT(e.captions, SizeIs(1));
  EXPECT_EQ(e.captions[0].text, "竹编从清代传下来");
  ASSERT_THAT(e.slates, SizeIs(1));
  EXPECT_EQ(e.figures.cards_ms, 25'000);
  EXPECT_EQ(e.figures.questions, 1);
  EXPECT_EQ(e.figures.answered, 1);
}

TEST_F(ScanTest, an_answer_counts_for_all_who_asked_the_same_and_for_nobody_twice) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin();
  const auto press = [&](std::int64_t t, std::int64_t seq) {
    maker.add(
        "command", t,
        R"({"name":"chat.answered","args":{"seq":)" + std::to_string(seq) + R"(},"ok":true})");
  };
  const auto first = maker.event(1000, "chat", "a", "这个多少钱一斤");
  maker.event(2000, "chat", "b", "请问这个多少钱呀？");
  const auto last = maker.event(3000, "chat", "c", "怎么卖");
  const auto other = maker.event(4000, "chat", "d", "能寄到新疆吗？");
  press(5000, last);
  press(6000, first);  // by another helper
  press(7000, 99);     // nothing has this number
  maker.event(8000, "chat", "e", "怎么卖");
  press(2'000'000, other);
  const auto late = maker.event(2'000'000, "chat", "f", "怎么卖");  // the one before is forgotten
  press(2'001'000, late);
  maker.add("end", 2'100'000, "{}");
  const auto e = read(maker);
  EXPECT_EQ(e.figures.questions, 6);
  EXPECT_EQ(e.figures.answered, 5);
}

// More of them than are kept apart: all are counted, nothing grows, no answer counts for another.
TEST_F(ScanTest, very_many_different_questions_are_counted_and_those_beyond_are_nobodys) {
  constexpr int different = 70'000;
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin();
  std::int64_t last = 0;
  for (int i = 0; i < different; ++i)
    last = maker.event(i, "chat", "a", "第" + std::to_string(i) + "号蘑菇多少钱");
  const auto press = [&](std::int64_t seq) {
    maker.add(
        "command", different,
        R"({"name":"chat.answered","args":{"seq":)" + std::to_string(seq) + R"(},"ok":true})");
  };
  press(last);
  press(1);
  maker.add("end", different + 1, "{}");
  const auto told = read(maker);
  EXPECT_EQ(told.figures.questions, different);
  EXPECT_EQ(told.figures.answered, 1);
}

TEST_F(ScanTest, outages_files_and_an_interruption_have_their_places) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin();
  maker.add("file", 300, R"({"name":"program-000.mp4","first_frame":9})");
  maker.add("file", 300, R"({"name":"../../etc/passwd","first_frame":9})");
  maker.add("output", 200, R"({"name":"抖音","state":"connecting","code":null})");
  maker.add("output", 1000, R"({"name":"抖音","state":"live","code":null})");
  maker.add("output", 5000,
            R"({"name":"抖音","state":"reconnecting","code":"output.unreachable"})");
  maker.add("output", 8000, R"({"name":"抖音","state":"live","code":null})");
  maker.scene(9000, "rice", "");
  maker.event(10'000, "chat", "a", "好");
  maker.add("resume", 70'000, R"({"publish":["抖音"],"counter":{"baseline":100}})");
  maker.add("file", 71'000, R"({"name":"program-001.mp4","first_frame":9})");
  maker.add("output", 71'500, R"({"name":"抖音","state":"live","code":null})");
  maker.add("paint", 72'000, R"({"aired":[[1,2]],"repeated":[[273,275],[280,281]]})");
  maker.add("gap", 73'000, R"({"lost":7,"from_ns":1,"to_ns":2})");
  maker.add("file", 80'000, R"({"name":"program-001.mp4","end_frame":300})");
  maker.add("end", 80'500, "{}");
  const auto e = read(maker);
  ASSERT_THAT(e.segments, SizeIs(2));
  EXPECT_EQ(e.segments[0].on.from, 300);
  EXPECT_EQ(e.segments[0].on.to, 10'000) << "the last that is known";
  EXPECT_EQ(e.segments[1].on.to, 80'000);
  EXPECT_EQ(e.live_from, 1000);
  ASSERT_THAT(e.live, SizeIs(3));
  EXPECT_EQ(e.live[1].on.to, 10'000) << "live until the program died";
  EXPECT_EQ(e.figures.drops, 1);
  EXPECT_EQ(e.figures.drops_ms, 3000);
  EXPECT_EQ(e.figures.missed_frames, 3);
  std::vector<std::string> kinds;
  for (const auto& problem : e.problems) kinds.push_back(problem.kind);
  EXPECT_THAT(kinds, ElementsAre("outage", "interrupted", "gap"));
  EXPECT_EQ(e.products.at(0).on.to, 10'000);
  EXPECT_EQ(e.ending, Ending::ended);
}

TEST_F(ScanTest, a_cut_ledger_shows_what_it_has_and_names_the_rest) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin();
  for (int i = 0; i < 1500; ++i) maker.event(i * 10, "chat", "u", "第几句话呢");
  maker.close();
  const auto file = maker.folder() / "ledger.db";
  fs::resize_file(file, fs::file_size(file) / 2);
  // a recording that the ledger does not reach
  support::ffmpeg("-f lavfi -i testsrc2=s=64x36:r=10:d=2 -c:v libx264 -preset ultrafast",
                  maker.folder() / "program-007.mp4");
  auto reader = session::Reader::open_unchanged(maker.folder(), session::Look::as_it_comes);
  ASSERT_TRUE(reader) << reader.error().log_line();
  const auto e = scan(*reader, maker.folder(), {});
  ASSERT_TRUE(e) << e.error().log_line();
  EXPECT_GT(e->figures.comments, 10);
  EXPECT_LT(e->figures.comments, 1500);
  ASSERT_THAT(e->segments, SizeIs(1));
  EXPECT_EQ(e->segments[0].name, "program-007.mp4");
  EXPECT_EQ(e->segments[0].on.from, 0);
  EXPECT_EQ(e->segments[0].on.to, 2000);
  ASSERT_THAT(e->missing, SizeIs(2));
  EXPECT_THAT(e->missing[0].zh, HasSubstr("账本坏了"));
  EXPECT_THAT(e->missing[1].en, HasSubstr("program-007.mp4"));
}

TEST_F(ScanTest, what_is_no_ledger_is_an_error_and_foreign_entries_are_passed_over) {
  fs::create_directories(temp_.path() / "b");
  std::ofstream(temp_.path() / "b" / "ledger.db")
      << "not a database, and long enough to be looked at";
  EXPECT_FALSE(session::Reader::open_unchanged(temp_.path() / "b", session::Look::as_it_comes));
  test::LedgerMaker maker(temp_.path(), "a");
  maker.add("begin", 0, "[1,2");
  maker.add("scene", 5, R"({"product":{"a":1},"caption":7})");
  maker.add("nonsense", 6, "{}");
  maker.add("chat", 7, R"({"kind":"follow"})");
  maker.add("chat", 8, std::string(100'000, '['));
  maker.add("output", INT64_MAX / 1'000'000, "{}");
  const auto e = read(maker);
  EXPECT_EQ(e.figures.gained, 0);
  EXPECT_FALSE(e.missing.empty());
}

TEST_F(ScanTest, what_is_kept_is_read_back_and_another_ledger_is_not_taken_for_it) {
  test::LedgerMaker maker(temp_.path(), "a");
  maker.begin();
  maker.event(10, "follow", "甲");
  maker.scene(20, "rice", "c1");
  maker.add("marker", 30, R"({"note":"好时刻"})");
  maker.add("end", 9000, "{}");
  const auto e = read(maker);
  const auto stored = stored_form(e, "key 1");
  const auto back = evening_of(stored, "key 1");
  ASSERT_TRUE(back);
  EXPECT_EQ(stored_form(*back, "key 1"), stored);
  EXPECT_FALSE(evening_of(stored, "key 2"));
  EXPECT_FALSE(evening_of(stored.substr(0, stored.size() / 2), "key 1"));
  EXPECT_FALSE(evening_of("{}", "key 1"));
}

}  // namespace
}  // namespace xb::review
