// Audience: the door through which the phones in the hall talk, follow, like and ask.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/pipe.h"
#include "chat/counter.h"
#include "chat/event.h"
#include "net/server.h"

namespace xb::chat {

struct AudienceCounters {
  int peers = 0;
  std::uint64_t received = 0;                         // events handed on
  std::map<std::string, std::uint64_t> refused = {};  // messages, by reason
};

// ws /api/audience (docs/wire.md 10). A person is the id a page made up and keeps; it goes into the
// ledger and never onto the Feed. Closed until a [[chat]] of the Show opens it: pages may connect
// then, too, and are told so.
//
// Three messages in two seconds are enough for anybody: the fourth mutes its sender for ten. Likes
// have a pace of their own, and nobody follows twice.
//
// Thread: its loop's, where it does not say any. What it is told by the chat loop, and what it
// tells there, are Snapshots.
class Audience final : public net::WebSocketRoute, public std::enable_shared_from_this<Audience> {
 public:
  using Reply = std::function<void(const Status&)>;
  // Takes an event to the Desk, which answers on this loop when it is kept, or why it is not.
  using Submit = std::function<void(ChatEvent event, const std::string& source, Reply reply)>;
  Audience(Clock& clock, Submit submit) : clock_(clock), submit_(std::move(submit)) {}

  // What comes is told as this source's from now on. An empty name closes. Thread: chat.
  void open_as(std::string source);
  // What this person was told of following was not kept, and the answer found no place: it may be
  // tried again. Thread: any.
  void forget_follow(const std::string& person);
  // While a Session is on. Thread: chat.
  void set_figures(const std::optional<CounterFigures>& figures);
  bool is_open() const { return !order_.read()->source.empty(); }  // thread: any
  // About four times a second.
  void tick(MonoTime now);
  // At most a quarter of a second old. Thread: any.
  AudienceCounters counters() const { return *told_counters_.read(); }

  int admit(const net::Request& request) override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;

 private:
  // What the chat loop says.
  struct Order {
    std::string source;
    std::optional<CounterFigures> figures;
  };
  // How often somebody spoke; outlives the connection, so that a new one does not end a mute.
  struct Pace {
    std::array<MonoTime, 3> spoken{};  // the last three times, oldest at `next`
    std::size_t next = 0;
    MonoTime muted_until;
    MonoTime liked;
    bool is_following = false;
  };
  struct Said;

  static Result<Said> read(std::string_view message);
  // Why not, and for how long; nothing when it may be taken.
  std::optional<Duration> must_wait(Pace& pace, const Said& said, MonoTime now) const;
  Pace& pace_of(const std::string& person, MonoTime now);
  void follows_no_more(const std::string& person);
  void hand_on(net::Peer& peer, const std::string& person, Said said);
  void refuse(net::Peer& peer, const Error& error, std::string_view reason,
              std::optional<Duration> wait = {});
  void answer(std::uint64_t peer, std::string_view what, const Status& status);
  void tell_all(const Order& order);

  Clock& clock_;
  const Submit submit_;
  std::mutex mutex_;                    // guards forgotten_
  std::vector<std::string> forgotten_;  // by forget_follow(), until the next tick
  Snapshot<Order> order_{"chat to audience"};
  Snapshot<AudienceCounters> told_counters_{"audience to chat"};
  std::map<std::uint64_t, net::Peer*> peers_;
  std::unordered_map<std::string, Pace> paces_;  // by person
  AudienceCounters counters_;
  bool was_on_air_ = false;
  bool was_open_ = false;
  std::shared_ptr<const std::string> told_;
  MonoTime next_tell_;
  MonoTime next_count_;
  int counted_ = -1;  // peers told as viewers
};

}  // namespace xb::chat
