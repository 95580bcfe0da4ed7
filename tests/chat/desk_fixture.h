// A Desk on a real Loop, with a journal the test holds the reins of. SPDX-License-Identifier:
// Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/pipe.h"
#include "base/worker.h"
#include "chat/desk.h"
#include "tests/chat/builders.h"

namespace xb::chat {

// A [[chat]] with nothing but its address.
inline SourceOptions source_at(std::string platform, std::string name, std::string url) {
  SourceOptions out;
  out.platform = std::move(platform);
  out.name = std::move(name);
  out.url = std::move(url);
  return out;
}

// Commits at once until told to hold; what is held is answered by the test.
class ScriptedJournal final : public Journal {
 public:
  void append(const NumberedRef& event, const CounterState& after, Done committed) override {
    if (throws.exchange(false)) throw std::bad_alloc();
    last_total = figures_of(after).total;
    stored.push_back(event);
    if (!holds) return committed(ok());
    held.push(std::move(committed));
  }
  void reserve(std::uint64_t below, Done done) override {
    asked_below.push_back(below);
    if (!holds_numbers) return done(ok());
    held.push(std::move(done));
  }
  void answer_one(const Status& status) {
    auto done = held.pop_for(std::chrono::seconds(5), {});
    ASSERT_TRUE(done);
    (*done)(status);
  }
  // Loop thread, or while the loop has nothing to do.
  std::vector<NumberedRef> stored;
  std::vector<std::uint64_t> asked_below;
  std::int64_t last_total = 0;
  std::atomic<bool> throws{false};  // once
  std::atomic<bool> holds{false};
  std::atomic<bool> holds_numbers{false};
  Queue<Done> held{"held", 65'536, Overflow::refuse};
};

struct Listener final : DeskListener {
  void on_counter(const CounterUpdate& update) override { updates.push(CounterUpdate(update)); }
  void on_event(const Numbered& event) override {
    if (throws.exchange(false)) throw std::bad_alloc();
    lines.push(std::string(event.json));
  }
  std::atomic<bool> throws{false};  // once
  Queue<CounterUpdate> updates{"updates", 65'536, Overflow::drop_oldest};
  Queue<std::string> lines{"lines", 65'536, Overflow::drop_oldest};
};

enum class Time { real, by_hand };

class DeskTest : public testing::Test {
 protected:
  explicit DeskTest(Time time = Time::real)
      : clock(time == Time::real ? static_cast<Clock&>(system_clock) : manual_clock) {}

  void open(Restored start = {}) {
    DeskOptions options;
    options.start = std::move(start);
    desk = std::make_unique<Desk>(loop, clock, health, std::move(options), listener);
  }
  static Restored session(std::int64_t baseline = 1000) {
    Restored out;
    out.counter = begin_session({}, baseline, "2026-02-14");
    out.reserved_below = reserve_block;
    return out;
  }
  void on_air(Restored state = session()) {
    if (!desk) open();
    ASSERT_TRUE(desk->set_on_air(journal, std::move(state)));
  }
  // On air, and whoever says `word` is not heard.
  void on_air_without(std::string_view word) {
    DeskOptions options;
    WordList words;
    ASSERT_TRUE(words.add_lines(word, "words.txt"));
    options.moderation.words = std::make_shared<const WordList>(std::move(words));
    desk = std::make_unique<Desk>(loop, clock, health, std::move(options), listener);
    on_air();
  }
  // The answer, or timed_out when none comes.
  Status accept(ChatEvent event) {
    auto answer = std::make_shared<std::promise<Status>>();
    auto future = answer->get_future();
    desk->accept(std::move(event), "test", clock.now(),
                 [answer](const Status& status) { answer->set_value(status); });
    if (future.wait_for(std::chrono::seconds(5)) != std::future_status::ready) {
      return Error(ErrorCode::timed_out);
    }
    return future.get();
  }
  std::uint64_t off() {
    auto next = std::make_shared<std::promise<std::uint64_t>>();
    auto future = next->get_future();
    EXPECT_TRUE(desk->set_off([next](std::uint64_t n) { next->set_value(n); }));
    return future.get();
  }
  // Until everything handed over before has been worked on.
  void settle() {
    for (int i = 0; i < 4; ++i) {
      std::promise<void> done;
      ASSERT_TRUE(loop.post([&] { done.set_value(); }));
      done.get_future().wait();
    }
  }
  // The stats, once `is_there` says so; they are made four times a second.
  template <class Condition>
  DeskStats stats_when(Condition is_there) {
    const auto deadline = system_clock.now() + std::chrono::seconds(20);
    for (;;) {
      const auto stats = desk->stats();
      if (is_there(stats) || system_clock.now() > deadline) return stats;
      wait_a_little();
    }
  }

  ComponentHealth health_of(const std::string& component) {
    for (auto& part : health.all()) {
      if (part.component == component) return part;
    }
    return {};
  }

  void wait_a_little() {
    std::stop_source never;
    system_clock.wait_until(system_clock.now() + std::chrono::milliseconds(20), never.get_token());
  }

  Health health;
  SystemClock system_clock;
  ManualClock manual_clock{MonoTime(std::chrono::hours(1))};
  Clock& clock;
  Listener listener;
  std::shared_ptr<ScriptedJournal> journal = std::make_shared<ScriptedJournal>();
  net::Loop loop{"chat", health, clock};
  std::unique_ptr<Desk> desk;
};

}  // namespace xb::chat
