// A Desk with its doors: the ingest on one server, the audience's port on two loops, and sockets
// that know what to say there. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "tests/chat/desk_fixture.h"
#include "tests/support/raw_socket.h"

namespace xb::chat {

using test::RawSocket;

class SocketTest : public DeskTest {
 protected:
  using DeskTest::DeskTest;
  void serve(Secret token = Secret("open sesame")) {
    if (!desk) open();
    control = std::make_unique<net::Server>(web, local());
    control->get("/api/state", [](const net::Request&, net::ResponderRef to) {
      to->respond(net::json_response(200, "{}"));
    });
    desk->serve_ingest(*control, web, std::move(token));
    ASSERT_TRUE(control->listen());
    audience = std::make_unique<net::Server>(hall, local());
    desk->serve_feed(*audience, {&hall, &hall_1});
    ASSERT_TRUE(audience->listen());
  }
  void TearDown() override {
    control.reset();
    audience.reset();
    desk.reset();
  }
  static net::ServerOptions local() {
    net::ServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.limits.sockets_per_address = 300;
    return options;
  }
  auto ingest_answer(const std::string& header) {
    RawSocket socket(control->address().port);
    socket.send(test::handshake(control->address().port, "/api/ingest", header));
    return socket.read_answer();
  }
  int ingest_status(const std::string& header) { return ingest_answer(header).status; }
  RawSocket sender(int receive_buffer = 0) {
    RawSocket socket("127.0.0.1", control->address().port, receive_buffer);
    socket.send(test::handshake(control->address().port, "/api/ingest",
                                "Authorization: Bearer open sesame\r\n"));
    EXPECT_EQ(socket.read_answer().status, 101);
    return socket;
  }
  // `count` events with ids as long as they may be, until the socket takes no more.
  static std::string long_ids(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      const auto number = std::to_string(i);
      out += test::text_frame(
          net::dump(to_json(event(Kind::enter, std::string(250 - number.size(), 'i') + number))));
    }
    return out;
  }
  RawSocket listener_at(const std::string& query = {}) {
    RawSocket socket(audience->address().port);
    socket.send(test::handshake(audience->address().port, "/api/feed" + query));
    EXPECT_EQ(socket.read_answer().status, 101);
    return socket;
  }
  static std::string ask(RawSocket& socket, const std::string& message) {
    socket.send(test::text_frame(message));
    return socket.read_frame().payload;
  }
  static std::string follow(int i) {
    return net::dump(
        to_json(event(Kind::follow, "f" + std::to_string(i), "u" + std::to_string(i))));
  }
  static void read_until(RawSocket& socket, FeedReader& reader, std::uint64_t last) {
    while (reader.next <= last) {
      const auto frame = socket.read_frame();
      if (frame.opcode == 9) continue;
      ASSERT_EQ(frame.opcode, 1);
      for (const auto& item : Json::parse(frame.payload)) reader.take(item);
    }
  }

  net::Loop web{"web", health, clock};
  net::Loop hall{"hall", health, clock};
  net::Loop hall_1{"hall-1", health, clock};
  std::unique_ptr<net::Server> control;
  std::unique_ptr<net::Server> audience;
};

// Slowness by the clock is set apart from how busy the machine is.
class SlowSocketTest : public SocketTest {
 protected:
  SlowSocketTest() : SocketTest(Time::by_hand) {}
};

}  // namespace xb::chat
