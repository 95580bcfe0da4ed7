// One port on two loops: where WebSockets go, and what counts for the whole port.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <thread>

#include "tests/net/fixture.h"

namespace xb::net {
namespace {

using test::RawSocket;
using test::text_frame;

// Tells each who comes on which loop he is.
class SayingRoute final : public EchoRoute {
 public:
  explicit SayingRoute(Loop& loop) : loop_(loop) {}
  void opened(Peer& peer) override {
    peer.send_text(bytes(loop_.is_here() ? name : "wrong thread"));
    EchoRoute::opened(peer);
  }
  std::string name;

 private:
  Loop& loop_;
};

class TwoLoops : public NetTest {
 protected:
  void set_up_more() override {
    near->name = "near";
    far->name = "far";
    server->websocket("/ws", near);
    server->websocket("/ws", far, second);
  }
  void start_with(int sockets, int per_address) {
    ServerOptions options;
    options.limits.sockets = sockets;
    options.limits.sockets_per_address = per_address;
    start(std::move(options));
  }
  struct Guest {
    RawSocket socket;
    std::string where;
  };
  Guest come(const std::string& early = {}) {
    RawSocket socket(port);
    socket.send(test::handshake(port, "/ws") + early);
    if (socket.read_answer().status != 101) return {std::move(socket), "refused"};
    auto where = socket.read_frame().payload;
    return {std::move(socket), std::move(where)};
  }
  std::list<Guest> guests(int count) {
    std::list<Guest> out;
    for (int i = 0; i < count; ++i) out.push_back(come());
    return out;
  }
  static std::size_t at(const std::list<Guest>& all, const std::string& where) {
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const Guest& one) { return one.where == where; }));
  }
  template <class Done>
  bool soon(Done done) {
    for (int i = 0; i < 250 && !done(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return done();
  }
  ~TwoLoops() override { server.reset(); }

  Loop second{"web-1", health, system_clock};
  std::shared_ptr<SayingRoute> near = std::make_shared<SayingRoute>(loop);
  std::shared_ptr<SayingRoute> far = std::make_shared<SayingRoute>(second);
};

TEST_F(TwoLoops, each_gets_half_and_every_peer_lives_on_one) {
  start();
  auto all = guests(10);
  EXPECT_EQ(at(all, "near"), 5U);
  EXPECT_EQ(at(all, "far"), 5U);
  for (auto& one : all) {
    one.socket.send(text_frame("hello"));
    EXPECT_EQ(one.socket.read_frame().payload, "hello");
  }
  EXPECT_EQ(server->counters().peers, 10);
  EXPECT_EQ(server->counters().connections, 10);
  // who goes leaves room where he was
  std::erase_if(all, [](const Guest& one) { return one.where == "far"; });
  EXPECT_TRUE(soon([&] { return server->counters().connections == 5; }));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(all.emplace_back(come()).where, "far") << i;
}

TEST_F(TwoLoops, what_comes_behind_the_handshake_goes_along) {
  start();
  for (int i = 0; i < 4; ++i) {
    auto guest = come(text_frame("one") + text_frame("two"));
    EXPECT_EQ(guest.socket.read_frame().payload, "one");
    EXPECT_EQ(guest.socket.read_frame().payload, "two");
  }
}

TEST_F(TwoLoops, a_connection_that_asked_for_something_before_moves_too) {
  start();
  const auto first = come();
  RawSocket socket(port);
  socket.send(request("GET /api/state") + test::handshake(port, "/ws") + text_frame("early"));
  EXPECT_EQ(socket.read_answer().status, 200);
  EXPECT_EQ(socket.read_answer().status, 101);
  EXPECT_EQ(socket.read_frame().payload, "far");
  EXPECT_EQ(socket.read_frame().payload, "early");
}

TEST_F(TwoLoops, limits_count_the_whole_port) {
  start_with(100, 6);
  auto all = guests(6);
  EXPECT_EQ(at(all, "far"), 3U);
  EXPECT_EQ(come().where, "refused");
  EXPECT_EQ(refused("limit"), 1U);
  std::erase_if(all, [](const Guest& one) { return one.where == "far"; });
  EXPECT_TRUE(soon([&] { return server->counters().connections == 3; }));
  EXPECT_EQ(come().where, "far");
}

TEST_F(TwoLoops, an_unfinished_request_makes_room_for_one_on_either_loop) {
  start_with(4, 100);
  auto all = guests(2);
  RawSocket dribbling(port);
  dribbling.send("GET / HT");
  RawSocket second_one(port);
  second_one.send("GET / HT");
  EXPECT_TRUE(soon([&] { return server->counters().connections == 4; }));
  EXPECT_NE(come().where, "refused");
  EXPECT_EQ(refused("evicted"), 1U);
}

TEST_F(TwoLoops, a_refusal_is_told_wherever_it_is_made) {
  start();
  for (int i = 0; i < 4; ++i) {
    RawSocket socket(port);
    socket.send(test::handshake(port, "/ws?refuse=403"));
    EXPECT_EQ(socket.read_answer().status, 403);
  }
  EXPECT_EQ(refused("admission"), 4U);
  EXPECT_TRUE(soon([&] { return server->counters().connections == 0; }));
}

TEST_F(TwoLoops, a_loop_that_is_busy_does_not_hold_the_other) {
  start();
  auto all = guests(2);
  auto& slow = all.front().where == "far" ? all.front() : all.back();
  auto& swift = all.front().where == "far" ? all.back() : all.front();
  std::promise<void> go_on;
  auto is_over = go_on.get_future();
  ASSERT_TRUE(second.post([&] { is_over.wait(); }));
  slow.socket.send(text_frame("a"));
  swift.socket.send(text_frame("b"));
  EXPECT_EQ(swift.socket.read_frame().payload, "b");
  EXPECT_FALSE(slow.socket.read_more(std::chrono::milliseconds(20)));
  go_on.set_value();
  EXPECT_EQ(slow.socket.read_frame().payload, "a");
}

TEST_F(TwoLoops, that_end_on_one_of_them_let_go_of_both) {
  start();
  auto all = guests(4);
  on_loop([&] { server.reset(); });
  for (auto& one : all) {
    one.socket.read_to_end();
    EXPECT_TRUE(one.socket.is_ended()) << one.where;
  }
}

TEST_F(TwoLoops, the_end_says_goodbye_on_both) {
  start();
  auto all = guests(4);
  server.reset();
  for (auto& one : all) EXPECT_EQ(one.socket.read_frame().close_code(), 1001) << one.where;
}

}  // namespace
}  // namespace xb::net
