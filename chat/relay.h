// Relay: the one numbered stream and its newest state, batched and handed to every listener.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/pipe.h"
#include "chat/backlog.h"
#include "chat/counter.h"
#include "chat/feed_peers.h"
#include "chat/numbered.h"
#include "chat/public_form.h"
#include "net/server.h"

namespace xb::chat {

// Someone in this process who takes the Feed as it is sent: one JSON array a flush.
class FeedSink {
 public:
  virtual ~FeedSink() = default;
  virtual void flushed(const JsonText& items) = 0;  // chat loop; must not block
};

// The audience gets every event in its public form, sinks in this process as it is.
//
// Every event is serialised once; a flush writes one frame, shared by all of a group who are up to
// date (feed_peers.h). With few peers a flush follows in the next loop turn; with many a group gets
// one at most every 28 ms, but the first event after a pause still goes out at once, and so does
// what is large enough (one small send costs 7 us whatever the server, so fewer and larger ones are
// the only lever). Sinks do not wait for the audience: they are told in the next loop turn, and
// first.
//
// Also the WebSocket route of the Feed. Thread: the chat loop's, where it does not say any.
class Relay final : public net::WebSocketRoute {
 public:
  // `wake` asks for end_turn() to be called in the next loop turn.
  Relay(Clock& clock, std::uint64_t next, std::function<void()> wake, RelayPace pace = {});

  std::uint64_t next() const { return backlog_.next(); }  // the number the next event gets
  // Passes over the numbers below `next`; listeners get a gap.
  void skip_to(std::uint64_t next);
  // Its number must not be below next(); `after` are the figures with it counted in, so that the
  // newest state and its `v` always belong together. Sent with the next flush.
  void publish(const NumberedRef& event, const CounterFigures& after);
  // It is not sent to anybody from now on; who has it is told by an event.
  void take_away(std::uint64_t sequence);
  // People have other ids on the Feed than in the Session before.
  void begin_session() { form_.renew(); }
  // They changed without an event.
  void set_figures(const CounterFigures& figures);
  // It gets recent() first and then what comes after: nothing between is lost.
  void add(std::weak_ptr<FeedSink> sink);
  // The last 50 events that were sent, as many as fit 128 KiB, as one JSON array, oldest first.
  // Thread: any.
  JsonText recent() const { return recent_.read(); }
  const FeedCounters& counters() const { return peers_.counters(); }

  // Tells sinks what is new; flushes to one group when there is something and it is time.
  void end_turn();
  // About every 10 ms: flushes that were held back, peers that lag.
  void tick(MonoTime now);

  int admit(const net::Request& request) override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;
  void drained(net::Peer& peer) override;

 private:
  void request_flush();
  void tell_sinks();
  std::string state_item() const;

  Clock& clock_;
  std::function<void()> wake_;
  PublicForm form_;
  Backlog backlog_;  // for the audience
  Backlog own_;      // the same events for sinks
  CounterFigures figures_;
  FeedPeers peers_;
  std::vector<std::weak_ptr<FeedSink>> sinks_;
  Snapshot<std::string> recent_{"chat.recent", std::make_shared<const std::string>("[]")};
  std::uint64_t told_;  // numbers below went to sinks
  bool is_state_untold_ = false;
  bool is_awake_ = false;  // end_turn() was asked for
  MonoTime last_sweep_;
};

}  // namespace xb::chat
