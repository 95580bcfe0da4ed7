// 100 000 events with repeats, out of order, through restarts and crashes: the figures are exact
// every time, by a model that shares nothing with the program. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "chat/restore.h"
#include "tests/chat/desk_fixture.h"

namespace xb::chat {
namespace {

constexpr std::int64_t baseline = 5000;

// What a crash leaves: the Entries up to the last commit, in the form of the Ledger, read back as
// text.
class PaperLedger final : public Journal {
 public:
  void append(const NumberedRef& event, const CounterState& after, Done committed) override {
    Line line{event->json,
              {},
              {},
              {},
              {event->event.platform, event->event.id, event->event.kind},
              std::move(committed)};
    if (is_counted(event->event.kind)) line.counter = net::dump(to_json(after));
    if (const auto* person = person_of(after, event->event)) {
      line.person = person_key(event->event.platform, event->event.user->id);
      line.standing = *person;
    }
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(line));
  }
  void reserve(std::uint64_t below, Done done) override {
    reserved = std::max(reserved, below);
    done(ok());
  }
  // The oldest `count` (or all) are on disk from now on.
  std::size_t commit(std::size_t count) {
    std::vector<Line> batch;
    {
      std::lock_guard lock(mutex_);
      count = std::min(count, waiting_.size());
      for (std::size_t i = 0; i < count; ++i) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    for (auto& line : batch) {
      if (!line.counter.empty()) counter_ = line.counter;
      if (!line.person.empty()) people_[line.person] = line.standing;
      lines_.push_back(line.json);
      keys_.push_back(line.key);
      line.committed(ok());
    }
    return lines_.size();
  }
  std::size_t waiting() {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  // As after kill -9: what was not committed has never been.
  Restored restored() {
    std::lock_guard lock(mutex_);
    waiting_.clear();
    auto state = begin_session({}, baseline, "2026-02-14");
    if (!counter_.empty()) state = *counter_state_of(*net::parse_json(counter_));
    state.people = {people_.begin(), people_.end()};
    std::vector<NumberedRef> events;
    for (auto at = lines_.size() > 1000 ? lines_.end() - 1000 : lines_.begin(); at != lines_.end();
         ++at)
      events.push_back(*stored_event(*at));
    auto out = rebuild(std::move(state), {}, reserved);
    out.events = std::move(events);
    out.known = keys_;
    return out;
  }
  std::uint64_t reserved = 1;

 private:
  struct Line {
    std::string json, counter, person;
    Person standing;
    EventKey key;
    Done committed;
  };
  std::mutex mutex_;  // guards waiting_
  std::deque<Line> waiting_;
  std::vector<std::string> lines_;
  std::vector<EventKey> keys_;
  std::string counter_;
  std::map<std::string, Person> people_;
};

// Replays a whole history from the words of docs/wire.md section 1.
struct Model {
  struct Platform {
    bool has_told = false;
    long long told = 0, net = 0;
    std::vector<long long> low;
  };
  std::map<std::string, Platform> platforms;
  std::map<std::string, bool> follows;
  std::set<std::string> came_today;
  long long gained = 0, likes = 0;

  bool anybody_told() const {
    return std::any_of(platforms.begin(), platforms.end(),
                       [](const auto& p) { return p.second.has_told; });
  }
  long long total() const {
    long long sum = anybody_told() ? 0 : baseline;
    for (const auto& [name, p] : platforms) sum += p.has_told ? p.told : p.net;
    return std::max(0LL, sum);
  }
  void step(Platform& p, int by) { (p.has_told ? p.told : p.net) += by; }
  void hear(const ChatEvent& e) {
    if (e.kind == Kind::like) likes += *e.count;
    if (e.kind == Kind::followers) {
      auto& p = platforms[e.platform];
      const auto old = p.has_told ? p.told : anybody_told() ? std::max(0LL, p.net) : total();
      const long long now = *e.total;
      if (5 * (old - now) > old) {
        p.low.push_back(now);
        if (p.low.size() < 3) return;
      }
      p = {true, now, 0, {}};
    }
    if (e.kind != Kind::follow && e.kind != Kind::unfollow) return;
    auto& p = platforms[e.platform];
    const bool comes = e.kind == Kind::follow;
    if (!e.user) {
      step(p, comes ? 1 : -1);
      gained += comes ? 1 : 0;
      return;
    }
    const auto who = e.platform + "/" + e.user->id;
    const auto known = follows.find(who);
    if (known != follows.end() && known->second == comes) return;
    follows[who] = comes;
    step(p, comes ? 1 : -1);
    if (comes && came_today.insert(who).second) ++gained;
  }
};

class TruthTest : public DeskTest {
 protected:
  std::mt19937 random{20261128};
  std::shared_ptr<PaperLedger> paper = std::make_shared<PaperLedger>();
  std::vector<ChatEvent> history;  // first sightings in the order in which they reached the Desk
  std::set<std::string> sighted;
  int next_id = 1;

  int below(int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); }

  ChatEvent invent() {
    static const std::array platforms{"bilibili", "twitch", "ingest"};
    const std::string platform = platforms.at(static_cast<std::size_t>(below(3)));
    const auto id = "e" + std::to_string(next_id++);
    const auto user = "u" + std::to_string(below(9000));
    const int dice = below(100);
    if (dice < 45) return event(Kind::follow, id, dice < 43 ? user : "", platform);
    if (dice < 60) return event(Kind::unfollow, id, user, platform);
    if (dice < 70) {
      auto like = event(Kind::like, id, user, platform);
      like.count = below(9);
      return like;
    }
    if (dice < 71 && platform != "ingest") {
      // now and then a total that fell by far, as after a wrong answer or a purge
      auto told =
          with_total(Kind::followers, below(4) == 0 ? below(3000) : 8000 + below(1500), platform);
      told.id = id;
      return told;
    }
    return event(Kind::chat, id, user, platform);
  }

  void begin(Restored state) {
    desk.reset();
    open();
    ASSERT_TRUE(desk->set_on_air(paper, std::move(state)));
  }
  void feed(std::vector<ChatEvent> batch) {
    for (auto& one : batch) {
      if (sighted.insert(name_of(one)).second) history.push_back(one);
      desk->accept(std::move(one), "test", clock.now());
    }
  }
  static std::string name_of(const ChatEvent& one) { return one.platform + "\n" + one.id; }
  // Until the Desk has taken all that was handed over: a repeat of what is on disk is answered at
  // once, in its turn.
  void wait() {
    ASSERT_TRUE(accept(event(Kind::notice, "turn", {}, "clockwork")));
    settle();  // the figures are told at the end of a turn
  }
  void begin_counting() {
    begin(session(baseline));
    desk->accept(event(Kind::notice, "turn", {}, "clockwork"), "test", clock.now());
    while (paper->commit(1) == 0) wait_a_little();
    wait();
  }

  // kill -9 with so many Entries on disk: whoever had no answer sends again, in any order, and each
  // platform repeats what it said last.
  void crash() {
    const auto on_disk = paper->commit(static_cast<std::size_t>(below(400))) - 1;
    desk.reset();
    std::vector<ChatEvent> again(history.begin() + static_cast<std::ptrdiff_t>(on_disk),
                                 history.end());
    for (const auto& one : again) sighted.erase(name_of(one));
    history.resize(on_disk);
    begin(paper->restored());
    const auto from = on_disk > 200 ? on_disk - 200 : 0;
    again.insert(again.end(), history.begin() + static_cast<std::ptrdiff_t>(from), history.end());
    std::shuffle(again.begin(), again.end(), random);
    wait();
    expect_exact("right after a crash");
    feed(std::move(again));
  }

  void expect_exact(const char* when) {
    Model model;
    for (const auto& one : history) model.hear(one);
    const auto figures = desk->figures();
    ASSERT_EQ(figures.total, model.total()) << when << ", after " << history.size();
    ASSERT_EQ(figures.gained, model.gained) << when << ", after " << history.size();
    ASSERT_EQ(figures.likes, model.likes) << when << ", after " << history.size();
  }
};

TEST_F(TruthTest,
       a_hundred_thousand_events_are_counted_exactly_through_repeats_disorder_and_crashes) {
  begin_counting();
  std::vector<ChatEvent> batch;
  std::vector<ChatEvent> all;
  int sent = 0;
  int repeats = 0;
  int crashes = 0;
  while (sent < 100'000) {
    const auto size = 200 + below(800);
    batch.clear();
    for (int i = 0; i < size; ++i, ++sent) {
      const bool is_repeat = !all.empty() && below(10) == 0;
      repeats += is_repeat ? 1 : 0;
      // most repeats are young, some are as old as the evening
      const auto reach = below(4) == 0 ? static_cast<int>(all.size())
                                       : std::min<int>(3000, static_cast<int>(all.size()));
      if (is_repeat) {
        batch.push_back(all[all.size() - 1 - static_cast<std::size_t>(below(reach))]);
      } else {
        all.push_back(invent());
        batch.push_back(all.back());
      }
    }
    for (auto at = batch.begin(); at < batch.end();
         at += std::min<std::ptrdiff_t>(50, batch.end() - at))
      std::shuffle(at, at + std::min<std::ptrdiff_t>(50, batch.end() - at), random);
    feed(std::move(batch));
    batch = {};
    wait();
    if (below(8) == 0) {
      crash();
      ++crashes;
      wait();
    } else if (below(3) == 0) {
      paper->commit(paper->waiting());
    }
    if (below(6) == 0) expect_exact("while it runs");
    if (HasFatalFailure()) return;
  }
  paper->commit(paper->waiting());
  wait();
  expect_exact("at the end");
  RecordProperty("repeats", repeats);
  EXPECT_GE(repeats, 9000);
  EXPECT_GE(crashes, 8);
  EXPECT_GT(history.size(), 80'000U);
}

}  // namespace
}  // namespace xb::chat
