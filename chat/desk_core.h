// The inside of the Desk: everything it does on the chat loop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/pipe.h"
#include "chat/audience.h"
#include "chat/desk.h"
#include "chat/feed_group.h"
#include "chat/freshness.h"
#include "chat/inbox.h"
#include "net/loop_queue.h"

namespace xb::chat {

// The name under which senders of the ingest bring their events.
inline constexpr std::string_view ingest_source = "ingest";
inline constexpr std::size_t most_corrections = 8;  // that are told in the stats

struct Arrival {
  ChatEvent event;
  std::string source;
  MonoTime received;
  Desk::Reply reply;
};

struct IngestCounters;

// What the Desk says of an event of the audience, on its way to the loop of their door.
struct AudienceAnswer {
  Desk::Reply to;
  Status status;
};

// Thread: the chat loop's, but for start(), hand_over(), push() and the Snapshots.
struct Desk::Core : std::enable_shared_from_this<Desk::Core> {
  using Task = std::function<void(Core&)>;
  Core(net::Loop& loop_in, Clock& clock_in, Health& health_in, DeskListener& listener_in,
       const DeskOptions& options);
  void start(Restored state);  // registers with the loop
  void stop();

  bool push(Task task) { return tasks_->push(std::move(task)); }
  void hand_over(Arrival arrival);
  void take(Arrival arrival);
  void restore(const Restored& state);
  void go_on_air(std::shared_ptr<Journal> next_journal, const Restored& state);
  void go_off(std::function<void(std::uint64_t)> done);
  void add_source(const SourceOptions& options);
  void join(std::weak_ptr<FeedSink> listener);
  void mute(const Muted& muted);
  void request_end_turn();

  net::Loop& loop;
  Clock& clock;
  Health& health;
  std::shared_ptr<Relay> relay;
  std::shared_ptr<FeedTally> feed = std::make_shared<FeedTally>();
  std::shared_ptr<Audience> audience;                       // its loop: Desk::serve_feed()
  std::shared_ptr<net::LoopQueue<AudienceAnswer>> answers;  // to it
  std::shared_ptr<const IngestCounters> ingest;
  Snapshot<CounterFigures> figures{"chat.figures"};
  Snapshot<Origins> origins{"chat.origins", std::make_shared<const Origins>()};
  Questions questions;
  Snapshot<DeskStats> stats{"chat.stats"};

 private:
  // What a journal said: about one Entry, or about numbers set aside.
  struct Verdict {
    std::uint64_t sequence = 0;        // 0 when about numbers
    std::uint64_t reserved_below = 0;  // set aside, when about numbers
    std::optional<ErrorCode> error;
  };
  struct Waiting {
    NumberedRef event;
    std::vector<Reply> replies;
  };
  // What one source listens to.
  struct Room {
    std::string name;  // as events carry it
    std::unique_ptr<ChatSource> source;
  };

  void judge(Arrival arrival);
  void decide(Arrival& arrival);
  CounterStep count(const NumberedRef& event);
  void accept_fresh(Arrival& arrival, const Judgement& judgement);
  void show_event(const NumberedRef& event);
  void note_correction(const NumberedRef& event);
  void take_again(const Sighting& sighting, Arrival& arrival);
  void append(const NumberedRef& event, Reply reply);
  void drop(Arrival& arrival, std::string_view reason, Error error);
  void settle(const Verdict& verdict);
  void settle_event(const Verdict& verdict);
  void tell_lost(const ChatEvent& event);
  void append_again();
  void reserve_when_low();
  void finish_off_when_settled();
  void note_change(MonoTime stamp);
  void end_turn();
  void tick();
  bool has_room(std::string_view name) const;
  std::optional<std::int64_t> told_by(std::string_view source) const;
  void tell_health();
  std::optional<Freshness::Stale> stale() const;
  void tell_stale(const std::optional<Freshness::Stale>& stale);
  void publish_stats();

  DeskListener* listener_;
  bool is_stopped_ = false;
  Inbox inbox_;
  Moderation moderation_;
  CounterState counter_;
  Freshness freshness_;
  bool is_stale_told_ = false;
  bool is_lost_told_ = false;
  std::shared_ptr<Journal> journal_;
  std::uint64_t session_first_ = 1;  // numbers below are of earlier Sessions
  std::uint64_t reserved_below_ = 1;
  bool is_reserving_ = false;
  std::deque<Arrival> parked_;  // until numbers are set aside
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::vector<std::uint64_t> unkept_;  // of these the ledger had no place for the Entry
  std::vector<std::function<void(std::uint64_t)>> off_;
  std::shared_ptr<net::LoopQueue<Task>> tasks_;
  std::shared_ptr<net::LoopQueue<Verdict>> verdicts_;
  std::atomic<std::uint64_t> turned_away_{0};  // hand_over() found no place
  std::mutex gate_;                            // guards joining_
  std::vector<std::weak_ptr<FeedSink>> joining_;
  std::optional<CounterUpdate> update_;
  bool is_end_asked_ = false;
  std::uint64_t in_ = 0;
  std::uint64_t thrown_ = 0;  // events lost to an exception
  std::map<std::string, std::uint64_t> dropped_;
  std::map<std::string, std::uint64_t> hidden_;
  std::deque<NumberedRef> corrections_;
  std::vector<Room> rooms_;
  std::map<std::string, std::string, std::less<>> told_;  // by source: where its total is counted
  MonoTime last_slow_tick_;
};

}  // namespace xb::chat
