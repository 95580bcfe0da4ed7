// Ingest and the generic source over real sockets. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>

#include "tests/chat/socket_fixture.h"

namespace xb::chat {
namespace {

TEST_F(SocketTest, the_token_decides_before_the_upgrade) {
  serve();
  EXPECT_EQ(ingest_status(""), 401);
  EXPECT_EQ(ingest_status("Authorization: Bearer wrong\r\n"), 401);
  EXPECT_EQ(ingest_status("Authorization: Bearer \r\n"), 401);
  EXPECT_EQ(ingest_status("Authorization: Basic open sesame\r\n"), 401);
  EXPECT_EQ(ingest_status("Authorization: Bearer open sesame\r\n"), 101);
  EXPECT_EQ(ingest_status("Authorization: bEARER open sesame\r\n"), 101);
  EXPECT_EQ(stats_when([](const auto& s) { return s.unauthorised == 4; }).unauthorised, 4U);
  const auto said = Json::parse(ingest_answer("").body);
  EXPECT_EQ(said["code"], "chat.ingest_denied");
  EXPECT_NE(said["en"].get<std::string>().find("token of the ingest"), std::string::npos);
}

TEST_F(SocketTest, a_sender_with_a_mapping_speaks_its_own_json_and_is_answered_nothing) {
  open();
  control = std::make_unique<net::Server>(web, local());
  auto mapping = Mapping::parse(
      R"({"platform":"local","fields":{"type":"/t","id":"/i","user.id":"/u"},"kinds":{"4":"follow"}})");
  ASSERT_TRUE(mapping);
  desk->serve_ingest(*control, web, Secret("open sesame"), {{"relay", *mapping}});
  ASSERT_TRUE(control->listen());
  on_air();
  const auto port = control->address().port;
  const std::string token = "Authorization: Bearer open sesame\r\n";
  RawSocket unknown(port);
  unknown.send(test::handshake(port, "/api/ingest?as=nobody", token));
  EXPECT_EQ(unknown.read_answer().status, 404);
  RawSocket closed(port);
  closed.send(test::handshake(port, "/api/ingest?as=relay"));
  EXPECT_EQ(closed.read_answer().status, 401);
  RawSocket socket(port);
  socket.send(test::handshake(port, "/api/ingest?as=relay", token));
  ASSERT_EQ(socket.read_answer().status, 101);
  for (const auto* message : {R"({"t":4,"i":1,"u":"a"})", R"({"t":4,"i":1,"u":"a"})", "nonsense",
                              R"({"t":9})", R"({"t":4,"i":2,"u":"b"})"})
    socket.send(test::text_frame(message));
  const auto stats = stats_when(
      [](const auto& s) { return s.figures.gained == 2 && s.dropped.contains("malformed"); });
  EXPECT_EQ(stats.figures.gained, 2);
  EXPECT_EQ(stats.dropped.at("malformed"), 1U);
  EXPECT_EQ(stats.dropped.at("duplicate"), 1U);
  // and who speaks our own form is still answered
  auto plain = sender();
  EXPECT_EQ(ask(plain, follow(3)), R"({"ok":"f3"})");
  EXPECT_FALSE(socket.read_more(std::chrono::milliseconds(1)));
}

TEST_F(SocketTest, without_a_token_the_ingest_is_closed) {
  serve(Secret());
  EXPECT_EQ(ingest_status(""), 403);
  EXPECT_EQ(ingest_status("Authorization: Bearer \r\n"), 403);
  EXPECT_EQ(Json::parse(ingest_answer("").body)["code"], "chat.ingest_closed");
}

TEST_F(SocketTest, each_message_gets_its_own_answer) {
  serve();
  auto socket = sender();
  EXPECT_EQ(Json::parse(ask(socket, follow(1)))["error"].get<std::string>().substr(0, 15),
            "chat.not_on_air");
  on_air();
  EXPECT_EQ(ask(socket, follow(1)), R"({"ok":"f1"})");
  EXPECT_EQ(ask(socket, follow(1)), R"({"ok":"f1"})");
  EXPECT_EQ(ask(socket, R"({"kind":"chat","platform":"d","id":9007199254740993,"text":"a"})"),
            R"({"ok":9007199254740993})");
  EXPECT_EQ(ask(socket, R"({"kind":"chat","platform":"d","text":"a"})"), R"({"ok":null})");
  EXPECT_EQ(ask(socket, R"({"kind":"chat","platform":"d","id":"x"})"),
            R"({"error":"chat.event_invalid: text: missing, chat needs it","id":"x"})");
  const auto broken = Json::parse(ask(socket, "{"));
  EXPECT_TRUE(broken["id"].is_null());
  EXPECT_EQ(broken["error"].get<std::string>().substr(0, 12), "json.invalid");
  socket.send(test::frame(0x82, "{}"));
  EXPECT_EQ(Json::parse(socket.read_frame().payload)["error"],
            "chat.event_invalid: binary message, expected text");
  EXPECT_EQ(ask(socket, follow(2)), R"({"ok":"f2"})");
  settle();
  EXPECT_EQ(journal->stored.size(), 4U);
  // all of it: the stats may have been written down in between
  const auto stats = stats_when([](const auto& s) { return s.in >= 9U; });
  EXPECT_EQ(stats.dropped.at("malformed"), 3U);
  EXPECT_EQ(stats.dropped.at("duplicate"), 1U);
  EXPECT_EQ(stats.in, 9U);
}

TEST_F(SocketTest, a_message_that_is_too_large_ends_one_sender_and_no_other) {
  serve();
  on_air();
  auto bad = sender();
  auto good = sender();
  bad.send(test::text_frame(std::string(70'000, ' ')));
  EXPECT_EQ(bad.read_frame().close_code(), 1009);
  EXPECT_EQ(ask(good, follow(1)), R"({"ok":"f1"})");
}

TEST_F(SocketTest, a_flood_waits_in_the_sender_s_socket_and_commands_do_not) {
  serve();
  on_air();
  journal->holds = true;
  auto socket = sender();
  Worker flood("flood", health, [&](std::stop_token stop) {
    std::string many;
    for (int i = 0; i < 20'000; ++i) many += test::text_frame(follow(i));
    if (!stop.stop_requested()) socket.send(many);
  });
  const auto held = [&] { return journal->held.counters().depth; };
  for (int i = 0; i < 500 && held() < 8192; ++i) wait_a_little();
  settle();
  EXPECT_EQ(held(), 8192U);  // and not one more
  for (int i = 0; i < 20; ++i) {
    RawSocket command(control->address().port);
    const auto begin = clock.now();
    command.send("GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:" +
                 std::to_string(control->address().port) + "\r\n\r\n");
    EXPECT_EQ(command.read_answer().status, 200);
    EXPECT_LT(to_ms(clock.now() - begin), 1000);
  }
  journal->holds = false;
  for (int i = 0; i < 8192; ++i) journal->answer_one(ok());
  int answered = 0;
  while (answered < 20'000 && socket.read_frame().opcode == 1) ++answered;
  EXPECT_EQ(answered, 20'000);
  settle();
  EXPECT_EQ(desk->figures().gained, 20'000);
}

TEST_F(SocketTest, answers_wait_for_a_sender_who_reads_them_late) {
  serve();
  on_air();
  journal->holds = true;
  auto socket = sender(4096);
  constexpr int count = 20'000;
  const auto many = long_ids(count);
  Worker flood("flood", health, [&](std::stop_token) { socket.send(many); });
  const auto held = [&] { return journal->held.counters().depth; };
  for (int i = 0; i < 500 && held() < 8192; ++i) wait_a_little();
  ASSERT_EQ(held(), 8192U);
  journal->holds = false;
  for (int i = 0; i < 8192; ++i) journal->answer_one(ok());
  // More than a commit's answers, and more than may be queued toward a peer, were waiting.
  int answered = 0;
  while (answered < count && socket.read_frame().opcode == 1) ++answered;
  EXPECT_EQ(answered, count);
}

TEST_F(SlowSocketTest, a_sender_who_never_reads_the_answers_is_closed) {
  serve();
  on_air();
  auto socket = sender(4096);
  auto good = sender();
  const auto many = long_ids(50'000);
  Worker flood("flood", health, [&](std::stop_token) {
    while (socket.send(many, std::chrono::milliseconds(500))) {
    }
  });
  flood.join();  // nothing moves any more
  EXPECT_EQ(ask(good, follow(1)), R"({"ok":"f1"})");
  manual_clock.advance(std::chrono::seconds(21));
  for (int i = 0; i < 250 && control->counters().peers > 1; ++i) wait_a_little();
  EXPECT_EQ(control->counters().peers, 1);
  EXPECT_EQ(control->counters().refused["slow"], 1U);
  EXPECT_EQ(good.read_frame().opcode, 9);  // a ping: it was silent for so long
  EXPECT_EQ(ask(good, follow(2)), R"({"ok":"f2"})");
}

// A platform that sends what the test says to whoever comes.
struct Platform final : net::WebSocketRoute {
  int admit(const net::Request&) override { return 0; }
  void opened(net::Peer& peer) override {
    now = &peer;
    ++connects;
    for (const auto& text : greeting) peer.send_text(std::make_shared<const std::string>(text));
  }
  void received(net::Peer&, std::string_view, bool) override {}
  void closed(net::Peer&) override { now = nullptr; }
  net::Peer* now = nullptr;  // loop thread
  std::atomic<int> connects{0};
  std::vector<std::string> greeting;
};

TEST_F(SocketTest, the_generic_source_takes_events_comes_back_and_counts_nobody_twice) {
  auto platform = std::make_shared<Platform>();
  platform->greeting = {follow(1), "[" + follow(2) + "," + follow(3) + ",7]", "nonsense"};
  net::Server far(web, local());
  far.websocket("/", platform);
  ASSERT_TRUE(far.listen());
  on_air();
  ASSERT_TRUE(desk->add_source(source_at(
      "generic", "village", "ws://127.0.0.1:" + std::to_string(far.address().port) + "/")));
  stats_when([](const auto& s) { return s.figures.gained == 3; });
  ASSERT_TRUE(web.post([&] {
    if (platform->now != nullptr) platform->now->close(net::CloseReason::going_away, "");
  }));
  const auto stats = stats_when([](const auto& s) {
    return !s.sources.empty() && s.sources[0].connects == 2 && s.sources[0].received == 6;
  });
  EXPECT_EQ(stats.figures, (CounterFigures{1003, 3, 0, 0}));
  ASSERT_EQ(stats.sources.size(), 1U);
  EXPECT_EQ(stats.sources[0].link, LinkState::useful);
  std::uint64_t refused = 0;
  for (const auto& [reason, count] : stats.sources[0].refused) refused += count;
  EXPECT_EQ(refused, 4U);
  EXPECT_EQ(platform->connects, 2);
  desk.reset();
}

TEST_F(SocketTest, a_source_that_cannot_be_reached_says_why_and_harms_nothing) {
  on_air();
  ASSERT_TRUE(desk->add_source(source_at("generic", "nowhere", "ws://127.0.0.1:1/")));
  const auto stats = stats_when(
      [](const auto& s) { return !s.sources.empty() && s.sources[0].error.has_value(); });
  ASSERT_EQ(stats.sources.size(), 1U);
  EXPECT_EQ(stats.sources[0].link, LinkState::waiting);
  EXPECT_TRUE(accept(event(Kind::chat, "1")));
}

}  // namespace
}  // namespace xb::chat
