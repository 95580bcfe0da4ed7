// HTTP requests against our own server, and against one that misbehaves.
// SPDX-License-Identifier: Apache-2.0
#include "net/fetch.h"

#include "tests/net/fixture.h"

namespace xb::net {
namespace {

using Answer = Result<FetchAnswer>;

// Answers every request with the same bytes, then closes, or holds the line.
class RudeServer {
 public:
  enum class Then { closes, holds };
  RudeServer(Health& health, std::string says, Then then = Then::closes)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(where);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&where), size), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&where), &size), 0);
    port_ = ntohs(where.sin_port);
    worker_ = Worker("rude", health, [this, says = std::move(says), then](std::stop_token stop) {
      while (!stop.stop_requested()) serve(says, then);
    });
  }
  ~RudeServer() {
    worker_.request_stop();
    worker_.join();
    for (const int held : held_) ::close(held);
    ::close(fd_);
  }
  RudeServer(const RudeServer&) = delete;
  RudeServer& operator=(const RudeServer&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  void serve(const std::string& says, Then then) {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, 20) <= 0) return;
    const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    std::string asked;
    char bytes[4096];
    while (asked.find("\r\n\r\n") == std::string::npos) {
      const auto got = ::recv(client, bytes, sizeof(bytes), 0);
      if (got <= 0) break;
      asked.append(bytes, static_cast<std::size_t>(got));
    }
    ::send(client, says.data(), says.size(), MSG_NOSIGNAL);
    if (then == Then::holds) return held_.push_back(client);
    ::close(client);
  }

  int fd_;
  int port_ = 0;
  std::vector<int> held_;  // the worker's, until it has been joined
  Worker worker_;
};

