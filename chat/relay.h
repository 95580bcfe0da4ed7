// Relay: the one numbered stream and its newest state, handed to everybody who listens.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/pipe.h"
#include "chat/backlog.h"
#include "chat/counter.h"
#include "chat/feed_log.h"
#include "chat/numbered.h"
#include "chat/public_form.h"

namespace xb::chat {

// Someone in this process who takes the Feed as it is sent: one JSON array a flush.
class FeedSink {
 public:
  virtual ~FeedSink() = default;
  virtual void flushed(const JsonText& items) = 0;  // chat loop; must not block
};

// Every event is serialised once; its public form goes into the log the audience is served out of
// (feed_door.h), on other loops, and sinks in this process get it as it is, once a loop turn and
// first: they never wait for the audience.
//
// Thread: the chat loop's, where it does not say any.
class Relay {
 public:
  // `wake` asks for end_turn() to be called in the next loop turn.
  Relay(std::uint64_t next, std::function<void()> wake);

  std::uint64_t next() const { return own_.next(); }  // the number the next event gets
  // Passes over the numbers below `next`; listeners get a gap.
  void skip_to(std::uint64_t next);
  // Its number must not be below next(); `after` are the figures with it counted in, so that the
  // newest state and its `v` always belong together. Told at the end of the turn.
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
  const std::shared_ptr<FeedLog>& log() const { return log_; }

  // Tells sinks and the audience's doors what is new.
  void end_turn();
  // Now and then: a turn that could not be asked for.
  void tick() {
    if (is_awake_) end_turn();
  }

 private:
  void request_end();
  void tell_sinks();

  std::function<void()> wake_;
  PublicForm form_;
  std::shared_ptr<FeedLog> log_;
  Backlog own_;  // the same events for sinks
  std::vector<std::weak_ptr<FeedSink>> sinks_;
  Snapshot<std::string> recent_{"chat.recent", std::make_shared<const std::string>("[]")};
  std::uint64_t told_;  // numbers below went to sinks
  bool is_state_untold_ = false;
  bool is_awake_ = false;  // end_turn() was asked for
};

}  // namespace xb::chat
