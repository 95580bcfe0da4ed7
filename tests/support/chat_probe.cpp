// The chat room alone as a process: connects the sources it is given and says each event, and four
// times a second the figures and the state of every source, one JSON a line. Ends with its input.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <future>
#include <mutex>

#include "base/log.h"
#include "chat/desk.h"

namespace xb::chat {
namespace {

constexpr std::int64_t baseline = 1000;
std::mutex said;  // guards standard output

void say(const OrderedJson& json) {
  std::lock_guard lock(said);
  fmt::print("{}\n", net::dump(json));
  std::fflush(stdout);
}

// Keeps nothing: what is accepted counts as committed.
class NoJournal final : public Journal {
 public:
  void append(const NumberedRef& /*event*/, const CounterState& /*after*/, Done done) override {
    done(ok());
  }
  void reserve(std::uint64_t /*below*/, Done done) override { done(ok()); }
};

class Saying final : public DeskListener {
 public:
  void on_counter(const CounterUpdate& /*update*/) override {}
  void on_event(const Numbered& event) override {
    say({{"event", OrderedJson::parse(event.json)}});
  }
};

OrderedJson state_of(const DeskStats& stats) {
  OrderedJson sources = OrderedJson::array();
  for (const auto& one : stats.sources) {
    OrderedJson refused = OrderedJson::object();
    for (const auto& [reason, count] : one.refused) refused[reason] = count;
    sources.push_back({{"name", one.name},
                       {"state", name_of(one.link)},
                       {"received", one.received},
                       {"refused", refused},
                       {"ignored", one.ignored},
                       {"connects", one.connects},
                       {"error", one.error ? OrderedJson(one.error->log_line()) : OrderedJson()},
                       {"error_zh", one.error ? OrderedJson(one.error->zh()) : OrderedJson()}});
  }
  OrderedJson dropped = OrderedJson::object();
  for (const auto& [reason, count] : stats.dropped) dropped[reason] = count;
  return {{"figures",
           {{"total", stats.figures.total},
            {"gained", stats.figures.gained},
            {"viewers", stats.figures.viewers},
            {"likes", stats.figures.likes}}},
          {"dropped", dropped},
          {"sources", sources}};
}

SourceOptions options_of(const Json& json) {
  SourceOptions out;
  const auto text = [&](const char* key) { return json.value(key, std::string()); };
  out.platform = text("platform");
  out.name = text("name");
  out.url = text("url");
  out.api = text("api");
  out.room = text("room");
  out.map = json.contains("map") ? net::dump(json["map"]) : std::string();
  const auto secrets = json.value("secrets", Json::object());
  for (const auto& [key, value] : secrets.items())
    out.secrets.emplace(key, Secret(value.get<std::string>()));
  return out;
}

int run(const Json& sources) {
  SystemClock clock;
  Health health;
  Saying listener;
  net::Loop loop("chat", health, clock);
  Desk desk(loop, clock, health, {}, listener);
  Restored start;
  start.counter = begin_session({}, baseline, "2026-02-14");
  start.reserved_below = reserve_block;
  if (!desk.set_on_air(std::make_shared<NoJournal>(), start)) return 1;
  for (const auto& one : sources) {
    if (const auto added = desk.add_source(options_of(one)); !added) {
      fmt::print(stderr, "{}\n", added.error().en());
      return 2;
    }
  }
  for (;;) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    char bytes[256];
    if (::poll(&input, 1, 100) > 0 && ::read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0) break;
    say(state_of(desk.stats()));
  }
  return 0;
}

}  // namespace
}  // namespace xb::chat

int main(int count, char** words) {
  const auto sources = xb::net::parse_json(count == 2 ? words[1] : "");
  if (!sources) {
    fmt::print(stderr, "usage: chat_probe '[{{\"platform\":..}}]'\n");
    return 2;
  }
  return xb::chat::run(*sources);
}
