// The Feed and the phones on two loops of one port, over real sockets. SPDX-License-Identifier:
// Apache-2.0
#include <gtest/gtest.h>

#include <deque>

#include "tests/chat/socket_fixture.h"

namespace xb::chat {
namespace {

TEST_F(SocketTest, the_feed_replays_what_came_after_and_refuses_a_wrong_number) {
  serve();
  on_air();
  for (int i = 1; i <= 5; ++i)
    EXPECT_TRUE(accept(event(Kind::follow, std::to_string(i), std::to_string(i))));
  auto peer = listener_at("?from=2");
  FeedReader reader;
  reader.next = 3;
  read_until(peer, reader, 5);
  EXPECT_EQ(reader.events, 3U);
  EXPECT_EQ(reader.wrong, 0U);
  EXPECT_EQ(reader.total, 1005);
  EXPECT_EQ(reader.gained, 5);
  EXPECT_EQ(reader.v, 5U);
  RawSocket wrong(audience->address().port);
  wrong.send(test::handshake(audience->address().port, "/api/feed?from=abc"));
  EXPECT_EQ(wrong.read_answer().status, 400);
}

TEST_F(SocketTest, who_comes_back_to_another_loop_resumes_there) {
  serve();
  on_air();
  for (int i = 1; i <= 5; ++i)
    EXPECT_TRUE(accept(event(Kind::follow, std::to_string(i), std::to_string(i))));
  std::deque<RawSocket> peers;
  for (int i = 0; i < 4; ++i) {  // two on each
    auto& peer = peers.emplace_back(listener_at("?from=" + std::to_string(i)));
    FeedReader reader;
    reader.next = static_cast<std::uint64_t>(i) + 1;
    read_until(peer, reader, 5);
    EXPECT_EQ(reader.events, static_cast<std::uint64_t>(5 - i));
    EXPECT_EQ(reader.wrong, 0U);
    EXPECT_EQ(reader.v, 5U);
  }
  EXPECT_EQ(stats_when([](const auto& s) { return s.feed.peers == 4; }).feed.peers, 4);
  EXPECT_TRUE(accept(event(Kind::follow, "6", "6")));
  for (auto& peer : peers) {
    const auto items = Json::parse(peer.read_frame().payload);
    EXPECT_EQ(items[0]["seq"], 6);
    EXPECT_EQ(items.back()["followers"]["total"], 1006);
  }
}

TEST_F(SocketTest, a_phone_is_answered_when_the_ledger_has_what_it_said) {
  serve();
  on_air();
  ASSERT_TRUE(desk->add_source(source_at("audience", "手机", "")));
  stats_when([](const auto& s) { return !s.sources.empty(); });
  RawSocket phone(audience->address().port);
  phone.send(test::handshake(audience->address().port, "/api/audience?id=0123456789abcdef"));
  EXPECT_EQ(phone.read_answer().status, 101);
  const auto answer_to = [&](const std::string& said) {
    phone.send(test::text_frame(said));
    for (;;) {
      const auto frame = phone.read_frame();
      if (frame.opcode != 1) return std::string("nothing");
      const auto json = Json::parse(frame.payload);
      if (!json.contains("chat")) return frame.payload;  // else how it stands
    }
  };
  EXPECT_EQ(answer_to(R"({"follow":true,"name":"春燕"})"), R"({"ok":"follow"})");
  EXPECT_EQ(desk->figures().gained, 1);
  journal->holds = true;
  phone.send(test::text_frame(R"({"say":"好"})"));
  journal->answer_one(Error(ErrorCode::database_failed));
  const auto refused = Json::parse(answer_to("{"));  // an earlier one's answer comes first
  EXPECT_EQ(refused.value("of", ""), "say") << refused.dump();
}

TEST_F(SocketTest, who_talks_to_the_feed_is_closed_by_policy) {
  serve();
  auto peer = listener_at();
  peer.read_frame();
  peer.send(test::text_frame(R"({"name":"live.end"})"));
  EXPECT_EQ(peer.read_frame().close_code(), 1008);
  EXPECT_EQ(stats_when([](const auto& s) { return s.feed.refused == 1; }).feed.refused, 1U);
}

TEST_F(SocketTest, a_hundred_listeners_get_every_number_in_order) {
  serve();
  on_air();
  std::deque<RawSocket> peers;
  for (int i = 0; i < 100; ++i) peers.push_back(listener_at());
  constexpr int count = 500;
  for (int i = 1; i <= count; ++i) {
    desk->accept(event(Kind::follow, std::to_string(i), std::to_string(i)), "test", clock.now());
    if (i % 50 == 0) settle();
  }
  for (auto& peer : peers) {
    FeedReader reader;
    reader.next = 1;
    read_until(peer, reader, count);
    while (reader.total != 1000 + count) {
      const auto frame = peer.read_frame();
      ASSERT_EQ(frame.opcode, 1);
      for (const auto& item : Json::parse(frame.payload)) reader.take(item);
    }
    EXPECT_EQ(reader.events, static_cast<std::uint64_t>(count));
    EXPECT_EQ(reader.wrong, 0U);
    EXPECT_EQ(reader.passed, 0U);
  }
}

TEST_F(SlowSocketTest, a_listener_that_never_reads_is_given_a_gap_and_the_others_everything) {
  serve();
  on_air();
  RawSocket slow("127.0.0.1", audience->address().port, 4096);
  slow.send(test::handshake(audience->address().port, "/api/feed"));
  EXPECT_EQ(slow.read_answer().status, 101);
  auto swift = listener_at();
  FeedReader reader;
  reader.next = 1;
  constexpr int count = 30'000;
  auto chat = event(Kind::chat, {}, "u");
  chat.text = std::string(200, 'x');
  for (int i = 0; i < count; ++i) {
    desk->accept(chat, "test", clock.now());
    if (i % 500 == 499) read_until(swift, reader, static_cast<std::uint64_t>(i + 1));
  }
  EXPECT_EQ(reader.events, static_cast<std::uint64_t>(count));
  EXPECT_EQ(reader.wrong, 0U);
  FeedReader late;
  late.next = 1;
  read_until(slow, late, count);
  EXPECT_EQ(late.wrong, 0U);
  EXPECT_EQ(late.events + late.passed, static_cast<std::uint64_t>(count));
  EXPECT_GT(late.passed, 0U);
}

}  // namespace
}  // namespace xb::chat
