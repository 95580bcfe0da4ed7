// HTTP over real sockets: what is served, what is refused and how the connection ends.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "net/outside.h"
#include "tests/net/fixture.h"

namespace xb::net {
namespace {

using test::RawSocket;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class Http : public NetTest {};

TEST(Addresses, are_seen_from_outside_unless_they_are_loopback) {
  EXPECT_FALSE(seen_from_outside({"127.0.0.1", 7181}));
  EXPECT_FALSE(seen_from_outside({"::1", 7181}));
  EXPECT_EQ(to_text(*seen_from_outside({"192.168.1.5", 7181})), "192.168.1.5:7181");
  // this machine may have no network at all
  if (const auto seen = seen_from_outside({"0.0.0.0", 7181})) {
    EXPECT_FALSE(is_loopback(*seen));
    EXPECT_EQ(seen->port, 7181);
  }
}

TEST_F(Http, answers_a_get_with_security_headers_and_no_cors) {
  start();
  const auto answer = ask(request("GET /api/state?a=1"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"path":"/api/state"})");
  EXPECT_THAT(answer.field("content-security-policy"), HasSubstr("default-src 'self'"));
  EXPECT_THAT(answer.field("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(answer.field("content-security-policy"),
              HasSubstr("; connect-src 'self' ws://127.0.0.1:" + std::to_string(port)));
  EXPECT_EQ(answer.field("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.field("access-control-allow-origin"), "");
  const auto foreign = ask("GET /api/state HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(foreign.status, 421);
  EXPECT_THAT(foreign.field("content-security-policy"), Not(HasSubstr("evil")));
}

TEST_F(Http, answers_head_without_a_body) {
  start();
  RawSocket socket(port);
  socket.send(request("HEAD /api/state") + request("GET /api/state"));
  EXPECT_EQ(socket.read_answer(false).status, 200);
  EXPECT_EQ(socket.read_answer().body, R"({"path":"/api/state"})");
}

TEST_F(Http, takes_a_post_body_in_pieces) {
  start();
  RawSocket socket(port);
  socket.send(request("POST /api/command", "Content-Length: 6\r\n") + "abc");
  on_loop([] {});
  socket.send("def");
  EXPECT_EQ(socket.read_answer().body, "abcdef");
}

TEST_F(Http, serves_many_requests_in_order_on_one_connection) {
  start();
  RawSocket socket(port);
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += request("POST /api/command", "Content-Length: 2\r\n") + std::to_string(10 + i);
  socket.send(all);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(socket.read_answer().body, std::to_string(10 + i));
}

TEST_F(Http, answers_a_client_that_has_finished_sending) {
  start();
  RawSocket socket(port);
  socket.send(request("GET /api/state"));
  socket.end_sending();
  EXPECT_EQ(socket.read_answer().status, 200);
}

TEST_F(Http, asks_for_the_body_when_the_client_waits_for_that) {
  start();
  RawSocket socket(port);
  socket.send(request("POST /api/command", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(socket.read_answer().status, 100);
  socket.send("ok");
  EXPECT_EQ(socket.read_answer().body, "ok");
}

TEST_F(Http, refuses_unknown_paths_and_methods) {
  start();
  EXPECT_EQ(status_of(request("GET /nothing")), 404);
  EXPECT_EQ(status_of(request("POST /nothing", "Content-Length: 0\r\n")), 404);
  EXPECT_EQ(status_of(request("DELETE /api/state")), 405);
  EXPECT_EQ(status_of(request("OPTIONS /api/state")), 405);
  EXPECT_EQ(status_of(request("POST /api/state", "Content-Length: 0\r\n")), 405);
  EXPECT_EQ(status_of(request("GET /api/command")), 405);
  EXPECT_EQ(status_of(request("GET /ws")), 426);
  EXPECT_EQ(refused("method"), 4U);
}

TEST_F(Http, who_mistyped_an_address_in_a_browser_reads_a_page_that_leads_on) {
  start();
  const std::string typed = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
  for (const auto* path : {"GET /contrl", "GET /apis"}) {
    const auto answer = ask(request(path, typed));
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.field("content-type"), "text/html; charset=utf-8") << path;
    for (const auto* part : {"没有这个网页", "There is no such page", "href=\"/\""})
      EXPECT_THAT(answer.body, HasSubstr(part)) << path;
  }
  for (const auto& one : {request("GET /contrl", "Accept: */*\r\n"), request("GET /contrl"),
                          request("GET /api/contrl", typed),
                          request("POST /contrl", typed + "Content-Length: 0\r\n")}) {
    const auto answer = ask(one);
    EXPECT_EQ(answer.status, 404) << one;
    EXPECT_EQ(answer.field("content-type"), "application/json; charset=utf-8") << one;
  }
  EXPECT_EQ(refused("path"), 6U);
}

TEST_F(Http, goes_on_after_a_404_on_the_same_connection) {
  start();
  RawSocket socket(port);
  socket.send(request("GET /nothing") + request("GET /api/state"));
  EXPECT_EQ(socket.read_answer().status, 404);
  EXPECT_EQ(socket.read_answer().status, 200);
}

TEST_F(Http, refuses_hosts_that_are_not_ours) {
  ServerOptions options;
  options.more_hosts = {"village.local:80"};
  start(std::move(options));
  const auto with = [&](const std::string& host) {
    return status_of("GET /api/state HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  const auto here = std::to_string(port);
  EXPECT_EQ(with("127.0.0.1:" + here), 200);
  EXPECT_EQ(with("LocalHost:" + here), 200);
  EXPECT_EQ(with("village.local:80"), 200);
  for (const std::string& host : std::vector<std::string>{
           "evil.example", "evil.example:", "127.0.0.1", "127.0.0.1:1",
           "[::1]:", "127.0.0.1.evil.example:", "127.0.0.2:", "localhost.evil.example:",
           "evil@127.0.0.1:", "localhost.:", "village.local:"})
    EXPECT_EQ(with(host.back() == ':' ? host + here : host), 421) << host;
  EXPECT_EQ(status_of("GET /api/state HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of(request("GET /api/state", "Host: evil.example\r\n")), 400);
  EXPECT_EQ(refused("host"), 12U);
}

TEST_F(Http, refuses_posts_from_foreign_pages) {
  start();
  const auto with = [&](const std::string& origin) {
    return status_of(
        request("POST /api/command", "Origin: " + origin + "\r\nContent-Length: 0\r\n"));
  };
  const auto ours = "http://127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(with(ours), 200);
  for (const auto& origin :
       {std::string("null"), std::string(""), std::string("http://evil.example"),
        ours + ".evil.example", "https" + ours.substr(4), ours + "/",
        std::string("http://127.0.0.1"), "http://evil@127.0.0.1:" + std::to_string(port),
        ours + " " + ours, std::string("file://")})
    EXPECT_EQ(with(origin), 403) << origin;
}

TEST_F(Http, refuses_any_doubt_about_the_length_of_a_body_and_closes) {
  start();
  for (const std::string& fields : std::vector<std::string>{
           "Content-Length: -1\r\n", "Content-Length: 2\r\nContent-Length: 2\r\n",
           "Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: 2, 2\r\n",
           "Content-Length: +2\r\n", "Content-Length: 0x2\r\n", "Content-Length: \r\n",
           "Content-Length: 99999999999999999999\r\n", "Content-Length : 2\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
           "Content-Length: 2\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding: chunked\r\n",
           "Transfer-Encoding: xchunked\r\n", "Content-Length: 2\r\n folded\r\n"}) {
    RawSocket socket(port);
    socket.send(request("POST /api/command", fields) + "{}" + request("GET /api/state"));
    const auto all = socket.read_to_end();
    EXPECT_TRUE(socket.is_ended()) << fields;
    EXPECT_EQ(all.find("200 OK"), std::string::npos) << fields;
    EXPECT_THAT(all, HasSubstr("HTTP/1.1 4")) << fields;
    EXPECT_EQ(all.find("HTTP/1.1 "), all.rfind("HTTP/1.1 ")) << "one answer at most: " << fields;
  }
}

TEST_F(Http, refuses_bodies_that_are_too_long_before_reading_them) {
  start();
  RawSocket socket(port);
  socket.send(request("POST /api/command", "Content-Length: 65537\r\n"));
  EXPECT_EQ(socket.read_answer().status, 413);
  const std::string most(65'536, 'x');
  EXPECT_EQ(ask(request("POST /api/command", "Content-Length: 65536\r\n") + most).body, most);
}

TEST_F(Http, refuses_heads_that_are_too_long_or_malformed) {
  start();
  EXPECT_EQ(status_of(request("GET /api/state?" + std::string(9000, 'a'))), 431);
  EXPECT_EQ(status_of("GET /" + std::string(20'000, 'a')), 414);
  EXPECT_EQ(status_of(request("GET /api/state", "X: " + std::string(70'000, 'a') + "\r\n")), 431);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_of(request("GET /api/state", many)), 431);
  EXPECT_EQ(status_of(request("GET /api/state", "X y\r\n")), 400);
  EXPECT_EQ(status_of(request("GET /api/state", "X: a\x01z\r\n")), 400);
  EXPECT_EQ(status_of(request("GET /api/state", "X: a\nY: b\r\n")), 400);
  EXPECT_EQ(status_of(request("GET  /api/state")), 400);
  EXPECT_EQ(status_of(request("GET /api/state?a=1 HTTP/1.1 b=2")), 400);
  EXPECT_EQ(status_of("GET /api/state HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(status_of(request("GET http://127.0.0.1:" + std::to_string(port) + "/api/state")), 400);
}

TEST_F(Http, cuts_off_other_protocols_on_the_port) {
  start();
  for (const std::string& other : std::vector<std::string>{
           std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
           std::string("\x16\x03\x01\x02\x00\x01", 6),
           std::string("\x03\x00\x00\x00\x00", 5) + std::string(1531, 'r'), std::string(64, '\0'),
           std::string("SSH-2.0-x\r\n\r\n"), std::string(100, 'A')}) {
    RawSocket socket(port);
    socket.send(other);
    EXPECT_THAT(socket.read_to_end(), Not(HasSubstr("101")));
    EXPECT_TRUE(socket.is_ended());
  }
}

TEST_F(Http, refuses_to_become_http2) {
  start();
  for (const std::string& more : std::vector<std::string>{
           "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ\r\n",
           "Upgrade: h2c\r\nConnection: Upgrade\r\n", "HTTP2-Settings: AAMAAABkAAQ\r\n",
           "Upgrade: websocket, h2c\r\nConnection: Upgrade\r\n"}) {
    RawSocket socket(port);
    socket.send(request("GET /api/state", more));
    EXPECT_THAT(socket.read_to_end(), HasSubstr("HTTP/1.1 400"));
    EXPECT_TRUE(socket.is_ended());
  }
  EXPECT_EQ(refused("h2c"), 4U);
}

TEST_F(Http, takes_an_answer_from_any_thread_and_later) {
  start();
  RawSocket socket(port);
  socket.send(request("GET /api/later") + request("GET /api/state"));
  auto to = later.pop_for(std::chrono::seconds(5), {});
  ASSERT_TRUE(to);
  Worker answering("answering", health, [&](std::stop_token) {
    (*to)->respond(json_response(202, "{}"));
    (*to)->respond(json_response(500, "a second one"));
  });
  EXPECT_EQ(socket.read_answer().status, 202);
  EXPECT_EQ(socket.read_answer().status, 200);
}

TEST_F(Http, takes_an_answer_after_the_connection_and_the_loop_are_gone) {
  start();
  {
    RawSocket socket(port);
    socket.send(request("GET /api/later"));
    ASSERT_TRUE(later.counters().capacity > 0);
    auto to = later.pop_for(std::chrono::seconds(5), {});
    ASSERT_TRUE(to);
    socket.hang_up();
    on_loop([] {});
    (*to)->respond(json_response(200, "{}"));
    later.push(std::move(*to));
  }
  ResponderRef kept;
  {
    Queue<ResponderRef> got{"got", 4, Overflow::refuse};
    Loop other("other", health, system_clock);
    ServerOptions options;
    options.listen = {"127.0.0.1", 0};
    Server brief(other, options);
    brief.get("/", [&](const Request&, ResponderRef to) { got.push(std::move(to)); });
    ASSERT_TRUE(brief.listen());
    RawSocket socket(brief.address().port);
    socket.send("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(brief.address().port) +
                "\r\n\r\n");
    kept = got.pop_for(std::chrono::seconds(5), {}).value_or(nullptr);
    ASSERT_NE(kept, nullptr);
  }
  kept->respond(json_response(200, "{}"));
}

TEST_F(Http, answers_500_when_a_handler_drops_the_request_or_throws) {
  start();
  EXPECT_EQ(status_of(request("GET /api/dropped")), 500);
  EXPECT_EQ(status_of(request("GET /api/thrown")), 500);
}

TEST_F(Http, takes_nothing_more_from_a_connection_whose_handler_threw) {
  start();
  RawSocket socket(port);
  socket.send("GET /api/thr");
  on_loop([] {});
  socket.send(request("own") + request("GET /api/state"));
  const auto answer = socket.read_answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_EQ(socket.read_to_end(), "");
  EXPECT_TRUE(socket.is_ended());
  EXPECT_EQ(refused("thrown"), 1U);
}

TEST_F(Http, leaves_its_tally_behind) {
  start();
  EXPECT_EQ(status_of(request("GET /nothing")), 404);
  const auto tally = server->tally();
  server.reset();
  EXPECT_EQ(tally->read().refused.at("path"), 1U);
  EXPECT_EQ(tally->read().connections, 0);
}

TEST_F(Http, refuses_a_second_server_on_the_same_port) {
  start();
  ServerOptions options;
  options.listen = {"127.0.0.1", port};
  Server second(loop, options);
  const auto status = second.listen();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::port_taken);
  EXPECT_THAT(status.error().detail(), HasSubstr(std::to_string(port)));
}

TEST_F(Http, listens_only_on_the_address_asked_for) {
  ServerOptions options;
  options.listen = {"::1", 0};
  start(std::move(options));
  RawSocket socket("::1", port);
  socket.send("GET /api/state HTTP/1.1\r\nHost: [::1]:" + std::to_string(port) + "\r\n\r\n");
  EXPECT_EQ(socket.read_answer().status, 200);
  EXPECT_FALSE(RawSocket("127.0.0.1", port).is_connected());
}

TEST_F(Http, makes_room_for_a_whole_request_among_unfinished_ones) {
  ServerOptions options;
  options.limits.sockets_per_address = 8;
  start(std::move(options));
  std::vector<RawSocket> dribbling;
  for (int i = 0; i < 20; ++i) {
    dribbling.emplace_back(port);
    dribbling.back().send("GET / HT");
  }
  EXPECT_EQ(status_of(request("GET /api/state")), 200);
  EXPECT_LE(server->counters().connections, 9);
}

TEST_F(Http, makes_room_for_a_new_connection_among_kept_ones_that_are_not_used) {
  ServerOptions options;
  options.limits.sockets = 8;
  start(std::move(options));
  std::vector<RawSocket> kept;
  for (int i = 0; i < 8; ++i) {
    kept.emplace_back(port);
    kept.back().send(request("GET /api/state"));
    ASSERT_EQ(kept.back().read_answer().status, 200);
  }
  auto in_use = open_ws();  // takes the place of the oldest
  EXPECT_EQ(kept.front().read_to_end(), "");
  EXPECT_TRUE(kept.front().is_ended());
  EXPECT_EQ(status_of(request("POST /api/command", "Content-Length: 0\r\n")), 200);
  in_use.send(test::text_frame("still there"));
  EXPECT_EQ(in_use.read_frame().payload, "still there");
  EXPECT_GE(refused("evicted"), 2U);
  EXPECT_EQ(refused("limit"), 0U);
}

TEST_F(Http, makes_room_among_bodies_that_never_end) {
  ServerOptions options;
  options.limits.sockets = 4;
  start(std::move(options));
  std::vector<RawSocket> dribbling;
  for (int i = 0; i < 4; ++i) {
    dribbling.emplace_back(port);
    dribbling.back().send(
        request("POST /api/command", "Content-Length: 10\r\nExpect: 100-continue\r\n"));
    ASSERT_EQ(dribbling.back().read_answer().status, 100);
  }
  EXPECT_EQ(status_of(request("GET /api/state")), 200);
}

TEST_F(Http, refuses_more_open_sockets_from_one_address_than_allowed) {
  ServerOptions options;
  options.limits.sockets_per_address = 4;
  start(std::move(options));
  std::vector<RawSocket> open;
  for (int i = 0; i < 4; ++i) open.push_back(open_ws());
  RawSocket one_more(port);
  one_more.send(test::handshake(port, "/ws"));
  EXPECT_EQ(one_more.read_answer().status, 0);
  EXPECT_EQ(refused("limit"), 1U);
}

class HttpTime : public NetTest {
 protected:
  HttpTime() : NetTest(Time::by_hand) {}
};

TEST_F(HttpTime, closes_those_who_never_finish_their_head) {
  start();
  RawSocket silent(port);
  RawSocket slow(port);
  slow.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(status_of(request("GET /api/state")), 200);
  manual_clock.advance(std::chrono::seconds(11));
  silent.read_to_end();
  slow.read_to_end();
  EXPECT_TRUE(silent.is_ended());
  EXPECT_TRUE(slow.is_ended());
  EXPECT_EQ(refused("time"), 2U);
}

TEST_F(HttpTime, closes_those_who_never_finish_their_body) {
  start();
  RawSocket slow(port);
  slow.send(request("POST /api/command", "Content-Length: 10\r\nExpect: 100-continue\r\n"));
  ASSERT_EQ(slow.read_answer().status, 100);
  manual_clock.advance(std::chrono::seconds(19));
  EXPECT_EQ(slow.read_answer().status, 408);
}

TEST_F(HttpTime, keeps_idle_connections_for_a_shorter_time_when_places_become_few) {
  ServerOptions options;
  options.limits.sockets_per_address = 4;
  start(std::move(options));
  std::vector<RawSocket> idle;
  const auto one_more = [&] {
    idle.emplace_back(port);
    idle.back().send(request("GET /api/state"));
    ASSERT_EQ(idle.back().read_answer().status, 200);
  };
  one_more();
  one_more();
  manual_clock.advance(std::chrono::seconds(16));
  one_more();  // more than half: those who have been idle for 15 s go
  EXPECT_EQ(idle[0].read_to_end(), "");
  EXPECT_TRUE(idle[0].is_ended());
}

TEST_F(HttpTime, closes_kept_connections_that_stay_idle) {
  start();
  RawSocket idle(port);
  idle.send(request("GET /api/state"));
  ASSERT_EQ(idle.read_answer().status, 200);
  on_loop([] {});
  manual_clock.advance(std::chrono::seconds(61));
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_TRUE(idle.is_ended());
}

}  // namespace
}  // namespace xb::net
