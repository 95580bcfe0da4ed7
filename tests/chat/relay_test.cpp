// Backlog and Relay with scripted peers. SPDX-License-Identifier: Apache-2.0
#include "chat/relay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "chat/feed_door.h"
#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Backlog, keeps_the_last_thousand_whatever_their_size) {
  Backlog backlog(1, {.least = 1000, .most = 2000, .bytes = 10});
  for (std::uint64_t i = 1; i <= 3000; ++i) backlog.add(numbered(i));
  EXPECT_EQ(backlog.size(), 1000U);
  const auto all = backlog.from(1, 1 << 30);
  EXPECT_EQ(all.passed, 2000U);
  EXPECT_EQ(all.next, 3001U);
}

TEST(Backlog, tells_holes_as_gaps) {
  Backlog backlog(1);
  backlog.add(numbered(1));
  backlog.add(numbered(2));
  backlog.skip_to(10);
  backlog.add(numbered(10));
  backlog.skip_to(12);
  const auto items = Json::parse("[" + backlog.from(2, 1 << 20).items + "]");
  ASSERT_EQ(items.size(), 4U);
  EXPECT_EQ(items[0]["seq"], 2);
  EXPECT_EQ(items[1]["gap"], 7);
  EXPECT_EQ(items[2]["seq"], 10);
  EXPECT_EQ(items[3]["gap"], 1);
}

TEST(Backlog, gives_as_many_of_the_last_as_fit) {
  Backlog backlog(1);
  for (std::uint64_t i = 1; i <= 9; ++i) backlog.add(numbered(i));
  const auto one = backlog.last(1, 1 << 20).size() + 1;
  const auto items = Json::parse("[" + backlog.last(50, 3 * one) + "]");
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0]["seq"], 7);
  EXPECT_EQ(Json::parse("[" + backlog.last(2, 1 << 20) + "]").size(), 2U);
  EXPECT_EQ(backlog.last(50, one - 1), "");
}

TEST(Backlog, hands_out_pieces_that_follow_on_each_other) {
  Backlog backlog(1);
  for (std::uint64_t i = 1; i <= 100; ++i) backlog.add(numbered(i));
  FeedReader reader;
  for (std::uint64_t next = 1; next < backlog.next();) {
    const auto piece = backlog.from(next, 300);
    ASSERT_GT(piece.next, next);
    for (const auto& item : Json::parse("[" + piece.items + "]")) reader.take(item);
    next = piece.next;
  }
  EXPECT_EQ(reader.events, 100U);
  EXPECT_EQ(reader.wrong, 0U);
}

class RelayTest : public testing::Test {
 protected:
  void publish(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      relay.publish(numbered(relay.next(), clock.now()), figures);
    }
  }
  // Of both loops, or one for each group that waits.
  void turn() {
    if (std::exchange(is_awake, false)) relay.end_turn();
    if (auto task = std::exchange(next_turn, {})) task();
  }
  ScriptedPeer& join(std::map<std::string, std::string> query = {}) {
    auto& peer = peers.emplace_back(peers.size() + 1, std::move(query));
    door->opened(peer);
    return peer;
  }
  void tick() {
    relay.tick();
    door->tick(clock.now());
  }
  void show(CounterFigures now) {
    figures = now;
    relay.set_figures(figures);
  }
  ManualClock clock{MonoTime{seconds(100)}};
  CounterFigures figures;
  bool is_awake = false;
  std::deque<ScriptedPeer> peers;
  std::function<void()> next_turn;  // of the door's loop
  Relay relay{1, [this] { is_awake = true; }};
  const std::shared_ptr<FeedTally> tally = std::make_shared<FeedTally>();
  const std::shared_ptr<FeedDoor> door = open_door();
  std::shared_ptr<FeedDoor> open_door() {
    auto made = std::make_shared<FeedDoor>(clock, relay.log(), tally,
                                           [this](auto task) { next_turn = std::move(task); });
    relay.log()->listen([&door = *made] { door.changed(); });
    return made;
  }
};

FeedReader read(const ScriptedPeer& peer, std::uint64_t next = 0) {
  FeedReader reader;
  reader.next = next;
  for (const auto& item : peer.items()) reader.take(item);
  return reader;
}

TEST_F(RelayTest, a_new_peer_gets_the_newest_state_and_then_what_comes) {
  publish(3);
  show({1286, 6, 0, 0});
  turn();
  auto& peer = join();
  EXPECT_EQ(peer.sent.front(), R"([{"followers":{"total":1286,"gained":6},"v":3}])");
  publish(2);
  turn();
  ASSERT_EQ(peer.sent.size(), 2U);
  EXPECT_EQ(read(peer, 4).events, 2U);
  EXPECT_EQ(read(peer, 4).wrong, 0U);
}

