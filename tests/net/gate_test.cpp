// Cookies, fields of our own, and the Gate that is asked before anything else.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "net/http_head.h"
#include "net/outside.h"
#include "tests/net/fixture.h"

namespace xb::net {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

TEST(Cookies, are_read_by_name_and_not_at_all_when_they_come_twice) {
  EXPECT_THAT(parse_cookies("a=1; b=two words ;c=x=y"),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "two words"), Pair("c", "x=y")));
  EXPECT_THAT(parse_cookies("a=1; a=2; a=3; b=4"), UnorderedElementsAre(Pair("b", "4")));
  EXPECT_THAT(parse_cookies(" ; =1; no; b ad=1;;c="), UnorderedElementsAre(Pair("c", "")));
  EXPECT_TRUE(parse_cookies("").empty());
}

TEST(Head, takes_cookies_and_fields_of_our_own_once) {
  const auto refused = [](const std::string& more) {
    const auto head = parse_head("GET / HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
    return std::holds_alternative<Refusal>(head);
  };
  EXPECT_FALSE(refused("Cookie: a=1\r\nX-Xiangbo-Counter: 1\r\n"));
  EXPECT_TRUE(refused("Cookie: a=1\r\nCookie: b=1\r\n"));
  EXPECT_TRUE(refused("X-Xiangbo-Counter: 1\r\nx-xiangbo-counter: 2\r\n"));
}

TEST(LanHosts, are_numbers_of_this_machine_and_not_loopback) {
  for (const auto& host : lan_hosts()) {  // there may be none
    EXPECT_FALSE(is_loopback({host, 80})) << host;
    EXPECT_TRUE(can_listen({host, 0})) << host;
  }
}

// Lets in whoever has the cookie "who", and takes of them only bodies that say so.
class CookieGate final : public Gate {
 public:
  // Keeps what it heard of the body.
  struct Ear final : BodyListener {
    void hear(std::string_view piece) override { heard.append(piece); }
    std::string heard;
  };
  std::optional<Refusal> at_head(Request& request) override {
    const auto who = request.cookies.find("who");
    if (who == request.cookies.end()) return Refusal{401, "unpaired", ErrorCode::pair_needed};
    request.person = Person{2, who->second, 7};
    request.body_listener = std::make_shared<Ear>();
    return std::nullopt;
  }
  std::optional<Refusal> at_body(const Request& request) override {
    const auto field = request.own_fields.find("x-body");
    const auto& heard = static_cast<Ear&>(*request.body_listener).heard;
    if (field != request.own_fields.end() && field->second == request.body && heard == request.body)
      return std::nullopt;
    return Refusal{403, "unproven", ErrorCode::pair_unproven};
  }
};

class GateTest : public NetTest {
 protected:
  GateTest() {
    ServerOptions options;
    options.gate = std::make_shared<CookieGate>();
    start(std::move(options));
  }
  void set_up_more() override {
    server->get("/api/who", [](const Request& request, ResponderRef to) {
      to->respond(json_response(200, request.person->name + " " + request.target));
    });
  }
};

TEST_F(GateTest, keeps_out_before_anything_is_looked_up) {
  for (const auto* path : {"/api/state", "/nowhere", "/"}) {
    const auto answer = ask(request(std::string("GET ") + path));
    EXPECT_EQ(answer.status, 401) << path;
    EXPECT_THAT(answer.body, testing::HasSubstr("pair.needed"));
  }
  EXPECT_EQ(status_of(request("POST /api/command", "Content-Length: 2\r\n") + "{}"), 401);
  test::RawSocket socket(port);
  socket.send(test::handshake(port, "/ws"));
  EXPECT_EQ(socket.read_answer().status, 401);
  EXPECT_EQ(refused("unpaired"), 5U);
}

TEST_F(GateTest, says_who_asks) {
  EXPECT_EQ(ask(request("GET /api/who?a=%41", "Cookie: x=1; who=li\r\n")).body,
            "li /api/who?a=%41");
  auto socket = open_ws("Cookie: who=li\r\n");
  EXPECT_EQ(route->next(), "opened");
  on_loop([this] { EXPECT_EQ(route->now->request().person->device, 7U); });
}

TEST_F(GateTest, looks_at_what_is_posted_as_well) {
  const auto post = [this](const std::string& proof) {
    return status_of(request("POST /api/command",
                             "Cookie: who=li\r\nX-Body: " + proof + "\r\nContent-Length: 2\r\n") +
                     "ok");
  };
  EXPECT_EQ(post("ok"), 200);
  EXPECT_EQ(post("no"), 403);
  EXPECT_EQ(status_of(request("POST /api/command", "Cookie: who=li\r\n")), 403);
}

TEST_F(GateTest, closes_the_sockets_of_one_person) {
  auto one = open_ws("Cookie: who=li\r\n");
  EXPECT_EQ(route->next(), "opened");
  auto other = open_ws("Cookie: who=wu\r\n");
  EXPECT_EQ(route->next(), "opened");
  on_loop([this] {
    server->close_peers([](const Request& asked) { return asked.person->name == "li"; },
                        CloseReason::session_ended, "over");
  });
  EXPECT_EQ(one.read_frame().close_code(), 4401);
  EXPECT_EQ(route->next(), "closed");
  other.send(test::text_frame("still here"));
  EXPECT_EQ(other.read_frame().payload, "still here");
}

TEST_F(GateTest, lets_nobody_new_in_once_it_stops_listening) {
  auto one = open_ws("Cookie: who=li\r\n");
  on_loop([this] { server->stop_listening(); });
  EXPECT_FALSE(test::RawSocket(port).is_connected());
  one.send(test::text_frame("still here"));
  EXPECT_EQ(one.read_frame().payload, "still here");
}

class StrictOrigin : public NetTest {};

TEST_F(StrictOrigin, is_asked_of_this_machine_too) {
  ServerOptions options;
  options.origins = OriginRule::same;
  start(std::move(options));
  const std::string length = "Content-Length: 0\r\n";
  const auto own = "Origin: http://127.0.0.1:" + std::to_string(port) + "\r\n";
  EXPECT_EQ(status_of(request("POST /api/command", length)), 403);
  EXPECT_EQ(status_of(request("POST /api/command", length + own)), 200);
  EXPECT_EQ(status_of(request("POST /api/command", length + "Origin: null\r\n")), 403);
  EXPECT_EQ(status_of(request("GET /api/state")), 200);
  EXPECT_EQ(status_of(test::handshake(port, "/ws")), 403);
  EXPECT_EQ(status_of(test::handshake(port, "/ws", own)), 101);
}

}  // namespace
}  // namespace xb::net
