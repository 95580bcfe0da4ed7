// Desk: inbox, counter, relay and sources together on the chat loop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/result.h"
#include "base/secret.h"
#include "chat/counter.h"
#include "chat/event.h"
#include "chat/feed_group.h"
#include "chat/journal.h"
#include "chat/mapping.h"
#include "chat/moderation.h"
#include "chat/questions.h"
#include "chat/relay.h"
#include "chat/restore.h"
#include "chat/source.h"
#include "net/loop.h"
#include "net/server.h"

namespace xb::chat {

struct CounterUpdate {
  CounterFigures figures;
  MonoTime stamp;             // when the oldest event in this update was received
  std::string last_follower;  // cleaned name of the newest gained follower, may be empty
  int followers_merged = 0;   // how many were gained in this update
  Origins origins;            // where the total comes from
};

// Called on the chat loop; must not block. A listener outlives its Desk.
class DeskListener {
 public:
  virtual ~DeskListener() = default;
  // At most once for the events of one loop turn, when the figures changed.
  virtual void on_counter(const CounterUpdate& update) = 0;
  // Every accepted event, in order.
  virtual void on_event(const Numbered& event) = 0;
};

struct DeskStats {
  std::uint64_t in = 0;  // events that reached the Desk
  std::map<std::string, std::uint64_t>
      dropped;                                  // by reason: duplicate, flood, not_on_air, busy ...
  std::map<std::string, std::uint64_t> hidden;  // kept and not shown: words, repeats, muted
  FeedCounters feed;
  std::uint64_t unauthorised = 0;  // ingest handshakes refused
  CounterFigures figures;
  Origins origins;
  std::vector<NumberedRef> corrections;  // the last ones by hand, oldest first
  std::vector<Question> questions;       // most often asked first
  std::optional<MonoTime> stale_since;   // when the total was last known to be right; else nothing
  std::uint64_t next = 1;
  std::vector<SourceState> sources;
};

struct DeskOptions {
  Restored start;
  ModerationRules moderation;
};

// Thread: construct, serve_* and destroy on the owner's thread, while the Loop lives; all else from
// any thread. The destructor waits until the loop has let go; nothing is called back afterwards.
class Desk {
 public:
  using Reply = std::function<void(const Status&)>;
  Desk(net::Loop& loop, Clock& clock, Health& health, DeskOptions options, DeskListener& listener);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // `reply` is called once: ok() when the Entry is committed (at once for a committed duplicate),
  // else why not: not_on_air, busy, event_invalid, denied (moderation) or the journal's error. It
  // runs on the chat loop, or on the calling thread when the Desk is too busy to take the event.
  // Hidden by moderation it is kept, counted and answered like any other.
  void accept(ChatEvent event, std::string source, MonoTime received, Reply reply = {});

  // A Session begins: events are numbered, counted, kept and relayed from here on. Calls of
  // accept() that begin after this returned are on air.
  Status set_on_air(std::shared_ptr<Journal> journal, Restored state);
  // It ends; what was accepted is still committed. `done` gets the next unused number, on the chat
  // loop, after every waiting Entry was answered for.
  Status set_off(std::function<void(std::uint64_t next)> done);

  // What this user says is kept and not shown for so long; nothing ends it.
  Status mute(Muted muted);
  // The question asked under this number is settled.
  Status answered(std::uint64_t sequence);

  // Adds ws /api/feed and ws /api/audience, the door of [[chat]] platform "audience", to a server
  // on the first of `halls`; before it listens. All of them carry the Feed and outlive the Desk.
  void serve_feed(net::Server& audience, const std::vector<net::Loop*>& halls);
  // Adds ws /api/ingest to a server on `web`; before it listens. An empty token closes it. A sender
  // who says ?as=NAME speaks as the Mapping of that name reads.
  using Mappings = std::map<std::string, std::shared_ptr<const Mapping>, std::less<>>;
  void serve_ingest(net::Server& control, net::Loop& web, Secret token, Mappings mappings = {});
  // Error show_invalid. Connects soon and for as long as the Desk lives.
  Status add_source(SourceOptions options);

  // recent(), then every flush of the Feed as one JSON array text, on the chat loop, until the
  // handle is dropped.
  std::shared_ptr<void> watch(std::function<void(const JsonText& items)> callback);
  // The last 50 events (128 KiB at the most) as one JSON array, oldest first.
  JsonText recent() const;
  // At most a quarter of a second old.
  DeskStats stats() const;
  CounterFigures figures() const;  // the newest
  Origins origins() const;         // of the newest

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace xb::chat