TEST_F(RelayTest, who_comes_between_an_event_and_its_flush_gets_the_figures_after_it) {
  figures = {1001, 1, 0, 0};
  publish(1);
  auto& peer = join();
  EXPECT_EQ(peer.sent.front(), R"([{"followers":{"total":1001,"gained":1},"v":1}])");
}

TEST_F(RelayTest, who_resumes_gets_exactly_what_came_after) {
  publish(1500);
  turn();
  const auto reader = read(join({{"from", "600"}}), 601);
  EXPECT_EQ(reader.events, 900U);
  EXPECT_EQ(reader.wrong, 0U);
  EXPECT_EQ(reader.passed, 0U);
  EXPECT_EQ(reader.v, 1500U);
}

TEST_F(RelayTest, who_asks_for_the_last_few_gets_them_and_what_comes) {
  publish(100);
  turn();
  auto& peer = join({{"last", "30"}});
  EXPECT_EQ(read(peer, 71).events, 30U);
  EXPECT_EQ(read(peer, 71).wrong, 0U);
  publish(1);
  turn();
  EXPECT_EQ(read(peer, 71).events, 31U);
  EXPECT_EQ(read(join({{"last", "0"}})).events, 0U);
  EXPECT_EQ(read(join({{"last", "5000"}}), 1).events, 101U);
}

TEST_F(RelayTest, the_audience_gets_no_id_of_a_platform_and_sinks_get_it) {
  struct Sink final : FeedSink {
    void flushed(const JsonText& items) override { heard += *items; }
    std::string heard;
  };
  const auto sink = std::make_shared<Sink>();
  relay.add(sink);
  auto& peer = join();
  relay.publish(
      make_numbered(relay.next(), event(Kind::follow, "e1", "platform-7"), "test", clock.now()),
      figures);
  turn();
  EXPECT_NE(sink->heard.find(R"("id":"platform-7")"), std::string::npos);
  EXPECT_NE(relay.recent()->find(R"("id":"platform-7")"), std::string::npos);
  EXPECT_EQ(peer.items().dump().find(R"("id":"platform-7")"), std::string::npos);
  EXPECT_EQ(peer.items().back()["user"]["name"], "name platform-7");
}

TEST_F(RelayTest, a_number_from_another_life_gets_the_state_alone) {
  publish(5);
  turn();
  auto& peer = join({{"from", "99999"}});
  EXPECT_EQ(read(peer).events, 0U);
  EXPECT_EQ(read(peer).v, 5U);
  publish(1);
  turn();
  EXPECT_EQ(read(peer).events, 1U);
}

TEST_F(RelayTest, a_wrong_number_is_refused_before_the_upgrade) {
  for (const char* from : {"", "-1", "1x", " 1", "0x10", "9223372036854775808", "1.0", "NaN"}) {
    net::Request request;
    request.query["from"] = from;
    EXPECT_EQ(door->admit(request), 400) << from;
  }
  net::Request request;
  EXPECT_EQ(door->admit(request), 0);
  request.query["from"] = "9223372036854775807";
  EXPECT_EQ(door->admit(request), 0);
}

TEST_F(RelayTest, one_flush_is_one_frame_with_the_newest_state_only) {
  auto& peer = join();
  publish(2);
  show({1, 1, 0, 0});
  publish(1);
  show({2, 2, 0, 0});
  turn();
  ASSERT_EQ(peer.sent.size(), 2U);
  EXPECT_EQ(Json::parse(peer.sent[1]).size(), 4U);
  EXPECT_EQ(read(peer).total, 2);
}

TEST_F(RelayTest, with_many_peers_the_first_goes_at_once_and_the_rest_together) {
  for (int i = 0; i < 60; ++i) join();
  clock.advance(milliseconds(100));
  publish(1);
  turn();
  EXPECT_EQ(read(peers[0]).events, 1U);
  for (int i = 0; i < 5; ++i) {
    clock.advance(milliseconds(2));
    publish(1);
    turn();
    tick();
  }
  EXPECT_EQ(read(peers[0]).events, 1U);
  clock.advance(milliseconds(18));
  tick();
  EXPECT_EQ(read(peers[0]).events, 6U);
  EXPECT_EQ(peers[0].sent.size(), 3U);
}

TEST_F(RelayTest, with_many_peers_what_comes_fast_waits_less) {
  for (int i = 0; i < 60; ++i) join();
  clock.advance(milliseconds(100));
  publish(1);
  turn();
  publish(3072 / numbered(1)->json.size() + 1);
  clock.advance(milliseconds(17));
  tick();
  EXPECT_EQ(read(peers[0]).events, 1U);
  clock.advance(milliseconds(1));
  tick();
  EXPECT_GT(read(peers[0]).events, 1U);
}

