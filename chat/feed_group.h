// FeedGroup: peers of the Feed who are served in one loop turn, and how far each has come.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "chat/backlog.h"
#include "net/server.h"

namespace xb::chat {

using JsonText = std::shared_ptr<const std::string>;

struct FeedCounters {
  int peers = 0;
  std::uint64_t skipped = 0;  // numbers passed over for slow peers
  std::uint64_t evicted = 0;  // peers closed because nothing could be written
  std::uint64_t refused = 0;  // messages from feed peers, who have nothing to say
};

// A peer is a number: what it has not got yet is read from the Backlog when there is room toward
// it, so nothing is queued for laggards. Who falls 512 KiB or 5 s behind the live stream is set to
// its newest end with a gap; who can take nothing for 20 s is closed.
//
// `state` is always the newest state item. Thread: the chat loop's.
class FeedGroup {
 public:
  struct Place {
    net::Peer* peer = nullptr;
    std::uint64_t next = 0;  // the first number it has not got
    bool needs_state = true;
    bool is_behind = true;
    bool is_resuming = true;  // still reading what it asked for: may be as old as it likes
  };
  using Places = std::map<std::uint64_t, Place>;  // by peer id

  FeedGroup(const Backlog& backlog, FeedCounters& counters)
      : backlog_(backlog), counters_(counters), flushed_(backlog.next()) {}

  // It wants what comes from number `next` on.
  void open(net::Peer& peer, std::uint64_t next, MonoTime now, const std::string& state);
  bool close(const net::Peer& peer);  // false: not here
  // Who came from another group, with the place he had there; both have flushed everything.
  void add(const net::Peer& peer, const Place& place);
  Places take_places();

  void owe_state() { is_state_due_ = true; }
  bool has_news() const { return is_state_due_ || flushed_ < backlog_.next(); }
  std::size_t waiting_bytes() const { return backlog_.bytes_from(flushed_); }
  std::optional<MonoTime> last_flush() const { return last_flush_; }
  // One frame, shared by all who are up to date; more when 64 KiB do not hold what is new.
  void flush(MonoTime now, const std::string& state);
  // Brings those who lag forward as far as there is room.
  void pump(MonoTime now, const std::string& state);
  void sweep(MonoTime now);
  std::size_t size() const { return places_.size(); }

 private:
  struct Frame {
    JsonText json;
    std::uint64_t from = 0;
    std::uint64_t next = 0;
    bool has_state = false;
  };
  void deliver(const Frame& frame);
  void bring_forward(Place& place, MonoTime now, const std::string& state);
  void set_behind(Place& place, bool is_behind);
  bool is_too_far(const Place& place, MonoTime now) const;

  const Backlog& backlog_;
  FeedCounters& counters_;
  Places places_;
  int laggards_ = 0;
  std::uint64_t flushed_;  // numbers below went out
  bool is_state_due_ = false;
  std::optional<MonoTime> last_flush_;
};

}  // namespace xb::chat
