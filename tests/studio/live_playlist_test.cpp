// SPDX-License-Identifier: Apache-2.0
#include "studio/live_playlist.h"

#include <gtest/gtest.h>

#include <optional>

namespace xb::studio {
namespace {

using output::WebPiece;
using std::chrono::seconds;

struct Asked final : net::Responder {
  void respond(net::Response response) override { answer = std::move(response); }
  std::optional<net::Response> answer;
};

class LivePlaylistTest : public testing::Test {
 protected:
  void begin_run(const std::string& header) {
    WebPiece piece;
    piece.kind = WebPiece::Kind::begin;
    piece.bytes = std::make_shared<const std::string>(header);
    playlist.take(piece);
    time_us = 0;
  }
  void segment(const std::string& name) {
    for (int i = 0; i < 20; ++i) {
      WebPiece piece;
      piece.is_key = i == 0;
      piece.bytes = std::make_shared<const std::string>(i == 0 ? name : ".");
      piece.start_us = time_us;
      time_us += 100'000;
      piece.end_us = time_us;
      playlist.take(piece);
    }
  }
  std::shared_ptr<Asked> ask() {
    auto asked = std::make_shared<Asked>();
    playlist.answer(asked, now);
    return asked;
  }
  LivePlaylist playlist;
  MonoTime now{seconds(100)};
  std::int64_t time_us = 0;
};

TEST_F(LivePlaylistTest, the_first_who_asks_is_answered_with_the_first_segment) {
  begin_run("HEAD");
  segment("A");  // before anybody asked: not kept
  EXPECT_FALSE(playlist.is_wanted(now));
  const auto asked = ask();
  EXPECT_TRUE(playlist.is_wanted(now));
  segment("B");
  EXPECT_FALSE(asked->answer);
  segment("C");
  ASSERT_TRUE(asked->answer);
  EXPECT_EQ(asked->answer->status, 200);
  EXPECT_EQ(*asked->answer->body,
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"/live/header-1.mp4\"\n"
            "#EXTINF:2.000,\n/live/0.m4s\n");
  EXPECT_EQ(*playlist.file("header-1.mp4").body, "HEAD");
  EXPECT_EQ(*playlist.file("0.m4s").body, "B" + std::string(19, '.'));
  EXPECT_EQ(playlist.file("1.m4s").status, 404);
  EXPECT_EQ(playlist.file("../show.toml").status, 404);
}

TEST_F(LivePlaylistTest, keeps_six_and_says_where_another_run_begins) {
  begin_run("ONE");
  ask();
  for (int i = 0; i < 9; ++i) segment("S");
  begin_run("TWO");
  segment("T");
  segment("U");
  const auto text = *ask()->answer->body;
  EXPECT_NE(text.find("#EXT-X-MEDIA-SEQUENCE:3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"/live/header-2.mp4\"\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(playlist.file("2.m4s").status, 404);
  EXPECT_EQ(playlist.file("3.m4s").status, 200);
  for (int i = 0; i < 7; ++i) segment("V");
  EXPECT_EQ(playlist.file("header-1.mp4").status, 404);
  EXPECT_EQ(*playlist.file("header-2.mp4").body, "TWO");
}

TEST_F(LivePlaylistTest, who_waits_in_vain_is_told_so_and_who_stops_asking_costs_nothing) {
  const auto asked = ask();
  playlist.tick(now += seconds(5));
  EXPECT_FALSE(asked->answer);
  playlist.tick(now += seconds(1));
  ASSERT_TRUE(asked->answer);
  EXPECT_EQ(asked->answer->status, 503);
  begin_run("HEAD");
  ask();
  segment("A");
  segment("B");
  EXPECT_EQ(playlist.file("0.m4s").status, 200);
  playlist.tick(now += seconds(15));
  EXPECT_FALSE(playlist.is_wanted(now));
  EXPECT_EQ(playlist.file("0.m4s").status, 404);
}

}  // namespace
}  // namespace xb::studio