TEST_F(RelayTest, one_turn_serves_one_group_with_all_there_is_by_then) {
  for (int i = 0; i < 1000; ++i) join();
  clock.advance(milliseconds(100));
  show({1001, 1, 0, 0});
  publish(1);
  turn();
  const auto served = [&](std::uint64_t events) {
    return std::count_if(peers.begin(), peers.end(),
                         [&](const ScriptedPeer& peer) { return read(peer).events == events; });
  };
  EXPECT_GE(served(1), 32);
  EXPECT_LE(served(1), 64);
  EXPECT_EQ(served(0) + served(1), 1000);
  const auto first = served(1);
  publish(1);
  for (int i = 0; i < 20; ++i) turn();
  EXPECT_EQ(served(1), first);  // they wait for their next turn, nobody else does
  EXPECT_EQ(served(2), 1000 - first);
  clock.advance(milliseconds(28));
  tick();
  EXPECT_EQ(served(2), 1000);
  for (const auto& peer : peers) {
    ASSERT_LE(peer.sent.size(), 3U);
    ASSERT_EQ(read(peer).total, 1001);
  }
}

// As where each viewer has four connections.
TEST_F(RelayTest, groups_are_even_whatever_the_ids) {
  for (std::uint64_t i = 1; i <= 300; ++i) door->opened(peers.emplace_back(4 * i));
  clock.advance(milliseconds(100));
  publish(1);
  turn();
  EXPECT_LE(std::count_if(peers.begin(), peers.end(),
                          [](const ScriptedPeer& peer) { return read(peer).events == 1; }),
            64);
}

TEST_F(RelayTest, who_comes_and_goes_changes_the_groups_and_costs_nobody_an_event) {
  std::uint64_t published = 0;
  const auto go_on = [&](std::uint64_t count) {
    publish(count);
    published += count;
    turn();
    clock.advance(milliseconds(1));
    tick();
  };
  auto& first = join();
  first.reads_at_once = false;
  std::vector<std::uint64_t> before{0};  // each peer came
  for (int i = 0; i < 700; ++i) {
    before.push_back(published);
    join();
    // the first lags while 64 become 65, and many more, not so far behind that it gets a gap
    const bool lags = i > 60 && i < 500;
    go_on(lags ? 10 : 3);
    if (!lags) first.read();
    if (i == 499) {
      EXPECT_GT(first.queued_bytes(), 64U << 10);
      EXPECT_LT(read(first, 1).events, published);
    }
  }
  first.reads_at_once = true;
  show({2002, 2, 0, 0});
  for (std::size_t i = 1; i < 690; ++i) {
    door->closed(peers[i]);
    go_on(3);
  }
  EXPECT_EQ(tally->read().peers, 12);
  clock.advance(seconds(1));
  for (int i = 0; i < 20; ++i) tick();
  for (std::size_t i = 0; i < peers.size(); i = i == 0 ? 690 : i + 1) {
    const auto reader = read(peers[i], before[i] + 1);
    EXPECT_EQ(reader.events, published - before[i]) << i;
    EXPECT_EQ(reader.wrong, 0U) << i;
    EXPECT_EQ(reader.passed, 0U) << i;
    EXPECT_EQ(reader.total, 2002) << i;
  }
}

TEST_F(RelayTest, a_state_that_is_owed_is_not_lost_when_groups_are_made_anew) {
  for (int i = 0; i < 64; ++i) join();
  clock.advance(milliseconds(100));
  publish(1);
  turn();
  show({3003, 3, 0, 0});
  join();  // the 65th
  EXPECT_TRUE(std::all_of(peers.begin(), peers.end(),
                          [](const ScriptedPeer& peer) { return read(peer).total == 3003; }));
}

TEST_F(RelayTest, a_sink_does_not_wait_for_the_audience) {
  struct Sink final : FeedSink {
    void flushed(const JsonText& items) override {
      for (const auto& item : Json::parse(*items)) reader.take(item);
    }
    FeedReader reader;
  };
  const auto sink = std::make_shared<Sink>();
  relay.add(sink);
  for (int i = 0; i < 60; ++i) join();
  clock.advance(milliseconds(100));
  for (std::uint64_t i = 1; i <= 3; ++i) {
    publish(1);
    show({static_cast<std::int64_t>(i), static_cast<std::int64_t>(i), 0, 0});
    turn();
    EXPECT_EQ(sink->reader.events, i);
    EXPECT_EQ(sink->reader.total, static_cast<std::int64_t>(i));
    clock.advance(milliseconds(1));
  }
  EXPECT_EQ(read(peers[0]).events, 1U);
  clock.advance(milliseconds(28));
  tick();
  EXPECT_EQ(read(peers[0]).events, 3U);
  EXPECT_EQ(sink->reader.events, 3U);
  EXPECT_EQ(sink->reader.wrong, 0U);
}

