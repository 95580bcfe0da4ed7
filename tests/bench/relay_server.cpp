// Our relay alone, as the peers of the bench are: what comes in at /pub of the second port goes out
// at /api/feed of the first, on the two loops the program has for it. With the word `unpaced` every
// loop turn is a flush; with `listener` somebody in this process listens, too, and the ages of what
// he hears are told at the end. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "chat/feed_door.h"
#include "chat/relay.h"
#include "load_witness.h"
#include "net/loop.h"
#include "net/server.h"

namespace xb::bench {
namespace {

// Takes events as finished JSON, numbers them and hands them to the relay at the end of the turn,
// as the Desk does.
class Publisher final : public net::WebSocketRoute {
 public:
  Publisher(chat::Relay& relay, Clock& clock) : relay_(relay), clock_(clock) {}
  int admit(const net::Request&) override { return 0; }
  void opened(net::Peer&) override {}
  void closed(net::Peer&) override {}
  void received(net::Peer&, std::string_view message, bool) override {
    const auto number = relay_.next();
    auto event = std::make_shared<chat::Numbered>();
    event->sequence = number;
    event->received = clock_.now();
    event->event.platform = "bench";
    event->event.user = chat::User{person_in(message), {}};
    event->json = "{\"seq\":" + std::to_string(number) + "," + std::string(message.substr(1));
    relay_.publish(event, {});
  }

 private:
  static std::string person_in(std::string_view message) {
    constexpr std::string_view before = R"("user":{"id":")";
    const auto at = message.find(before);
    if (at == message.npos) return {};
    message.remove_prefix(at + before.size());
    return std::string(message.substr(0, message.find('"')));
  }

  chat::Relay& relay_;
  Clock& clock_;
};

// As the control room and the layers do.
class InProcess final : public chat::FeedSink {
 public:
  InProcess() { witness.keep_ages(true); }
  void flushed(const chat::JsonText& items) override { witness.look(*items); }
  Witness witness;
};

}  // namespace
}  // namespace xb::bench

int main(int argc, char** argv) {
  using namespace xb;
  const int port = argc > 1 ? std::atoi(argv[1]) : 0;
  const int pub_port = argc > 2 ? std::atoi(argv[2]) : 0;
  const std::vector<std::string_view> words(argv + std::min(argc, 3), argv + argc);
  const auto is_said = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  // before there is another thread: all of them inherit it
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  SystemClock clock;
  Health health;
  net::Loop hall("hall", health, clock);
  net::Loop loop("chat", health, clock);
  std::weak_ptr<chat::Relay> weak;
  const auto wake = [&loop, &weak] {
    loop.post([&weak] {
      if (const auto alive = weak.lock()) alive->end_turn();
    });
  };
  chat::RelayPace pace;
  if (is_said("unpaced")) pace.few_peers = std::numeric_limits<int>::max();
  const auto relay = std::make_shared<chat::Relay>(1, wake);
  const auto listener = std::make_shared<bench::InProcess>();
  if (is_said("listener")) relay->add(listener);
  weak = relay;
  loop.every(std::chrono::milliseconds(10), [&weak] {
    if (const auto alive = weak.lock()) alive->tick();
  });
  net::ServerOptions options;
  options.listen = {"127.0.0.1", port};
  options.origins = net::OriginRule::any;
  options.limits.sockets = 20'000;
  options.limits.sockets_per_address = 20'000;
  auto server = std::make_unique<net::Server>(hall, options);
  server->websocket("/api/feed", chat::FeedDoor::open(hall, clock, relay->log(),
                                                      std::make_shared<chat::FeedTally>(), pace));
  options.listen.port = pub_port;
  auto publishers = std::make_unique<net::Server>(loop, options);
  publishers->websocket("/pub", std::make_shared<bench::Publisher>(*relay, clock));
  for (const auto* each : {&publishers, &server}) {
    if (const auto listening = (*each)->listen(); !listening) {
      std::cerr << listening.error().log_line() << '\n';
      return 1;
    }
  }
  std::cout << "listening" << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
  server.reset();
  publishers.reset();
  const auto& ages = listener->witness.ages_ms();
  std::cout << R"({"seen":)" << ages.size() << R"(,"p99":)" << bench::quantile(ages, 0.99) << "}\n";
  return 0;
}
