// Names and parts of clips, and what is left of a ledger from which spans were taken out.
// SPDX-License-Identifier: Apache-2.0
#include "review/clips.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "review/library.h"
#include "review/notes_file.h"
#include "review/removing.h"
#include "review/scan.h"
#include "tests/review/ledger_maker.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

TEST(Clips, a_name_is_one_that_no_file_system_refuses) {
  ClipWishes wishes;
  wishes.on = {3'723'400, 3'733'400};
  wishes.title = "../../讲得 好:*?<>|\"\\.";
  EXPECT_EQ(clip_name(wishes, "望溪村"), "010203-讲得-好.mp4");
  wishes.title.clear();
  wishes.shape = output::ClipShape::tall;
  EXPECT_EQ(clip_name(wishes, "望溪村"), "010203-望溪村-9x16.mp4");
  EXPECT_EQ(clip_name(wishes, "..."), "010203-9x16.mp4");
  for (int i = 0; i < 400; ++i) wishes.title += "长";
  const auto name = clip_name(wishes, "");
  EXPECT_LT(name.size(), 160U);
  EXPECT_TRUE(is_session_id(name));
}

TEST(Clips, parts_are_those_recordings_that_are_there_in_the_order_of_time) {
  const test::TempFolder temp;
  for (const auto* name : {"program-000.mp4", "program-001.mp4"})
    std::ofstream(temp.path() / name) << "x";
  const std::vector<Segment> files{{"program-001.mp4", {12'000, 20'000}},
                                   {"program-000.mp4", {400, 10'000}},
                                   {"program-002.mp4", {20'000, 30'000}}};
  const auto parts = clip_parts(files, temp.path(), {9'000, 25'000});
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].file.filename(), "program-000.mp4");
  EXPECT_EQ(parts[0].from, from_ms(8'600));
  EXPECT_EQ(parts[0].to, from_ms(9'600));
  EXPECT_EQ(parts[1].from, from_ms(0));
  EXPECT_EQ(parts[1].to, from_ms(8'000));
  EXPECT_TRUE(clip_parts(files, temp.path(), {10'500, 11'000}).empty());
}

class RemovingTest : public testing::Test {
 protected:
  void SetUp() override {
    test::LedgerMaker maker(temp_.path(), "a");
    maker.begin();
    maker.event(1'000, "chat", "张三", "早上好");
    maker.event(5'000, "chat", "李四", "我的电话一三八");
    maker.event(5'500, "follow", "王五");
    maker.add("scene", 5'600,
              R"({"product":null,"pinned":{"seq":2,"name":"李四","text":"我的电话一三八"}})");
    maker.add("paint", 5'700, R"({"whole":{"chat":["我的电话一三八"]}})");
    maker.event(9'000, "chat", "张三", "再见");
    maker.add("end", 10'000, "{}");
  }
  Evening evening_of(const fs::path& folder) {
    auto reader = session::Reader::open(folder);
    EXPECT_TRUE(reader);
    auto out = scan(*reader, folder, {});
    EXPECT_TRUE(out);
    return out ? *out : Evening{};
  }
  static std::string bytes_in(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  test::TempFolder temp_;
  SystemClock clock_;
};

TEST_F(RemovingTest, no_trace_of_the_words_is_left_and_the_cut_is_named) {
  const auto usb = temp_.path() / "usb";
  fs::create_directories(usb);
  const auto session = temp_.path() / "a";
  fs::create_directories(session / "clips");
  std::ofstream(session / "clips" / "one.mp4") << "clip";
  const auto evening = evening_of(session);
  const auto made = copy_without(session, evening, {{{4'000, 8'000}, "路人的电话"}}, usb, clock_,
                                 [](double) { return true; });
  ASSERT_TRUE(made) << made.error().log_line();
  EXPECT_THAT(bytes_in(usb / "a" / "ledger.db"), Not(HasSubstr("一三八")));
  EXPECT_THAT(bytes_in(session / "ledger.db") + bytes_in(session / "ledger.db-wal"),
              HasSubstr("一三八"));
  EXPECT_FALSE(fs::exists(usb / "a" / "clips"));
  const auto copy = evening_of(usb / "a");
  EXPECT_EQ(copy.figures.comments, evening.figures.comments - 1);
  EXPECT_EQ(copy.figures.gained, evening.figures.gained);
  ASSERT_EQ(copy.problems.size(), evening.problems.size() + 1);
  EXPECT_EQ(copy.problems.back().kind, "removed");
  EXPECT_EQ(copy.problems.back().on.from, 4'000);
  EXPECT_THAT(copy.problems.back().said.zh, HasSubstr("路人的电话"));
  const auto notes = read_notes(usb / "a");
  ASSERT_TRUE(notes);
  ASSERT_EQ(notes->notes.all().size(), 1U);
  EXPECT_EQ(notes->notes.all()[0].to, 8'000);
}

TEST_F(RemovingTest, nothing_is_left_on_the_stick_of_one_that_fails) {
  const auto usb = temp_.path() / "usb";
  fs::create_directories(usb);
  auto evening = evening_of(temp_.path() / "a");
  std::ofstream(temp_.path() / "a" / "program-000.mp4") << "no film";
  evening.segments.push_back({"program-000.mp4", {0, 10'000}});
  const auto made = copy_without(temp_.path() / "a", evening, {{{4'000, 8'000}, ""}}, usb, clock_,
                                 [](double) { return true; });
  EXPECT_FALSE(made);
  EXPECT_TRUE(fs::is_empty(usb));
}

TEST(Removals, a_foreign_fact_says_nothing) {
  for (const auto* text : {"", "{}", "[1,2]", R"([{"from_ms":9,"to_ms":3}])",
                           R"([{"from_ms":"a","to_ms":[]}])", "[[[[[[[["})
    EXPECT_TRUE(removals_in(text).empty()) << text;
  EXPECT_EQ(removals_in(R"([{"from_ms":1,"to_ms":3,"why":"x"}])").size(), 1U);
}

}  // namespace
}  // namespace xb::review