TEST_F(RelayTest, what_is_large_enough_waits_for_no_pace) {
  for (int i = 0; i < 60; ++i) join();
  clock.advance(milliseconds(100));
  publish(1);
  turn();
  clock.advance(milliseconds(1));
  publish(300);
  turn();
  EXPECT_EQ(read(peers[0]).events, 301U);
}

TEST_F(RelayTest, a_slow_peer_is_set_to_the_newest_with_a_gap_and_harms_nobody) {
  auto& slow = join();
  auto& swift = join();
  slow.reads_at_once = false;
  for (int i = 0; i < 200; ++i) {
    publish(100);
    turn();
  }
  EXPECT_EQ(read(swift, 1).events, 20'000U);
  EXPECT_EQ(read(swift, 1).wrong, 0U);
  EXPECT_LE(slow.queued_bytes(), 262'144U);
  slow.read();
  slow.reads_at_once = true;
  tick();
  const auto reader = read(slow, 1);
  EXPECT_EQ(reader.wrong, 0U);
  EXPECT_GT(reader.passed, 0U);
  EXPECT_EQ(reader.events + reader.passed, 20'000U);
  EXPECT_EQ(tally->read().skipped, reader.passed);
}

TEST_F(RelayTest, a_peer_that_lags_a_little_gets_everything) {
  auto& slow = join();
  slow.reads_at_once = false;
  for (int i = 0; i < 60; ++i) {
    publish(100);
    turn();
    if (i % 20 == 19) slow.read();
    tick();
  }
  slow.reads_at_once = true;
  tick();
  EXPECT_EQ(read(slow, 1).events, 6000U);
  EXPECT_EQ(read(slow, 1).wrong, 0U);
}

TEST_F(RelayTest, a_peer_that_takes_nothing_for_twenty_seconds_is_closed) {
  auto& peer = join();
  peer.stuck = clock.now();
  clock.advance(seconds(19));
  tick();
  EXPECT_EQ(peer.closed_with, 0);
  clock.advance(seconds(2));
  tick();
  EXPECT_EQ(peer.closed_with, 1013);
  EXPECT_EQ(tally->read().evicted, 1U);
}

TEST_F(RelayTest, who_talks_to_the_feed_is_closed) {
  auto& peer = join();
  door->received(peer, "{}", true);
  EXPECT_EQ(peer.closed_with, 1008);
  EXPECT_EQ(tally->read().refused, 1U);
  door->closed(peer);
  EXPECT_EQ(tally->read().peers, 0);
}

TEST_F(RelayTest, passed_over_numbers_reach_those_who_listen_as_a_gap) {
  auto& peer = join();
  publish(2);
  relay.skip_to(100);
  publish(1);
  turn();
  const auto reader = read(peer, 1);
  EXPECT_EQ(reader.events, 3U);
  EXPECT_EQ(reader.passed, 97U);
  EXPECT_EQ(reader.wrong, 0U);
}

TEST_F(RelayTest, a_sink_gets_every_flush_until_it_goes) {
  struct Sink final : FeedSink {
    void flushed(const JsonText& items) override { all.push_back(*items); }
    std::vector<std::string> all;
  };
  auto sink = std::make_shared<Sink>();
  relay.add(sink);
  publish(2);
  turn();
  ASSERT_EQ(sink->all.size(), 1U);
  EXPECT_EQ(Json::parse(sink->all[0]).size(), 2U);
  sink.reset();
  publish(1);
  turn();
  EXPECT_EQ(Json::parse(*relay.recent()).size(), 3U);
}

TEST_F(RelayTest, a_sink_that_comes_later_gets_the_last_lines_first_and_misses_none) {
  struct Sink final : FeedSink {
    explicit Sink(Relay& its_relay) : relay(its_relay) {}
    void flushed(const JsonText& items) override {
      for (const auto& item : Json::parse(*items)) reader.take(item);
      // whoever reads the last lines now knows all that was sent
      EXPECT_EQ(Json::parse(*relay.recent()).back()["seq"], reader.next - 1);
    }
    Relay& relay;
    FeedReader reader;
  };
  publish(80);
  turn();
  publish(2);  // not sent yet
  auto sink = std::make_shared<Sink>(relay);
  relay.add(sink);
  EXPECT_EQ(sink->reader.events, 50U);
  publish(1);
  turn();
  EXPECT_EQ(sink->reader.events, 53U);
  EXPECT_EQ(sink->reader.wrong, 0U);
}

}  // namespace
}  // namespace xb::chat
