// A real server on a port of its own, with the routes the tests of this room need.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "net/loop.h"
#include "net/server.h"
#include "tests/support/raw_socket.h"

namespace xb::net {

inline std::shared_ptr<const std::string> bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

// Sends every message back; reports what happened through queues the test waits on.
class EchoRoute : public WebSocketRoute {
 public:
  int admit(const Request& request) override {
    const auto found = request.query.find("refuse");
    return found == request.query.end() ? 0 : std::stoi(found->second);
  }
  void opened(Peer& peer) override {
    now = &peer;
    happened.push("opened");
  }
  void received(Peer& peer, std::string_view message, bool is_text) override {
    const auto back = bytes(std::string(message));
    if (message == "throw") throw std::runtime_error("x");
    is_text ? peer.send_text(back) : peer.send_binary(back);
  }
  void closed(Peer&) override {
    now = nullptr;
    happened.push("closed");
  }
  void drained(Peer&) override { happened.push("drained"); }

  std::string next() { return happened.pop_for(std::chrono::seconds(5), {}).value_or("nothing"); }
  Peer* now = nullptr;  // loop thread
  Queue<std::string> happened{"test", 1024, Overflow::refuse};
};

enum class Time { real, by_hand };

class NetTest : public testing::Test {
 protected:
  explicit NetTest(Time time = Time::real)
      : loop("web", health, time == Time::real ? static_cast<Clock&>(system_clock) : manual_clock) {
  }

  void start(ServerOptions options = {}) {
    if (options.listen.host.empty()) options.listen = {"127.0.0.1", 0};
    server = std::make_unique<Server>(loop, std::move(options));
    server->get("/api/state", [](const Request& request, ResponderRef to) {
      to->respond(json_response(200, "{\"path\":\"" + request.path + "\"}"));
    });
    server->post("/api/command", [](const Request& request, ResponderRef to) {
      to->respond(json_response(200, request.body));
    });
    server->get("/api/later",
                [this](const Request&, ResponderRef to) { later.push(std::move(to)); });
    server->get("/api/dropped", [](const Request&, ResponderRef) {});
    server->get("/api/thrown", [](const Request&, ResponderRef) { throw std::runtime_error("x"); });
    server->websocket("/ws", route);
    set_up_more();
    const auto status = server->listen();
    ASSERT_TRUE(status) << status.error().log_line();
    port = server->address().port;
  }
  virtual void set_up_more() {}

  // Runs `task` on the loop and waits until it has run.
  template <class Task>
  void on_loop(Task task) {
    const auto done = std::make_shared<std::promise<void>>();
    auto is_done = done->get_future();
    ASSERT_TRUE(loop.post([&task, done] {
      task();
      done->set_value();
    }));
    is_done.wait();
  }

  std::string request(const std::string& line, const std::string& more = {}) const {
    return line + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n" + more + "\r\n";
  }
  test::RawSocket::Answer ask(const std::string& text) {
    test::RawSocket socket(port);
    socket.send(text);
    return socket.read_answer(text.substr(0, 4) != "HEAD");
  }
  int status_of(const std::string& text) { return ask(text).status; }
  test::RawSocket open_ws(const std::string& more = {}) {
    test::RawSocket socket(port);
    socket.send(test::handshake(port, "/ws", more));
    EXPECT_EQ(socket.read_answer().status, 101);
    return socket;
  }
  std::uint64_t refused(const std::string& reason) {
    const auto counters = server->counters();
    const auto found = counters.refused.find(reason);
    return found == counters.refused.end() ? 0 : found->second;
  }

  Health health;
  SystemClock system_clock;
  ManualClock manual_clock{MonoTime(std::chrono::hours(1))};
  Loop loop;
  std::shared_ptr<EchoRoute> route = std::make_shared<EchoRoute>();
  Queue<ResponderRef> later{"later", 16, Overflow::refuse};
  std::unique_ptr<Server> server;
  int port = 0;
};

}  // namespace xb::net
