// SPDX-License-Identifier: Apache-2.0
#include "studio/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "studio/schema_value.h"
#include "studio/toml_tree.h"

namespace xb::studio {
namespace {

using testing::HasSubstr;

struct Read {
  Show show;
  std::vector<Problem> problems;
};

Read read(const std::string& text) {
  Read out;
  read_show_text(text, "show.toml", out.show, out.problems);
  return out;
}

const std::string station = "[station]\nname = \"竹园村\"\n";

TEST(Schema, has_one_row_a_key_with_help_in_both_languages) {
  std::set<std::string> paths;
  for (const auto& field : schema_fields()) {
    EXPECT_TRUE(paths.insert(path_of(field)).second) << path_of(field);
    EXPECT_FALSE(field.help_zh.empty()) << path_of(field);
    EXPECT_FALSE(field.help_en.empty()) << path_of(field);
  }
}

TEST(Schema, accepts_its_own_examples) {
  for (const auto& field : schema_fields()) {
    const auto toml = parse_toml("v = " + std::string(field.example));
    ASSERT_TRUE(toml.root) << path_of(field);
    Show show;
    ChatShow chat;
    PublishShow publish;
    CanvasShow canvas;
    const auto wrong = store(field, toml.root->entries.front().value,
                             field.slot({&show, &chat, &publish, &canvas}));
    EXPECT_FALSE(wrong) << path_of(field) << ": " << wrong->en;
  }
}

TEST(Schema, gives_every_default_when_only_the_name_is_written) {
  const auto [show, problems] = read(station);
  EXPECT_TRUE(problems.empty()) << pretty(problems);
  EXPECT_EQ(show.station.name, "竹园村");
  EXPECT_EQ(show.video.width, 1280);
  EXPECT_EQ(show.video.rate, (Rate{30, 1}));
  EXPECT_EQ(show.limits.sockets, 600);
  EXPECT_FALSE(show.counter.baseline);
}

TEST(Schema, reads_the_three_canvases) {
  for (const auto& [width, height] : {std::pair{1920, 1080}, {1280, 720}, {1080, 1920}}) {
    const auto [show, problems] = read(station + "[video]\nwidth = " + std::to_string(width) +
                                       "\nheight = " + std::to_string(height) + "\n");
    EXPECT_TRUE(problems.empty()) << pretty(problems);
    EXPECT_EQ(show.video.width, width);
    EXPECT_EQ(show.video.height, height);
  }
}

TEST(Schema, reads_rates_as_people_write_them) {
  const std::vector<std::pair<std::string, Rate>> rates{{"30", {30, 1}},
                                                        {"25", {25, 1}},
                                                        {"29.97", {30000, 1001}},
                                                        {"23.976", {24000, 1001}},
                                                        {"59.94", {60000, 1001}},
                                                        {"12.5", {25, 2}},
                                                        {"\"30000/1001\"", {30000, 1001}},
                                                        {"\"29.97\"", {30000, 1001}},
                                                        {"\"25\"", {25, 1}}};
  for (const auto& [text, rate] : rates) {
    const auto [show, problems] = read(station + "[video]\nrate = " + text + "\n");
    EXPECT_TRUE(problems.empty()) << text;
    EXPECT_EQ(show.video.rate, rate) << text;
  }
  for (const auto* text : {"0", "-30", "61", "nan", "inf", "\"30/0\"", "\"30/\"", "\"fast\"",
                           "true", "9223372036854775807", "31.337"}) {
    EXPECT_EQ(read(station + "[video]\nrate = " + text + "\n").problems.size(), 1U) << text;
  }
}

TEST(Schema, refuses_publish_addresses_that_hold_a_key_and_never_repeats_them) {
  for (const auto* url :
       {"rtmp://host/live/CANARY12", "rtmp://host/live?key=CANARY", "rtmp://u:CANARY@host/live",
        "srt://host:9000?streamid=CANARY", "srt://host:9000?latency=1&passphrase=CANARY",
        "rtmps://host/a/b/c/CANARY/", "http://host/CANARY", "CANARY", "rtmp://host", "rtmp:///live",
        "srt://host", "rtmp://host:99999/live", "rtmp://ho st/live"}) {
    const auto [show, problems] =
        read(station + "[[publish]]\nname = \"a\"\nurl = \"" + url + "\"\n");
    ASSERT_EQ(problems.size(), 1U) << url;
    EXPECT_EQ(pretty(problems).find("CANARY"), std::string::npos) << pretty(problems);
  }
  for (const auto* url : {"rtmp://127.0.0.1:1935/live", "rtmp://host/live/", "rtmps://host/a/b/",
                          "srt://host:9000", "srt://[::1]:9000?latency=400000&mode=caller",
                          "srt://host:9000?passphrase={key}&streamid=publish:live/1"}) {
    const auto problems =
        read(station + "[[publish]]\nname = \"a\"\nurl = \"" + url + "\"\n").problems;
    EXPECT_TRUE(problems.empty()) << url << pretty(problems);
  }
}

TEST(Schema, reports_everything_at_once) {
  const auto problems =
      read("[station]\nnam = \"x\"\n[video]\nwidth = 7\nheight = \"a\"\n[vidoe]\n").problems;
  EXPECT_EQ(problems.size(), 5U) << pretty(problems);
  EXPECT_THAT(pretty(problems), HasSubstr("show.toml:2:1: [station] 里没有 “nam”"));
  EXPECT_THAT(pretty(problems), HasSubstr("Did you mean name?"));
  EXPECT_THAT(pretty(problems), HasSubstr("Did you mean video?"));
}

TEST(Schema, explains_one_key_a_table_and_all) {
  EXPECT_THAT(*explain("video.width").text, HasSubstr("64 .. 4096"));
  EXPECT_THAT(*explain("width").text, HasSubstr("video.width"));
  EXPECT_THAT(*explain("publish").text, HasSubstr("publish.url"));
  for (const auto& field : schema_fields())
    EXPECT_THAT(*explain("").text, HasSubstr(path_of(field)));
  EXPECT_FALSE(explain("video.widht").text);
  EXPECT_EQ(explain("video.widht").suggestion, "video.width");
}

TEST(Schema, page_in_docs_is_in_step) {
  std::ostringstream page;
  page << std::ifstream(XB_SOURCE_DIR "/docs/show.md").rdbuf();
  EXPECT_EQ(page.str(), schema_page()) << "run: xiangbo explain --markdown > docs/show.md";
}

}  // namespace
}  // namespace xb::studio
