// What was written is read again as it was, whatever stands in it.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "base/text.h"
#include "studio/assets.h"
#include "studio/schema.h"
#include "studio/schema_value.h"
#include "studio/table_draft.h"
#include "studio/tables.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Show read_again(const std::string& text) {
  Show out;
  std::vector<Problem> problems;
  read_show_text(text, "show.toml", out, problems);
  EXPECT_THAT(pretty(problems), IsEmpty()) << text;
  return out;
}

void expect_same(const Show& a, const Show& b) {
  EXPECT_EQ(a.station, b.station);
  EXPECT_EQ(a.screen, b.screen);
  EXPECT_EQ(a.chat, b.chat);
  EXPECT_EQ(a.publish, b.publish);
  EXPECT_EQ(a.canvases, b.canvases);
  EXPECT_EQ(a.video.crop, b.video.crop);
  EXPECT_EQ(a.source.from, b.source.from);
  EXPECT_EQ(a.source.mic, b.source.mic);
  auto left = a;
  auto right = b;
  for (const auto& field : schema_fields()) {
    if (field.table == "chat" || field.table == "publish" || field.table == "canvas") continue;
    EXPECT_EQ(toml_text(field, field.slot({.show = &left})),
              toml_text(field, field.slot({.show = &right})))
        << path_of(field);
  }
}

// One that a hostile or a tired hand might type, cleaned as every text from outside.
std::string some_text(std::mt19937& random, std::size_t most) {
  static const std::vector<std::string> pieces{"\"",
                                               "\\",
                                               ",",
                                               ";",
                                               "=",
                                               "'",
                                               "\n",
                                               "\r\n",
                                               "\t",
                                               "#",
                                               "[[",
                                               "]]",
                                               "=cmd|' /C calc'!A0",
                                               "+1",
                                               "-1",
                                               "@SUM(1)",
                                               "\U0001F34A",
                                               "\U0001F468\u200D\U0001F469\u200D\U0001F467",
                                               "\U00020BB7",
                                               "\u9999\u83C7",
                                               "a",
                                               "7",
                                               " ",
                                               "\u3000",
                                               "{key}",
                                               "\\u0000",
                                               "\u202E",
                                               "\xEF\xBB\xBF",
                                               "''''",
                                               "\"\"\"",
                                               "%s",
                                               "<b>",
                                               "\u0301"};
  std::string out;
  const auto count = random() % 8;
  for (std::size_t i = 0; i < count; ++i) out += pieces[random() % pieces.size()];
  out = clean_outside_text(out, whole_text);
  while (length_of(out) > most) out = cut_graphemes(out, grapheme_count(out) / 2);
  return clean_outside_text(out, whole_text);
}

TEST(ShowWrite, the_examples_are_the_same_after_writing) {
  const auto assets = assets_folder();
  ASSERT_TRUE(assets);
  for (const auto& entry : fs::directory_iterator(*assets / "shows")) {
    Show show;
    std::vector<Problem> problems;
    read_show_text(bytes_of(entry.path() / "show.toml"), "show.toml", show, problems);
    ASSERT_THAT(problems, IsEmpty());
    expect_same(read_again(show_text(show)), show);
    for (const auto table : {Table::products, Table::captions}) {
      const auto draft = read_draft(entry.path(), table);
      ASSERT_FALSE(draft.unreadable);
      const TemporaryFolder folder;
      folder.write(file_of(table), draft_text(table, draft));
      const auto again = read_draft(folder.path(), table);
      ASSERT_EQ(again.rows.size(), draft.rows.size());
      for (std::size_t i = 0; i < draft.rows.size(); ++i)
        EXPECT_EQ(again.rows[i].cells, draft.rows[i].cells);
    }
  }
}

TEST(ShowWrite, every_key_stands_there_with_its_comment_in_two_languages) {
  Show show;
  show.station.name = "竹园村";
  const auto text = show_text(show);
  for (const auto& field : schema_fields()) {
    EXPECT_THAT(text, HasSubstr("# " + std::string(field.help_zh) + "\n# " +
                                std::string(field.help_en) + "\n"))
        << path_of(field);
    EXPECT_THAT(text, HasSubstr("\n" + std::string(field.key == "name" && field.table == "station"
                                                       ? "name = \"竹园村\""
                                                       : "# " + std::string(field.key) + " = ")));
  }
  EXPECT_THAT(text, HasSubstr("# theme = \"red\"\n"));
}

