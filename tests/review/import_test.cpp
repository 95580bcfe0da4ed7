// Evenings of other programs: their chat read, their video copied, a Session made of both.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "review/chat_window.h"
#include "review/danmaku.h"
#include "review/importing.h"
#include "review/library.h"
#include "review/shelf.h"
#include "tests/support/media_files.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

constexpr const char* danmaku =
    R"(<?xml version="1.0"?><i><chatid>1</chatid>
<d p="2.500,1,25,16777215,1500000000,0,a1b2,7" user="张&lt;三">多少钱&amp;包邮吗</d>
<d p="0.5,1,25,16777215,1500000000,0,c3d4,8">来了</d>
<d p="-4,1,25">早了</d><d p="x">坏的</d><d p="3,1">)";

TEST(Danmaku, xml_is_read_by_time_and_what_is_broken_is_counted) {
  const auto read = read_foreign_chat(danmaku);
  ASSERT_TRUE(read);
  ASSERT_THAT(read->lines, SizeIs(2));
  EXPECT_EQ(read->lines[0].text, "来了");
  EXPECT_EQ(read->lines[1].text, "多少钱&包邮吗");
  EXPECT_EQ(read->lines[1].name, "张<三");
  EXPECT_EQ(read->lines[1].user, "a1b2");
  EXPECT_EQ(read->lines[1].ms, 2500);
  EXPECT_EQ(read->unread, 3);
}

TEST(Danmaku, lines_of_json_are_read_and_what_is_neither_is_refused) {
  const auto read = read_foreign_chat(
      "{\"t\":1500,\"name\":\"甲\",\"text\":\"你好\",\"kind\":\"chat\"}\n"
      "{\"t\":1600,\"kind\":\"enter\"}\n[1]\n{\"t\":\"x\"}\n");
  ASSERT_TRUE(read);
  EXPECT_THAT(read->lines, SizeIs(1));
  EXPECT_EQ(read->unread, 2);
  for (const auto* text :
       {"", "<i></i>", "nonsense", "<d p=\"1\">", "&&&;;<d p='1'>&#xFFFFFFFF;</d>"})
    EXPECT_FALSE(read_foreign_chat(text)) << text;
}

TEST(Import, what_a_killed_one_left_is_swept_and_one_at_work_is_not) {
  const test::TempFolder folder;
  SystemClock clock;
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(2);
  for (const auto* name : {".import-1", ".import-2", ".import-3", "2026-05-01T1930-a"}) {
    fs::create_directories(folder.path() / name);
    std::ofstream(folder.path() / name / "program-000.mp4") << "x";
    if (std::string_view(name) != ".import-2")
      fs::last_write_time(folder.path() / name / "program-000.mp4", old);
    if (std::string_view(name) != ".import-3") fs::last_write_time(folder.path() / name, old);
  }
  sweep_imports(folder.path(), clock);
  EXPECT_FALSE(fs::exists(folder.path() / ".import-1"));
  EXPECT_TRUE(fs::exists(folder.path() / ".import-2"));  // its file grows
  EXPECT_TRUE(fs::exists(folder.path() / ".import-3"));  // it has just begun
  EXPECT_TRUE(fs::exists(folder.path() / "2026-05-01T1930-a"));
  sweep_imports(folder.path() / "nowhere", clock);
}

TEST(Import, makes_a_session_of_a_foreign_video_and_its_chat) {
  const support::Folder folder;
  const auto video =
      support::ffmpeg(support::flash_and_beep(4) + "-c:v libx264 -preset ultrafast -c:a aac",
                      folder / "那一场.mkv");
  support::write_bytes(folder / "chat.xml", danmaku);
  const auto library = fs::path(folder / "sessions");
  fs::create_directories(library);
  SystemClock clock;
  double told = 0;
  const JobProgress progress = [&](double now) {
    told = now;
    return true;
  };
  const auto made =
      import_session(library, {video, folder / "chat.xml", 1000, ""}, clock, progress);
  ASSERT_TRUE(made) << made.error().log_line();
  const auto found = find_sessions(library);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->ids, ElementsAre(made->session));
  Shelf shelf(library, {}, clock);
  const auto evening = shelf.evening(made->session);
  ASSERT_TRUE(evening) << evening.error().log_line();
  const auto& e = **evening;
  EXPECT_EQ(e.title, "那一场");
  EXPECT_EQ(e.ending, Ending::ended);
  EXPECT_NEAR(static_cast<double>(e.duration_ms), 4000, 150);
  ASSERT_THAT(e.segments, SizeIs(1));
  EXPECT_GT(bytes_of(library / made->session / e.segments[0].name), 1000);
  auto reader = shelf.reader(made->session);
  ASSERT_TRUE(reader);
  const auto chat = read_chat(*reader, e, {});
  ASSERT_TRUE(chat);
  ASSERT_THAT(chat->lines, SizeIs(2));
  EXPECT_EQ(chat->lines[1].t, 3500) << "by the offset";
  EXPECT_THAT(made->notes, SizeIs(1)) << "what cannot be read is told";
  const auto late =
      import_session(library, {video, folder / "chat.xml", 60'000, ""}, clock, progress);
  ASSERT_TRUE(late);
  ASSERT_THAT(late->notes, SizeIs(2));
  EXPECT_EQ(late->notes[1].en, "2 lines of the chat lie outside the video and were left out");
  const auto again = import_session(library, {video, "", 0, ""}, clock, progress);
  ASSERT_TRUE(again);
  EXPECT_NE(again->session, made->session);
}

TEST(Import, what_is_no_video_or_no_chat_leaves_nothing_behind) {
  const support::Folder folder;
  support::write_bytes(folder / "a.mp4", "no video at all");
  support::write_bytes(folder / "chat.xml", "<i></i>");
  const auto library = fs::path(folder / "sessions");
  fs::create_directories(library);
  SystemClock clock;
  const JobProgress goes_on = [](double) { return true; };
  const auto video = import_session(library, {folder / "a.mp4", "", 0, ""}, clock, goes_on);
  ASSERT_FALSE(video);
  EXPECT_EQ(video.error().code(), ErrorCode::review_import);
  const auto chat =
      import_session(library, {folder / "a.mp4", folder / "chat.xml", 0, ""}, clock, goes_on);
  ASSERT_FALSE(chat);
  EXPECT_EQ(chat.error().code(), ErrorCode::review_import);
  EXPECT_FALSE(import_session(library, {folder / "none.mp4", "", 0, ""}, clock, goes_on));
  EXPECT_TRUE(fs::is_empty(library));
}

}  // namespace
}  // namespace xb::review