class Fetch : public NetTest {
 protected:
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  }
  Answer ask(FetchRequest request) {
    auto happened = std::make_shared<std::promise<Answer>>();
    auto future = happened->get_future();
    const auto handle = fetch(loop, std::move(request),
                              [happened](Answer how) { happened->set_value(std::move(how)); });
    if (future.wait_for(std::chrono::seconds(10)) != std::future_status::ready)
      return Error(ErrorCode::internal, "no answer");
    return future.get();
  }
  Queue<std::string> heard{"heard", 8, Overflow::refuse};
  static ErrorCode code_of(const Answer& answer) {
    return answer ? ErrorCode::internal : answer.error().code();
  }
  void set_up_more() override {
    server->get("/moved", [](const Request&, ResponderRef to) {
      auto response = json_response(302, "{}");
      response.headers.emplace_back("Location", "/api/state");
      to->respond(std::move(response));
    });
    server->get("/large", [](const Request&, ResponderRef to) {
      to->respond(json_response(200, std::string(100'000, 'x')));
    });
    server->get("/who", [](const Request& request, ResponderRef to) {
      to->respond(json_response(
          200, request.authorization + "|" + request.host + "|" + request.query.at("a")));
    });
    server->post("/last", [this](const Request& request, ResponderRef to) {
      heard.push(std::string(request.body));
      to->respond(json_response(200, "{}"));
    });
    server->post("/refuses", [](const Request&, ResponderRef to) {
      to->respond(json_response(401, "{\"message\":\"no\"}"));
    });
  }
};

TEST_F(Fetch, gets_what_is_there_and_says_who_asks) {
  start();
  const auto answer = ask({.url = url("/who?a=b%20c"), .headers = {{"Authorization", "Bearer t"}}});
  ASSERT_TRUE(answer) << answer.error().log_line();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "Bearer t|127.0.0.1:" + std::to_string(port) + "|b c");
}

TEST_F(Fetch, posts_a_body_and_hands_on_a_refusal_as_an_answer) {
  start();
  const std::string body(50'000, 'y');
  const auto echoed = ask({.method = "POST",
                           .url = url("/api/command"),
                           .headers = {{"Content-Type", "application/json"}},
                           .body = body});
  ASSERT_TRUE(echoed) << echoed.error().log_line();
  EXPECT_EQ(echoed->body, body);
  const auto refused = ask({.method = "POST", .url = url("/refuses")});
  ASSERT_TRUE(refused) << refused.error().log_line();
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(refused->body, "{\"message\":\"no\"}");
  EXPECT_EQ(ask({.url = url("/nothing")}).value().status, 404);
}

TEST_F(Fetch, follows_no_redirect_and_takes_no_more_than_it_asked_for) {
  start();
  EXPECT_EQ(code_of(ask({.url = url("/moved")})), ErrorCode::redirect_refused);
  EXPECT_EQ(code_of(ask({.url = url("/large"), .most_bytes = 99'999})),
            ErrorCode::answer_too_large);
  EXPECT_EQ(ask({.url = url("/large"), .most_bytes = 100'000}).value().body.size(), 100'000U);
}

TEST_F(Fetch, does_not_wait_beyond_its_deadline) {
  start();
  const auto answer = ask({.url = url("/api/later"), .deadline = std::chrono::milliseconds(50)});
  EXPECT_EQ(code_of(answer), ErrorCode::timed_out);
  // one who sends a byte now and then does not move the deadline
  RudeServer slow(health, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                  RudeServer::Then::holds);
  EXPECT_EQ(code_of(ask({.url = slow.url(), .deadline = std::chrono::milliseconds(50)})),
            ErrorCode::timed_out);
}

TEST_F(Fetch, an_answer_that_breaks_off_is_no_answer) {
  RudeServer half(health, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(code_of(ask({.url = half.url()})), ErrorCode::net_failed);
  RudeServer nonsense(health, "SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_EQ(code_of(ask({.url = nonsense.url()})), ErrorCode::net_failed);
}

TEST_F(Fetch, reads_chunks_and_bodies_that_end_with_the_socket) {
  RudeServer chunks(health,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"
                    "0\r\n\r\n");
  EXPECT_EQ(ask({.url = chunks.url()}).value().body, "abcde");
  RudeServer old(health, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc");
  EXPECT_EQ(ask({.url = old.url()}).value().body, "abc");
}

TEST_F(Fetch, says_when_nobody_answers_or_the_address_is_none) {
  start();
  server.reset();
  EXPECT_EQ(code_of(ask({.url = url("/")})), ErrorCode::net_failed);
  EXPECT_EQ(code_of(ask({.url = "ws://127.0.0.1/"})), ErrorCode::address_invalid);
  EXPECT_EQ(code_of(ask({.url = "http://a b/"})), ErrorCode::address_invalid);
}

TEST_F(Fetch, no_error_repeats_the_query) {
  start();
  const auto answer = ask({.url = url("/moved?token=geheim"), .most_bytes = 1});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().log_line().find("geheim"), std::string::npos);
  const auto plain = ask({.url = "https" + url("/moved?token=geheim").substr(4)});
  EXPECT_EQ(code_of(plain), ErrorCode::net_failed);  // no TLS there
  EXPECT_EQ(plain.error().log_line().find("geheim"), std::string::npos);
}

TEST_F(Fetch, a_request_given_up_is_not_answered) {
  start();
  std::shared_ptr<void> handle;
  bool was_called = false;
  on_loop(
      [&] { handle = fetch(loop, {.url = url("/api/later")}, [&](auto) { was_called = true; }); });
  const auto asked = later.pop_for(std::chrono::seconds(5), {});
  ASSERT_TRUE(asked);
  on_loop([&] { handle.reset(); });
  (*asked)->respond(json_response(200, "{}"));
  on_loop([] {});
  EXPECT_EQ(ask({.url = url("/api/state")}).value().status, 200);
  EXPECT_FALSE(was_called);
}

TEST_F(Fetch, a_last_word_is_said_although_the_loop_ends) {
  start();
  {
    Loop other("other", health, system_clock);
    std::promise<void> said;
    ASSERT_TRUE(other.post([&] {
      fetch_and_forget(other, {.method = "POST", .url = url("/last"), .body = "bye"});
      said.set_value();
    }));
    said.get_future().wait();
  }
  EXPECT_EQ(heard.pop_for(std::chrono::seconds(5), {}), "bye");
  // one that is never answered holds the end up for its half second and no longer
  {
    Loop other("other", health, system_clock);
    std::promise<void> said;
    ASSERT_TRUE(other.post([&] {
      fetch_and_forget(other, {.url = url("/api/later")});
      said.set_value();
    }));
    said.get_future().wait();
  }
  EXPECT_TRUE(later.try_pop());
}

TEST_F(Fetch, the_end_of_the_loop_answers_what_is_under_way) {
  start();
  std::shared_ptr<void> handle;
  std::promise<Answer> happened;
  std::optional<ResponderRef> asked;
  {
    Loop other("other", health, system_clock);
    handle = fetch(other, {.url = url("/api/later")},
                   [&](Answer how) { happened.set_value(std::move(how)); });
    asked = later.pop_for(std::chrono::seconds(5), {});
    ASSERT_TRUE(asked);
  }
  EXPECT_EQ(code_of(happened.get_future().get()), ErrorCode::cancelled);
}

}  // namespace
}  // namespace xb::net
