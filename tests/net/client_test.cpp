// The client against the real server, the loop's tasks and timers, addresses.
// SPDX-License-Identifier: Apache-2.0
#include "net/client.h"

#include <gmock/gmock.h>

#include <atomic>
#include <vector>

#include "tests/net/fixture.h"
#include "tests/support/heap_count.h"

namespace xb::net {
namespace {

class Listening : public ClientEvents {
 public:
  void opened(Peer& peer) override {
    now = &peer;
    happened.push("opened");
  }
  void received(Peer&, std::string_view message, bool is_text) override {
    if (message == "throw") throw std::runtime_error("x");
    happened.push((is_text ? "text " : "binary ") + std::string(message));
  }
  void closed() override { happened.push("closed"); }
  void failed(Error why) override { happened.push("failed " + std::string(why.name())); }
  std::string next() { return happened.pop_for(std::chrono::seconds(5), {}).value_or("nothing"); }
  Peer* now = nullptr;  // loop thread
  Queue<std::string> happened{"client", 64, Overflow::refuse};
};

class Client : public NetTest {
 protected:
  std::string url(const std::string& path = "/ws") const {
    return "ws://127.0.0.1:" + std::to_string(port) + path;
  }
  std::shared_ptr<Listening> events = std::make_shared<Listening>();
};

TEST_F(Client, talks_to_our_server_on_the_same_loop) {
  start();
  const auto handle = connect(loop, url(), events);
  ASSERT_EQ(events->next(), "opened");
  on_loop([&] {
    EXPECT_TRUE(events->now->send_text(bytes("你好")));
    EXPECT_TRUE(events->now->send_text(bytes("second")));
    EXPECT_TRUE(events->now->send_binary(bytes("raw")));
    EXPECT_FALSE(events->now->send_text(bytes(std::string(300'000, 'x'))));
  });
  EXPECT_EQ(events->next(), "text 你好");
  EXPECT_EQ(events->next(), "text second");
  EXPECT_EQ(events->next(), "binary raw");
}

TEST_F(Client, sends_the_headers_given) {
  start();
  server->counters();
  const auto handle = connect(loop, url(), events, {{"Authorization", "Bearer abc"}});
  ASSERT_EQ(events->next(), "opened");
  ASSERT_EQ(route->next(), "opened");
  on_loop([&] { EXPECT_EQ(route->now->request().authorization, "Bearer abc"); });
}

TEST_F(Client, closes_when_the_handle_is_dropped) {
  start();
  auto handle = connect(loop, url(), events);
  ASSERT_EQ(events->next(), "opened");
  ASSERT_EQ(route->next(), "opened");
  handle.reset();
  EXPECT_EQ(route->next(), "closed");
}

TEST_F(Client, hears_that_the_server_went) {
  start();
  const auto handle = connect(loop, url(), events);
  ASSERT_EQ(events->next(), "opened");
  server.reset();
  EXPECT_EQ(events->next(), "closed");
}

TEST_F(Client, is_closed_alone_when_what_hears_it_throws) {
  start();
  const auto handle = connect(loop, url(), events);
  const auto other = std::make_shared<Listening>();
  const auto beside = connect(loop, url(), other);
  ASSERT_EQ(events->next(), "opened");
  ASSERT_EQ(other->next(), "opened");
  on_loop([&] {
    events->now->send_text(bytes("throw"));
    other->now->send_text(bytes("goes on"));
  });
  EXPECT_EQ(events->next(), "closed");
  EXPECT_EQ(other->next(), "text goes on");
  EXPECT_EQ(status_of(request("GET /api/state")), 200);
}

TEST_F(Client, fails_once_when_nobody_answers_or_the_door_stays_shut) {
  start();
  const auto refused = connect(loop, url("/ws?refuse=403"), events);
  EXPECT_EQ(events->next(), "failed net.failed");
  server.reset();
  const auto nobody = connect(loop, url(), events);
  EXPECT_EQ(events->next(), "failed net.failed");
  const auto wrong = connect(loop, "http://127.0.0.1/", events);
  EXPECT_EQ(events->next(), "failed net.failed");
  on_loop([] {});
  EXPECT_EQ(events->happened.counters().depth, 0U);
}

TEST_F(Client, fails_when_there_is_no_tls_on_the_other_side) {
  start();
  const auto handle = connect(loop, "wss" + url().substr(2), events);
  EXPECT_EQ(events->next(), "failed net.failed");
}

TEST_F(Client, ends_a_message_that_is_too_large) {
  start();
  ServerLimits limits;
  limits.message_bytes = 1000;
  const auto handle = connect(loop, url(), events, {}, limits);
  ASSERT_EQ(events->next(), "opened");
  on_loop([&] { events->now->send_text(bytes(std::string(1001, 'x'))); });
  EXPECT_EQ(events->next(), "closed");
}

TEST_F(Client, is_closed_when_the_loop_ends_and_its_handle_may_outlive_it) {
  start();
  std::shared_ptr<void> handle;
  {
    Loop other("other", health, system_clock);
    handle = connect(other, url(), events);
    ASSERT_EQ(events->next(), "opened");
    ASSERT_EQ(route->next(), "opened");
  }
  EXPECT_EQ(events->next(), "closed");
  EXPECT_EQ(route->next(), "closed");
}

TEST(LoopTasks, run_in_order_on_the_thread_of_the_loop) {
  Health health;
  SystemClock clock;
  Queue<int> seen{"seen", 2000, Overflow::refuse};
  {
    Loop loop("web", health, clock);
    EXPECT_FALSE(loop.is_here());
    for (int i = 0; i < 1000; ++i)
      ASSERT_TRUE(loop.post([&, i] {
        if (loop.is_here()) seen.push(int{i});
      }));
  }
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(seen.try_pop(), i);
}

TEST(LoopTasks, are_refused_and_counted_when_too_many_wait) {
  Health health;
  SystemClock clock;
  std::promise<void> holding;
  std::promise<void> go_on;
  auto may_go_on = go_on.get_future();
  Loop loop("web", health, clock);
  loop.post([&] {
    holding.set_value();
    may_go_on.wait();
  });
  holding.get_future().wait();
  int taken = 0;
  while (loop.post([] {})) ++taken;
  go_on.set_value();
  EXPECT_EQ(taken, 4096);
  EXPECT_EQ(loop.refused_tasks(), 1U);
}

TEST(LoopTasks, without_memory_even_to_say_so_are_lost_alone) {
  if (!overlay::counts_allocations) GTEST_SKIP() << "a sanitizer has its own operator new";
  Health health;
  SystemClock clock;
  Queue<int> seen("test", 1, Overflow::refuse);
  Loop loop("web", health, clock);
  ASSERT_TRUE(loop.post([] {
    overlay::refuse_allocations(2);
    throw std::bad_alloc();
  }));
  loop.post([&] {
    overlay::refuse_allocations(0);
    seen.push(1);
  });
  EXPECT_EQ(seen.pop_for(std::chrono::seconds(5), {}), 1);
}

TEST(LoopTasks, repeat_until_the_loop_ends) {
  Health health;
  SystemClock clock;
  Queue<int> rang{"rang", 100, Overflow::drop_oldest};
  Loop loop("web", health, clock);
  loop.every(std::chrono::milliseconds(5), [&] { rang.push(1); });
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rang.pop_for(std::chrono::seconds(5), {}));
}

// Responders are held by other threads; the context must not be woken once it is being destroyed.
TEST_F(Client, answers_race_the_end_of_a_loop_harmlessly) {
  for (int round = 0; round < 10; ++round) {
    Queue<ResponderRef> got{"got", 8, Overflow::refuse};
    Worker answering;
    {
      Loop other("other", health, system_clock);
      Server brief(other, ServerOptions{{"127.0.0.1", 0}, {}, {}, {}});
      brief.get("/", [&](const Request&, ResponderRef to) { got.push(std::move(to)); });
      ASSERT_TRUE(brief.listen());
      const auto here = brief.address().port;
      std::vector<test::RawSocket> sockets;
      for (int i = 0; i < 8; ++i) {
        sockets.emplace_back(here);
        sockets.back().send("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(here) +
                            "\r\n\r\n");
      }
      std::vector<ResponderRef> waiting;
      for (int i = 0; i < 8; ++i)
        waiting.push_back(got.pop_for(std::chrono::seconds(5), {}).value_or(nullptr));
      answering = Worker("answering", health, [waiting = std::move(waiting)](std::stop_token) {
        for (const auto& to : waiting) to->respond(json_response(200, "{}"));
      });
    }
    answering.join();
  }
}

TEST(Addresses, are_numbers_with_a_port) {
  EXPECT_EQ(parse_address("127.0.0.1:7180").value().port, 7180);
  EXPECT_EQ(parse_address("[::1]:0").value().host, "::1");
  EXPECT_EQ(parse_address("localhost:1").value().host, "localhost");
  EXPECT_TRUE(is_loopback({"127.9.9.9", 1}));
  EXPECT_TRUE(is_loopback({"::1", 1}));
  EXPECT_TRUE(is_loopback({"localhost", 1}));
  EXPECT_FALSE(is_loopback({"0.0.0.0", 1}));
  EXPECT_FALSE(is_loopback({"::", 1}));
  for (const std::string& text : std::vector<std::string>{
           "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:65536", "127.0.0.1:+1",
           "127.0.0.1:80x", "::1:80", "[127.0.0.1]:80", "example.com:80", "[::1]", "256.0.0.1:1"})
    EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace xb::net
