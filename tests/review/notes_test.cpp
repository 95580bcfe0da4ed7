// Notes: lines that are only added, and copies that merge.
// SPDX-License-Identifier: Apache-2.0
#include "review/notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "net/json.h"
#include "review/notes_file.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

using testing::SizeIs;
namespace fs = std::filesystem;

NoteLine make(const std::string& note, std::int64_t t, std::string text, std::int64_t wall = 1000) {
  NoteLine line;
  line.line = new_uuid();
  line.note = note;
  line.wall_ms = wall;
  line.author = "王老师";
  line.t = t;
  line.text = std::move(text);
  return line;
}

NoteLine change(const std::string& note, std::int64_t wall) {
  NoteLine line;
  line.does = NoteLine::Does::change;
  line.line = new_uuid();
  line.note = note;
  line.wall_ms = wall;
  line.author = "小李";
  return line;
}

NoteLine with_text(NoteLine line, std::string text) {
  line.text = std::move(text);
  return line;
}

NoteLine with_state(NoteLine line, bool is_done) {
  line.is_done = is_done;
  return line;
}

TEST(Notes, lines_are_read_back_as_they_were_written) {
  auto line = make(new_uuid(), 73'000, "这里 \"价格\" 没说清");
  line.to = 80'000;
  line.parent = new_uuid();
  line.is_task = true;
  const auto text = to_text(line);
  const auto back = note_line_of(text);
  ASSERT_TRUE(back) << back.error().log_line();
  EXPECT_EQ(to_text(*back), text);
}

TEST(Notes, what_is_none_of_ours_is_refused) {
  for (
      const std::string text :
      {"", "{}", "[1]", R"({"v":1})", R"({"v":2,"line":"x"})",
       R"({"v":1,"line":"00000000-0000-4000-8000-000000000000","wall_ms":1,"author":"a","note":"../x","kind":"comment","t":1,"text":"a"})",
       R"({"v":1,"line":"00000000-0000-4000-8000-000000000000","wall_ms":1,"author":"","note":"00000000-0000-4000-8000-000000000001","kind":"comment","t":1,"text":"a"})",
       R"({"v":1,"line":"00000000-0000-4000-8000-000000000000","wall_ms":1,"author":"a","note":"00000000-0000-4000-8000-000000000001","kind":"comment","t":-1,"text":"a"})",
       R"({"v":1,"line":"00000000-0000-4000-8000-000000000000","wall_ms":1,"author":"a","note":"00000000-0000-4000-8000-000000000001"})"})
    EXPECT_FALSE(note_line_of(text)) << text;
}

TEST(Notes, the_later_of_two_changes_counts_in_any_order) {
  const auto id = new_uuid();
  const std::vector<NoteLine> lines{make(id, 5, "一"), with_text(change(id, 3000), "三"),
                                    with_text(change(id, 2000), "二"),
                                    with_state(change(id, 2500), true)};
  Notes forward;
  Notes backward;
  for (const auto& line : lines) EXPECT_TRUE(forward.add(line));
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) backward.add(*line);
  for (const auto* notes : {&forward, &backward}) {
    const auto note = notes->find(id);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->text, "三");
    EXPECT_TRUE(note->is_done);
    EXPECT_TRUE(note->is_edited);
    EXPECT_EQ(notes->open(), 0);
  }
  EXPECT_FALSE(forward.add(lines[0])) << "known already";
}

TEST(Notes, two_copies_that_went_apart_merge_both_ways) {
  const test::TempFolder temp;
  const auto here = temp.path() / "here";
  const auto there = temp.path() / "there";
  fs::create_directories(here);
  const auto common = new_uuid();
  ASSERT_TRUE(append_notes(here, {make(common, 1, "共同的")}));
  fs::copy(here, there);
  ASSERT_TRUE(append_notes(here, {make(new_uuid(), 2, "这边写的")}));
  ASSERT_TRUE(append_notes(
      there, {make(new_uuid(), 3, "那边写的"), with_state(change(common, 9000), true)}));
  EXPECT_EQ(*merge_notes(there, here), 2);
  EXPECT_EQ(*merge_notes(there, here), 0) << "nothing comes twice";
  EXPECT_EQ(*merge_notes(here, there), 1);
  const auto a = read_notes(here);
  const auto b = read_notes(there);
  ASSERT_TRUE(a && b);
  EXPECT_THAT(a->notes.all(), SizeIs(3));
  EXPECT_EQ(a->notes.lines().size(), b->notes.lines().size());
  EXPECT_TRUE(a->notes.find(common)->is_done);
}

TEST(Notes, a_line_a_crash_cut_stays_by_itself) {
  const test::TempFolder temp;
  ASSERT_TRUE(append_notes(temp.path(), {make(new_uuid(), 1, "一")}));
  std::ofstream(temp.path() / "notes.jsonl", std::ios::app) << R"({"v":1,"line":")";
  ASSERT_TRUE(append_notes(temp.path(), {make(new_uuid(), 2, "二")}));
  const auto read = read_notes(temp.path());
  ASSERT_TRUE(read);
  EXPECT_THAT(read->notes.all(), SizeIs(2));
  EXPECT_EQ(read->unread, 1);
}

TEST(Notes, a_link_in_place_of_the_file_is_not_followed) {
  const test::TempFolder temp;
  std::ofstream(temp.path() / "elsewhere") << "kept";
  const auto folder = temp.path() / "s";
  fs::create_directories(folder);
  fs::create_symlink(temp.path() / "elsewhere", folder / "notes.jsonl");
  EXPECT_FALSE(append_notes(folder, {make(new_uuid(), 1, "一")}));
  EXPECT_EQ(fs::file_size(temp.path() / "elsewhere"), 4U);
}

TEST(Notes, a_signature_can_be_taken_back) {
  Notes notes;
  NoteLine line;
  line.does = NoteLine::Does::sign;
  line.line = new_uuid();
  line.author = "王老师";
  line.wall_ms = 1;
  notes.add(line);
  EXPECT_THAT(notes.signed_by(), SizeIs(1));
  line.line = new_uuid();
  line.wall_ms = 2;
  line.is_removed = true;
  notes.add(*note_line_of(to_text(line)));
  EXPECT_THAT(notes.signed_by(), SizeIs(0));
}

}  // namespace
}  // namespace xb::review