TEST(ShowWrite, hostile_texts_and_all_numbers_come_back_as_they_were) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Show show;
    show.station.name = "a" + some_text(random, 30);
    show.station.county = some_text(random, 40);
    for (std::size_t i = random() % 4; i > 0; --i)
      show.screen.notices.push_back("b" + some_text(random, 100));
    show.screen.away_minutes = static_cast<int>(1 + random() % 240);
    show.counter.baseline = static_cast<std::int64_t>(random());
    show.video.rate = round % 2 == 0 ? Rate{30000, 1001} : Rate{25, 1};
    show.video.placement = Placement::crop;
    show.video.crop = {static_cast<double>(random() % 500) / 10.0, 0.125, 33.3, 100.0 - 0.125};
    show.source.mic = some_text(random, 60);
    show.publish.push_back({"平台" + std::to_string(round), "rtmp://push.example.com/live/a/"});
    auto& chat = show.chat.emplace_back();
    chat.platform = "ingest";
    chat.name = "入口" + std::to_string(round);
    show.chat.back().is_enabled = round % 3 != 0;
    expect_same(read_again(show_text(show)), show);
  }
}

TEST(ShowWrite, the_whole_picture_may_be_chosen_as_the_part) {
  Show show;
  show.station.name = "a";
  show.video.placement = Placement::crop;
  expect_same(read_again(show_text(show)), show);
}

TEST(ShowWrite, hostile_cells_come_back_as_they_were) {
  std::mt19937 random(11);
  const auto columns = caption_columns();
  for (int round = 0; round < 300; ++round) {
    std::vector<Cells> rows;
    for (std::size_t i = 0; i < 1 + random() % 5; ++i) {
      Cells row;
      for (std::size_t c = 0; c < columns.size(); ++c)
        row.push_back(c == 0 ? "id" + std::to_string(i) : some_text(random, columns[c].most));
      rows.push_back(std::move(row));
    }
    const auto text = table_text(columns, rows);
    EXPECT_EQ(text.substr(0, 3), "\xEF\xBB\xBF");
    const TemporaryFolder folder;
    folder.write("captions.csv", text);
    const auto draft = read_draft(folder.path(), Table::captions);
    ASSERT_FALSE(draft.unreadable) << draft.unreadable->en << "\n" << text;
    ASSERT_EQ(draft.rows.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(draft.rows[i].cells, rows[i]) << text;
  }
}

TEST(ShowWrite, the_former_file_stays_beside_the_new_one) {
  const TemporaryFolder folder;
  folder.write("products.csv", "one");
  ASSERT_TRUE(replace_show_file(folder.path(), "products.csv", "two"));
  ASSERT_TRUE(replace_show_file(folder.path(), "products.csv", "two"));
  EXPECT_EQ(bytes_of(folder.path() / "products.csv"), "two");
  EXPECT_EQ(bytes_of(folder.path() / "products.csv.former"), "one");
  ASSERT_TRUE(replace_show_file(folder.path(), "captions.csv", "new"));
  EXPECT_FALSE(fs::exists(folder.path() / "captions.csv.former"));
}

TEST(ShowWrite, a_link_where_it_collects_the_bytes_leads_nowhere) {
  const TemporaryFolder folder;
  const TemporaryFolder other;
  const auto victim = other.write("victim", "untouched");
  fs::create_symlink(victim, folder.path() / "products.csv.new");
  folder.write("products.csv", "one");
  fs::create_symlink(victim, folder.path() / "products.csv.former.new");
  ASSERT_TRUE(replace_show_file(folder.path(), "products.csv", "two"));
  EXPECT_EQ(bytes_of(victim), "untouched");
}

TEST(ShowWrite, secrets_are_read_again_and_nobody_else_may_read_them) {
  const TemporaryFolder folder;
  Secrets secrets;
  secrets.publish.emplace("抖\"音\\", Secret("?streamname=a&key=\"b\\c\""));
  secrets.ingest = Secret("token-of-the-ingest");
  secrets.chat["B站"].emplace("token", Secret("token-of-the-platform"));
  const auto file = folder.path() / "new" / "secrets.toml";
  ASSERT_TRUE(write_secrets(file, secrets));
  struct stat found {};
  ASSERT_EQ(::stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0600U);
  const auto loaded = load_secrets(file);
  ASSERT_TRUE(loaded.secrets) << pretty(loaded.problems);
  ASSERT_NE(loaded.secrets->key_of("抖\"音\\"), nullptr);
  EXPECT_EQ(loaded.secrets->key_of("抖\"音\\")->reveal(), "?streamname=a&key=\"b\\c\"");
  EXPECT_EQ(loaded.secrets->ingest.reveal(), "token-of-the-ingest");
  EXPECT_EQ(loaded.secrets->chat.at("B站").at("token").reveal(), "token-of-the-platform");
  EXPECT_FALSE(fs::exists(folder.path() / "new" / "secrets.toml.former"));
}

}  // namespace
}  // namespace xb::studio
