// A library that answers: hostile folders, chat by time, what came before, search, exports.
// SPDX-License-Identifier: Apache-2.0
#include "review/archive.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <future>
#include <map>

#include "net/json.h"
#include "review/library.h"
#include "session/sessions.h"
#include "tests/review/ledger_maker.h"
#include "tests/support/media_files.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
namespace fs = std::filesystem;

std::map<std::string, std::string> all_below(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& one : fs::recursive_directory_iterator(folder)) {
    if (!one.is_regular_file()) continue;
    std::ifstream file(one.path(), std::ios::binary);
    out[one.path().string()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return out;
}

class ArchiveTest : public testing::Test {
 protected:
  fs::path library() const { return temp_.path() / "sessions"; }
  void open() {
    fs::create_directories(library());
    archive_.emplace(ArchiveSettings{library(), temp_.path() / "cache"}, clock_, health_);
  }
  template <class Ask>
  auto ask(Ask ask) {
    using Answer = decltype(ask(std::declval<Reading&>()));
    const auto promise = std::make_shared<std::promise<Answer>>();
    auto answer = promise->get_future();
    EXPECT_TRUE(archive_->post([&](Reading& room) { promise->set_value(ask(room)); }));
    return answer.get();
  }
  OrderedJson json(std::function<Result<OrderedJson>(Reading&)> asked) {
    auto said = ask(std::move(asked));
    EXPECT_TRUE(said) << said.error().log_line();
    return said ? *said : OrderedJson();
  }
  // An evening of a minute: a card, a caption, some words, a follower.
  void make_evening(const std::string& id, std::int64_t began = test::noon_ms) {
    test::LedgerMaker maker(library(), id, began);
    maker.begin();
    maker.scene(0, "", "");
    maker.scene(20'000, "mushroom", "");
    maker.event(21'000, "chat", "张三", "蘑菇怎么卖");
    maker.event(22'000, "chat", "李四", "=1+1");
    maker.event(40'000, "follow", "张三");
    maker.scene(41'000, "", "c1");
    maker.scene(50'000, "", "");
    maker.event(55'000, "gift", "李四", "", R"("count":3)");
    maker.add("end", 60'000, "{}");
  }

  test::TempFolder temp_;
  SystemClock clock_;
  Health health_;
  std::optional<Archive> archive_;
};

TEST_F(ArchiveTest, only_session_folders_are_found_and_names_cannot_lead_elsewhere) {
  make_evening("2026-05-01T1930-望溪村");
  fs::create_directories(library() / ".hidden");
  fs::create_directories(library() / "empty");
  fs::create_directory_symlink(library() / "2026-05-01T1930-望溪村", library() / "link");
  fs::create_directories(library() / "\xff\xfe");
  std::ofstream(library() / "\xff\xfe" / "ledger.db") << "x";
  const auto found = find_sessions(library());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->ids, ElementsAre("2026-05-01T1930-望溪村"));
  for (const auto* id : {"", "..", ".", "a/b", "../x", ".hidden", "link", "empty", "a\nb"})
    EXPECT_FALSE(session_folder(library(), id)) << id;
}

TEST_F(ArchiveTest, nothing_on_the_disk_is_changed_by_reading) {
  make_evening("a");
  make_evening("b", test::noon_ms + 100'000);
  std::ofstream(library() / "a" / "notes.jsonl") << "not ours\n";
  const auto before = all_below(library());
  open();
  json([](Reading& room) { return room.sessions(); });
  json([](Reading& room) { return room.evening("a"); });
  json([](Reading& room) { return room.chat("a", {}); });
  json([](Reading& room) { return room.notes("a"); });
  ASSERT_TRUE(ask([](Reading& room) { return room.export_file("a", "report.html", {}); }));
  archive_.reset();
  EXPECT_EQ(all_below(library()), before);
}

TEST_F(ArchiveTest, a_broken_and_a_newer_ledger_are_named_and_harm_nothing) {
  make_evening("good");
  fs::create_directories(library() / "broken");
  std::ofstream(library() / "broken" / "ledger.db") << std::string(5000, 'x');
  {
    test::LedgerMaker maker(library(), "newer");
    maker.close();
    auto database =
        session::Database::open(library() / "newer" / "ledger.db", session::OpenMode::read_write);
    ASSERT_TRUE(database->run("PRAGMA user_version = 99"));
  }
  open();
  for (const auto* id : {"good", "broken", "newer"}) {
    const auto read = ask([&](Reading& room) { return room.evening(id); });
    EXPECT_EQ(read.has_value(), id == std::string("good")) << id;
  }
  const auto list = json([](Reading& room) { return room.sessions(); });
  std::map<std::string, std::string> states;
  for (const auto& one : list["sessions"]) {
    states[one["id"]] = one["problem"].is_null() ? one["state"] : one["problem"]["code"];
  }
  EXPECT_EQ(states["good"], "ended");
  EXPECT_EQ(states["broken"], "session.unreadable");
  EXPECT_EQ(states["newer"], "session.newer");
  // and nobody waits for what cannot be searched
  OrderedJson found;
  for (int tries = 0; tries < 200 && found["indexed"] != 3; ++tries) {
    found = json([](Reading& room) { return room.search({.text = "蘑菇"}); });
    std::promise<void>().get_future().wait_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(found["indexed"], found["of"]);
  EXPECT_THAT(found["hits"], SizeIs(1));
}

TEST_F(ArchiveTest,
       recordings_beside_a_ledger_that_cannot_be_read_are_shown_and_nothing_is_counted) {
  const support::Folder films;
  const auto film = support::ffmpeg(
      support::flash_and_beep(2) + "-c:v libx264 -preset ultrafast -c:a aac", films / "film.mp4");
  const auto add_film = [&](const std::string& id, const char* name) {
    fs::create_directories(library() / id);
    fs::copy_file(film, library() / id / name);
  };
  const std::map<std::string, std::string> why{{"2026-05-01T1930-foreign", "session.unreadable"},
                                               {"2026-05-02T1930-newer", "session.newer"},
                                               {"2026-05-03T1930-gone", "session.unreadable"}};
  for (const auto& [id, code] : why) {
    add_film(id, "program-000.mp4");
    add_film(id, "program-001.mp4");
    add_film(id, "clean-000.mp4");
    std::ofstream(library() / id / "program-002.mp4") << "no film";
  }
  std::ofstream(library() / "2026-05-01T1930-foreign" / "ledger.db") << std::string(5000, 'x');
  const auto ledger_of = [&](const char* id) { return library() / id / "ledger.db"; };
  test::LedgerMaker(library(), "2026-05-02T1930-newer").begin();
  {
    auto newer =
        session::Database::open(ledger_of("2026-05-02T1930-newer"), session::OpenMode::read_write);
    ASSERT_TRUE(newer->run("PRAGMA user_version = 99"));
  }
  add_film("2026-05-05T1930-half.part", "program-000.mp4");
  make_evening("2026-05-06T1930-good", test::noon_ms + 5 * 86'400'000);
  const auto before = all_below(library());
  open();
  for (const auto& [id, code] : why) {
    const auto e = json([&id = id](Reading& room) { return room.evening(id); });
    EXPECT_EQ(e["state"], "unreadable") << id;
    ASSERT_THAT(e["segments"], SizeIs(2)) << id;
    EXPECT_EQ(e["segments"][0]["from"], 0);
    EXPECT_EQ(e["segments"][1]["from"], e["segments"][0]["to"]);
    EXPECT_THAT(e["clean"], SizeIs(1));
    EXPECT_NEAR(e["duration_ms"].get<double>(), 4000, 300);
    EXPECT_TRUE(e["summary"].is_null());
    EXPECT_FALSE(ask([&id = id](Reading& room) { return room.compare({id}); }));
    EXPECT_EQ(e["began_wall_ms"], *session::began_by_name(id));
    EXPECT_EQ(e["title"], id.substr(std::string_view("2026-05-01T1930-").size()));
    ASSERT_FALSE(e["missing"].empty());
    EXPECT_THAT(e["missing"][0]["zh"].get<std::string>(), HasSubstr("账本"));
    EXPECT_THAT(e["missing"][0]["en"].get<std::string>(), HasSubstr("recordings alone"));
    EXPECT_TRUE(json([&id = id](Reading& room) { return room.chat(id, {}); })["lines"].empty());
    EXPECT_TRUE(json([&id = id](Reading& room) { return room.before(id, 1000); })["lines"].empty());
    EXPECT_FALSE(ask([&id = id](Reading& room) { return room.export_file(id, "chat.csv", {}); }));
    EXPECT_EQ(json([&id = id](Reading& room) { return room.keeping(id); })["needed"].size(), 2U);
  }
  const auto list = json([](Reading& room) { return room.sessions(); });
  EXPECT_THAT(list["sessions"], SizeIs(4)) << "no copy that is half made";
  for (const auto& one : list["sessions"]) {
    const auto known = why.find(one["id"]);
    if (known == why.end()) continue;
    EXPECT_EQ(one["state"], "unreadable");
    EXPECT_EQ(one["problem"]["code"], known->second) << one;
    EXPECT_EQ(one["has_video"], true);
    EXPECT_TRUE(one["gained"].is_null() && one["comments"].is_null());
  }
  const auto good = json([](Reading& room) { return room.evening("2026-05-06T1930-good"); });
  EXPECT_TRUE(good["summary"]["gained_before"].is_null()) << "nothing is known of those before";
  archive_.reset();
  EXPECT_EQ(all_below(library()), before) << "nothing was changed";
}

// As where a ledger was locked until the power went.
TEST_F(ArchiveTest,
       recordings_that_a_sound_ledger_does_not_tell_of_are_shown_and_a_lock_hides_nothing) {
  const support::Folder films;
  const auto film = support::ffmpeg(
      support::flash_and_beep(2) + "-c:v libx264 -preset ultrafast -c:a aac", films / "film.mp4");
  {
    test::LedgerMaker maker(library(), "a");
    maker.begin();
    maker.event(1000, "chat", "张三", "蘑菇怎么卖");
  }
  fs::copy_file(film, library() / "a" / "program-000.mp4");
  auto locked =
      session::Database::open(library() / "a" / "ledger.db", session::OpenMode::read_write);
  ASSERT_TRUE(locked->run(
      "PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"));
  open();
  const auto e = json([](Reading& room) { return room.evening("a"); });
  EXPECT_EQ(e["summary"]["comments"], 1);
  ASSERT_THAT(e["segments"], SizeIs(1));
  EXPECT_EQ(e["segments"][0]["name"], "program-000.mp4");
  ASSERT_FALSE(e["missing"].empty());
  EXPECT_THAT(e["missing"][0]["en"].get<std::string>(), HasSubstr("not in the ledger"));
}

TEST_F(ArchiveTest, of_a_ledger_that_was_cut_the_chat_before_the_cut_is_shown_and_taken_away) {
  {
    test::LedgerMaker maker(library(), "a");
    maker.begin();
    for (int i = 0; i < 20'000; ++i)
      maker.event(i * 100, "chat", "u", "第 " + std::to_string(i) + std::string(100, 'x'));
    maker.add("end", 2'000'000, "{}");
  }
  const auto file = library() / "a" / "ledger.db";
  fs::resize_file(file, fs::file_size(file) / 2);
  open();
  const auto e = json([](Reading& room) { return room.evening("a"); });
  const auto known = e["summary"]["comments"].get<std::size_t>();
  ASSERT_GT(known, 200U);
  ASSERT_LT(known, 19'000U);
  const auto page = json([](Reading& room) { return room.chat("a", {.limit = 20'000}); });
  EXPECT_THAT(page["lines"], SizeIs(known));
  EXPECT_EQ(page["more"], false);
  const auto table = ask([](Reading& room) { return room.export_file("a", "chat.csv", {}); });
  ASSERT_TRUE(table) << table.error().log_line();
  EXPECT_THAT(table->bytes, HasSubstr("第 100"));
  for (const auto* const kind : {"chat.csv", "chat.xml", "chat.jsonl", "followers.csv"}) {
    const auto table_of_kind =
        ask([kind](Reading& room) { return room.export_file("a", kind, {}); });
    ASSERT_TRUE(table_of_kind) << kind;
    EXPECT_THAT(table_of_kind->bytes.substr(table_of_kind->bytes.size() - 160),
                HasSubstr("账本坏了"))
        << kind;
  }
}

// As when the file is damaged after it was read.
TEST_F(ArchiveTest, damage_that_the_evening_does_not_know_of_is_no_end_of_the_chat) {
  {
    test::LedgerMaker maker(library(), "a");
    maker.begin();
    for (int i = 0; i < 20'000; ++i) maker.event(i * 100, "chat", "u", std::string(100, 'x'));
    maker.add("end", 2'000'000, "{}");
  }
  Shelf shelf(library(), {}, clock_);
  auto evening = shelf.evening("a");
  ASSERT_TRUE(evening);
  ASSERT_FALSE((*evening)->cut);
  const auto file = library() / "a" / "ledger.db";
  fs::resize_file(file, fs::file_size(file) / 2);
  auto reader = shelf.reader("a");
  ASSERT_TRUE(reader);
  EXPECT_FALSE(read_chat(*reader, **evening, {.limit = 20'000}));
  auto known = **evening;
  known.cut = Sentence{"坏了", "damaged"};
  EXPECT_TRUE(read_chat(*reader, known, {.limit = 20'000}));
}

TEST_F(ArchiveTest, a_clock_that_was_wrong_is_named) {
  make_evening("a", 4'102'444'800'000);
  make_evening("b", 1000);
  make_evening("c");
  make_evening("2026-05-01T1930-d", -5);
  open();
  const auto of = [&](const char* id) {
    return json([id](Reading& room) { return room.evening(id); });
  };
  EXPECT_THAT(of("a")["missing"], SizeIs(1));
  EXPECT_THAT(of("b")["missing"][0]["en"].get<std::string>(), HasSubstr("clock"));
  EXPECT_THAT(of("c")["missing"], SizeIs(0));
  // a film from elsewhere may be as old as it likes
  make_evening("old", 1'000'000'000'000);
  EXPECT_THAT(of("old")["missing"], SizeIs(1));
  std::ofstream(library() / "old" / session::imported_mark) << "";
  EXPECT_THAT(of("old")["missing"], SizeIs(0));
  EXPECT_EQ(of("2026-05-01T1930-d")["began_wall_ms"], *session::began_by_name("2026-05-01T1930-d"));
}

TEST_F(ArchiveTest, a_day_that_is_guessed_says_so_and_one_that_is_not_known_is_not_shown) {
  const support::Folder films;
  const auto film = support::ffmpeg(
      support::flash_and_beep(2) + "-c:v libx264 -preset ultrafast -c:a aac", films / "film.mp4");
  const auto add = [&](const char* id, std::int64_t written_s) {
    fs::create_directories(library() / id);
    const auto file = library() / id / "program-000.mp4";
    fs::copy_file(film, file);
    const timespec when{written_s, 0};
    const std::array times{when, when};
    ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0), 0);
  };
  add("guessed", 1'700'000'000);
  add("unknown", 0);
  add("2026-05-01T1930-named", 0);
  open();
  const auto guessed = json([](Reading& room) { return room.evening("guessed"); });
  EXPECT_NEAR(guessed["began_wall_ms"].get<double>(), 1'699'999'998'000, 300);
  ASSERT_THAT(guessed["missing"], SizeIs(2));
  EXPECT_THAT(guessed["missing"][1]["en"].get<std::string>(), HasSubstr("a guess"));
  const auto unknown = json([](Reading& room) { return room.evening("unknown"); });
  EXPECT_TRUE(unknown["began_wall_ms"].is_null());
  ASSERT_THAT(unknown["missing"], SizeIs(2));
  EXPECT_THAT(unknown["missing"][1]["en"].get<std::string>(), HasSubstr("Nobody knows"));
  const auto named = json([](Reading& room) { return room.evening("2026-05-01T1930-named"); });
  EXPECT_THAT(named["missing"], SizeIs(1));
  const auto list = json([](Reading& room) { return room.sessions(); });
  for (const auto& one : list["sessions"])
    EXPECT_EQ(one["began_wall_ms"].is_null(), one["id"] == "unknown") << one;
}

// As where recordings are still being copied, and no ledger tells when they are whole.
TEST_F(ArchiveTest, what_was_heard_of_a_recording_that_was_not_whole_is_not_kept_for_good) {
  const support::Folder films;
  const auto film = support::ffmpeg(
      support::flash_and_beep(4) + "-c:v libx264 -preset ultrafast -c:a aac", films / "film.mp4");
  for (const bool is_damaged : {false, true}) {
    fs::create_directories(library() / "a");
    fs::copy_file(film, library() / "a" / "program-000.mp4");
    if (is_damaged) std::ofstream(library() / "a" / "ledger.db") << std::string(5000, 'x');
    open();
    OrderedJson heard;
    for (int tries = 0; tries < 200 && heard["ready"] != true; ++tries) {
      heard = json([](Reading& room) { return room.sound("a"); });
      std::promise<void>().get_future().wait_for(std::chrono::milliseconds(50));
    }
    ASSERT_EQ(heard["ready"], true);
    archive_.reset();
    open();
    EXPECT_EQ(json([](Reading& room) { return room.sound("a"); })["ready"], true) << "it is kept";
    archive_.reset();
    fs::copy_file(film, library() / "a" / "program-001.mp4");
    open();
    EXPECT_EQ(json([](Reading& room) { return room.sound("a"); })["ready"], false);
    archive_.reset();
    fs::remove_all(library() / "a");
    fs::remove_all(temp_.path() / "cache");
  }
}

TEST_F(ArchiveTest, an_evening_without_its_end_is_live_while_somebody_writes_it_and_no_longer) {
  test::LedgerMaker maker(library(), "a");
  maker.begin();
  maker.event(1000, "chat", "张三", "蘑菇怎么卖");
  maker.commit();
  open();
  EXPECT_EQ(json([](Reading& room) { return room.evening("a"); })["state"], "live");
  maker.close();
  EXPECT_EQ(json([](Reading& room) { return room.evening("a"); })["state"], "interrupted");
}

TEST_F(ArchiveTest, chat_is_given_by_time_and_before_tells_card_caption_and_words) {
  {
    test::LedgerMaker maker(library(), "long");
    maker.begin();
    for (int i = 0; i < 5000; ++i) maker.event(i * 100, "chat", "u", "第 " + std::to_string(i));
    maker.add("end", 600'000, "{}");
  }
  make_evening("a");
  open();
  const auto page = json([](Reading& room) {
    return room.chat("long", {.from = 250'000, .to = 250'500, .limit = 3});
  });
  EXPECT_THAT(page["lines"], SizeIs(3));
  EXPECT_EQ(page["lines"][0]["text"], "第 2500");
  EXPECT_EQ(page["more"], true);
  const auto next = json([](Reading& room) {
    return room.chat("long", {.from = 250'000, .to = 250'500, .limit = 3, .seq_after = 2503});
  });
  EXPECT_THAT(next["lines"], SizeIs(2));
  EXPECT_EQ(next["more"], false);
  const auto before = json([](Reading& room) { return room.before("a", 40'000); });
  EXPECT_EQ(before["product"]["title"], "干香菇");
  EXPECT_TRUE(before["caption"].is_null());
  ASSERT_THAT(before["lines"], SizeIs(3));
  EXPECT_EQ(before["lines"][2]["kind"], "follow");
  const auto gift =
      json([](Reading& room) { return room.chat("a", {.kinds = {chat::Kind::gift}}); });
  EXPECT_EQ(gift["lines"][0]["text"], "x3");
}

TEST_F(ArchiveTest, the_gain_before_and_the_comparison_are_those_of_the_other_session) {
  make_evening("a");
  make_evening("b", test::noon_ms + 86'400'000);
  open();
  json([](Reading& room) { return room.evening("a"); });
  const auto b = json([](Reading& room) { return room.evening("b"); });
  EXPECT_EQ(b["summary"]["gained_before"], 1);
  const auto both = json([](Reading& room) { return room.compare({"a", "b"}); });
  ASSERT_THAT(both["sessions"], SizeIs(2));
  const auto& a = both["sessions"][0];
  EXPECT_EQ(a["gained"].back(), OrderedJson::array({60'000, 1})) << "to the end of the evening";
  EXPECT_FALSE(ask([](Reading& room) { return room.compare({"a", "../b"}); }));
}

TEST_F(ArchiveTest, two_characters_are_found_in_chat_captions_cards_and_notes) {
  make_evening("a");
  make_evening("b", test::noon_ms + 86'400'000);
  open();
  ASSERT_TRUE(ask([](Reading& room) {
    return room.write_note("a", {{"id", "00000000-0000-4000-8000-000000000001"},
                                 {"t", 5000},
                                 {"kind", "comment"},
                                 {"author", "王老师"},
                                 {"text", "蘑菇讲得好"}});
  }));
  OrderedJson found;
  for (int tries = 0; tries < 200; ++tries) {
    found = json([](Reading& room) { return room.search({.text = "蘑菇"}); });
    if (found["indexed"] == 2) break;
    std::promise<void>().get_future().wait_for(std::chrono::milliseconds(50));
  }
  found = json([](Reading& room) { return room.search({.text = "蘑菇"}); });
  ASSERT_THAT(found["hits"], SizeIs(3));
  EXPECT_EQ(found["hits"][0]["where"], "note");
  EXPECT_EQ(found["hits"][1]["session"], "b") << "the newest first";
  EXPECT_EQ(found["hits"][1]["t"], 21'000);
  const auto one =
      json([](Reading& room) { return room.search({.text = "干香菇", .session = "a"}); });
  ASSERT_THAT(one["hits"], SizeIs(1));
  EXPECT_EQ(one["hits"][0]["where"], "card");
  EXPECT_THAT(json([](Reading& room) { return room.search({.text = "竹"}); })["hits"], SizeIs(2));
  EXPECT_THAT(json([](Reading& room) { return room.search({.text = "菇蘑"}); })["hits"], SizeIs(0));
  EXPECT_THAT(json([](Reading& room) { return room.search({.text = "\" OR *"}); })["hits"],
              SizeIs(0));
}

TEST_F(ArchiveTest, notes_are_kept_once_changed_and_merged_from_a_copy) {
  make_evening("a");
  open();
  const Json note{{"id", "00000000-0000-4000-8000-000000000001"},
                  {"t", 5000},
                  {"kind", "task"},
                  {"author", "王老师"},
                  {"text", "价格再说一遍"}};
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(json([&](Reading& room) { return room.write_note("a", note); })["note"]["state"],
              "open");
  fs::create_directories(temp_.path() / "usb");
  fs::copy(library() / "a", temp_.path() / "usb" / "a", fs::copy_options::recursive);
  json([&](Reading& room) {
    return room.change_note("a", note["id"], {{"author", "小李"}, {"state", "done"}});
  });
  const auto all = json([](Reading& room) { return room.notes("a"); });
  ASSERT_THAT(all["notes"], SizeIs(1));
  EXPECT_EQ(all["notes"][0]["state"], "done");
  const auto merged = json([&](Reading& room) { return room.merge(temp_.path() / "usb"); });
  EXPECT_EQ(merged["notes_added"], 0);
  EXPECT_FALSE(ask([&](Reading& room) { return room.merge(temp_.path() / "nowhere"); }));
  EXPECT_FALSE(ask([&](Reading& room) { return room.write_note("a", {{"id", "x"}}); }));
  EXPECT_FALSE(ask([&](Reading& room) { return room.write_note("../a", note); }));
}

TEST_F(ArchiveTest, exports_have_pseudonyms_and_no_formulas) {
  make_evening("a");
  open();
  const auto made = [&](const std::string& kind, ExportWishes wishes = {}) {
    auto file = ask([&](Reading& room) { return room.export_file("a", kind, wishes); });
    EXPECT_TRUE(file) << kind;
    return file ? file->bytes : std::string();
  };
  for (const auto* kind : {"chat.csv", "chat.xml", "chat.jsonl", "followers.csv", "report.html"}) {
    EXPECT_THAT(made(kind), Not(HasSubstr("张三"))) << kind;
    EXPECT_THAT(made(kind, {.has_names = true}), HasSubstr("张三")) << kind;
  }
  const auto csv = made("chat.csv");
  EXPECT_THAT(csv, HasSubstr(",'=1+1,"));
  EXPECT_THAT(csv, HasSubstr("观众 1"));
  EXPECT_THAT(made("followers.csv"), HasSubstr("观众 1")) << "the same person the same name";
  EXPECT_THAT(made("captions.srt"), HasSubstr("00:00:41,000 --> 00:00:50,000\r\n竹编"));
  EXPECT_THAT(made("chapters.vtt"),
              HasSubstr("WEBVTT\n\n1\n00:00:20.000 --> 00:00:41.000\n3 干香菇"));
  EXPECT_EQ(made("session.xlsx").substr(0, 2), "PK");
  EXPECT_FALSE(ask([](Reading& room) { return room.export_file("a", "../ledger.db", {}); }));
  json([](Reading& room) { return room.evening("a"); });
  EXPECT_TRUE(ask([](Reading& room) { return room.month("2026-05.xlsx", {}); }));
  EXPECT_FALSE(ask([](Reading& room) { return room.month("../../x.xlsx", {}); }));
}

TEST_F(ArchiveTest, who_is_called_by_name_in_a_message_is_a_pseudonym_too) {
  {
    test::LedgerMaker maker(library(), "a");
    maker.begin();
    maker.event(1000, "chat", "张三", "来了");
    maker.event(2000, "chat", "刘姐", "欢迎", R"("role":"host")");
    maker.event(3000, "chat", "李四", "@张三你说得对 @王五 ＠刘姐，看 a@b.cn @");
  }
  open();
  const auto said = [&](ExportWishes wishes) {
    return ask([&](Reading& room) { return room.export_file("a", "chat.jsonl", wishes); })->bytes;
  };
  EXPECT_THAT(said({}), HasSubstr("@观众 1你说得对 @观众 @刘姐，看 a@观众 @"));
  EXPECT_THAT(said({.has_names = true}), HasSubstr("@张三你说得对 @王五 ＠刘姐，看 a@b.cn @"));
}

TEST_F(ArchiveTest, a_copy_is_the_same_byte_for_byte_and_none_is_left_half_done) {
  make_evening("a");
  std::ofstream(library() / "a" / "program-000.mp4") << std::string(3'000'000, 'v');
  fs::create_directories(library() / "a" / "clips");
  std::ofstream(library() / "a" / "clips" / "one.mp4") << "clip";
  const auto usb = temp_.path() / "usb";
  fs::create_directories(usb);
  open();
  const auto copied = [&] {
    const auto job = json([&](Reading& room) { return room.copy("a", {{"to", usb.string()}}); });
    OrderedJson said;
    for (int tries = 0; tries < 400; ++tries) {
      said = json([&](Reading& room) { return room.job(job["job"]); });
      if (said["state"] != "running") break;
      std::promise<void>().get_future().wait_for(std::chrono::milliseconds(10));
    }
    return said;
  };
  EXPECT_EQ(copied()["state"], "done");
  for (const auto* name : {"ledger.db", "program-000.mp4", "clips/one.mp4"}) {
    std::ifstream a(library() / "a" / name, std::ios::binary);
    std::ifstream b(usb / "a" / name, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(a), {}),
              std::string(std::istreambuf_iterator<char>(b), {}))
        << name;
  }
  const auto again = copied();
  EXPECT_EQ(again["state"], "failed");
  EXPECT_EQ(again["error"]["code"], "review.copy");
  EXPECT_THAT(std::distance(fs::directory_iterator(usb), fs::directory_iterator()), 1);
  EXPECT_FALSE(ask([&](Reading& room) { return room.copy("a", {{"to", "usb"}}); }));
  EXPECT_FALSE(ask([&](Reading& room) { return room.job("J99"); }));
}

TEST_F(ArchiveTest, an_answer_and_a_job_that_throw_leave_the_others_be) {
  make_evening("a");
  open();
  EXPECT_TRUE(archive_->post([](Reading&) { throw std::runtime_error("no memory"); }));
  EXPECT_TRUE(archive_->post_export([](Reading&) { throw std::runtime_error("no memory"); }));
  EXPECT_EQ(json([](Reading& room) { return room.evening("a"); })["summary"]["gained"], 1);
  Jobs jobs(health_);
  const auto thrown = jobs.start(
      [](const JobProgress&) -> Result<JobOutcome> { throw std::runtime_error("no memory"); });
  const auto next = jobs.start([](const JobProgress&) -> Result<JobOutcome> {
    return JobOutcome{"x", {}, 0};
  });
  ASSERT_TRUE(thrown && next);
  for (int tries = 0; tries < 400 && (*jobs.report(*next))["state"] == "running"; ++tries)
    std::promise<void>().get_future().wait_for(std::chrono::milliseconds(10));
  EXPECT_EQ((*jobs.report(*thrown))["state"], "failed");
  EXPECT_EQ((*jobs.report(*next))["state"], "done");
}

TEST_F(ArchiveTest, a_picture_of_a_foreign_folder_is_shown_when_it_is_a_small_one) {
  make_evening("a");
  const auto cover = temp_.path() / "sessions/a/thumbnails/cover.jpg";
  std::filesystem::create_directories(cover.parent_path());
  std::ofstream(cover) << "a small picture";
  open();
  const auto given = [&] {
    return ask([](Reading& room) { return room.thumbnail("a", "cover.jpg").has_value(); });
  };
  EXPECT_TRUE(given());
  std::filesystem::resize_file(cover, 9U << 20U);
  EXPECT_FALSE(given());
}

TEST_F(ArchiveTest, without_a_place_for_the_cache_all_is_kept_in_memory) {
  make_evening("a");
  std::ofstream(temp_.path() / "cache") << "a file, no folder";
  open();
  EXPECT_EQ(json([](Reading& room) { return room.evening("a"); })["summary"]["gained"], 1);
}

}  // namespace
}  // namespace xb::review
