// SPDX-License-Identifier: Apache-2.0
#include "studio/watch_feed.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/clock.h"
#include "tests/chat/builders.h"

namespace xb::studio {
namespace {

using chat::ScriptedPeer;
using output::WebPiece;

class WatchFeedTest : public testing::Test {
 protected:
  void begin_run() {
    WebPiece piece;
    piece.kind = WebPiece::Kind::begin;
    piece.mime = "video/mp4";
    piece.bytes = std::make_shared<const std::string>("header" + std::to_string(++runs));
    feed.take(piece);
    time_us = 0;
  }
  // A tenth of a second; its number is what it begins with.
  void piece(bool is_key = false, std::size_t bytes = 1000) {
    WebPiece piece;
    piece.is_key = is_key;
    auto text = std::to_string(++pieces) + (is_key ? "K" : "P");
    text.resize(std::max(bytes, text.size()), '.');
    piece.bytes = std::make_shared<const std::string>(std::move(text));
    piece.start_us = time_us;
    time_us += 100'000;
    piece.end_us = time_us;
    feed.take(piece);
  }
  void seconds(int count, std::size_t bytes = 1000) {
    for (int i = 0; i < count * 10; ++i) piece(i % 20 == 0, bytes);
  }
  ScriptedPeer& join(std::map<std::string, std::string> query = {}) {
    auto& peer = peers.emplace_back(peers.size() + 1, std::move(query));
    feed.opened(peer);
    return peer;
  }
  // "header1 21K 22P": what a peer was sent, words of the station left out.
  static std::string pictures(const ScriptedPeer& peer) {
    std::string out;
    for (const auto& sent : peer.sent)
      if (sent.front() != '{') out += (out.empty() ? "" : " ") + sent.substr(0, sent.find('.'));
    return out;
  }

  WatchFeed feed;
  std::deque<ScriptedPeer> peers;
  int runs = 0;
  int pieces = 0;
  std::int64_t time_us = 0;
};

TEST_F(WatchFeedTest, who_comes_sees_from_the_last_key_frame_on) {
  feed.set_status(R"({"on_air":true})");
  begin_run();
  seconds(2);
  piece(true);
  piece();
  auto& peer = join();
  EXPECT_EQ(peer.sent[0], R"({"on_air":true})");
  EXPECT_EQ(peer.sent[1], R"({"mime":"video/mp4"})");
  EXPECT_EQ(pictures(peer), "header1 21K 22P");
  piece();
  EXPECT_EQ(pictures(peer), "header1 21K 22P 23P");
  EXPECT_EQ(feed.viewers(), 1);
  EXPECT_EQ(feed.pages(), 1U);
  feed.closed(peer);
  EXPECT_EQ(feed.viewers(), 0);
  EXPECT_EQ(feed.pages(), 0U);
}

TEST_F(WatchFeedTest, who_comes_first_waits_for_the_first_key_frame) {
  auto& peer = join();
  begin_run();
  piece();
  EXPECT_EQ(pictures(peer), "");
  piece(true);
  EXPECT_EQ(pictures(peer), "header1 2K");
}

TEST_F(WatchFeedTest, another_run_begins_anew_for_everybody) {
  begin_run();
  auto& peer = join();
  seconds(1);
  begin_run();
  piece(true);
  const auto seen = pictures(peer);
  EXPECT_EQ(seen.substr(seen.size() - 11), "header2 11K");
}

TEST_F(WatchFeedTest, who_is_behind_goes_on_at_the_newest_key_frame_and_harms_nobody) {
  begin_run();
  seconds(2, 50'000);
  auto& slow = join();
  auto& good = join();
  slow.reads_at_once = false;
  seconds(6, 50'000);
  EXPECT_LE(slow.queued_bytes(), 262'144U);
  EXPECT_EQ(good.sent.size(), 2U + 20U + 60U);
  const auto stopped_at = slow.sent.size();
  slow.read();
  feed.drained(slow);
  EXPECT_EQ(slow.sent[stopped_at].substr(0, 3), "61K");
  EXPECT_GE(feed.skips(), 1U);
  EXPECT_EQ(slow.closed_with, 0);
}

TEST_F(WatchFeedTest, a_little_behind_is_no_reason_to_skip) {
  begin_run();
  piece(true, 100);
  auto& peer = join();
  peer.reads_at_once = false;
  for (int i = 0; i < 15; ++i) piece(i == 10, 50'000);
  peer.read();
  feed.drained(peer);
  peer.read();
  feed.drained(peer);
  peer.read();
  feed.drained(peer);
  EXPECT_EQ(feed.skips(), 0U);
  EXPECT_EQ(peer.sent.size(), 2U + 16U);
}

TEST_F(WatchFeedTest, a_large_piece_goes_out_in_parts_and_is_never_broken_off) {
  begin_run();
  auto& peer = join();
  peer.reads_at_once = false;
  piece(true, 600'000);
  std::size_t got = 0;
  for (int i = 0; i < 4; ++i) {
    peer.read();
    feed.drained(peer);
  }
  for (const auto& sent : peer.sent) got += sent.size();
  EXPECT_EQ(got, peer.sent[0].size() + std::string("header1").size() + 600'000);
}

TEST_F(WatchFeedTest, keeps_no_more_than_it_should_without_a_key_frame) {
  begin_run();
  piece(true, 1'000'000);
  for (int i = 0; i < 20; ++i) piece(false, 1'000'000);
  // what there was is forgotten: nobody sees anything before the next key frame
  auto& peer = join();
  EXPECT_EQ(pictures(peer), "");
  piece(true);
  EXPECT_EQ(pictures(peer), "header1 22K");
}

TEST_F(WatchFeedTest, who_wants_words_alone_gets_no_picture) {
  begin_run();
  auto& peer = join({{"picture", "none"}});
  seconds(1);
  feed.set_status(R"({"on_air":true})");
  EXPECT_EQ(pictures(peer), "");
  EXPECT_EQ(peer.sent.back(), R"({"on_air":true})");
  EXPECT_EQ(feed.viewers(), 0);
  EXPECT_EQ(feed.pages(), 1U);  // it plays HLS or stills
  net::Request request;
  request.query["picture"] = "all";
  EXPECT_EQ(feed.admit(request), 400);
}

TEST_F(WatchFeedTest, who_takes_nothing_for_twenty_seconds_and_who_talks_are_closed) {
  const ManualClock clock{MonoTime{std::chrono::seconds(100)}};
  auto& stuck = join();
  stuck.stuck = clock.now() - std::chrono::seconds(20);
  auto& talker = join();
  feed.sweep(clock.now());
  EXPECT_EQ(stuck.closed_with, 1013);
  EXPECT_EQ(talker.closed_with, 0);
  feed.received(talker, "hello", true);
  EXPECT_EQ(talker.closed_with, 1008);
}

TEST_F(WatchFeedTest, after_the_session_there_is_nothing_to_see) {
  begin_run();
  seconds(1);
  feed.clear();
  EXPECT_EQ(pictures(join()), "");
}

}  // namespace
}  // namespace xb::studio
