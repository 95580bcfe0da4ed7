// FeedGroup: peers of the Feed who are served in one loop turn, and how far each has come.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "chat/feed_log.h"
#include "net/server.h"

namespace xb::chat {

struct FeedCounters {
  int peers = 0;
  std::uint64_t skipped = 0;  // numbers passed over for slow peers
  std::uint64_t evicted = 0;  // peers closed because nothing could be written
  std::uint64_t refused = 0;  // messages from feed peers, who have nothing to say
};

// The same of all loops that serve the Feed together. Thread: any.
struct FeedTally {
  std::atomic<int> peers{0};
  std::atomic<std::uint64_t> skipped{0};
  std::atomic<std::uint64_t> evicted{0};
  std::atomic<std::uint64_t> refused{0};
  FeedCounters read() const { return {peers, skipped, evicted, refused}; }
};

// A peer is a number: what it has not got yet is read from the log when there is room toward it, so
// nothing is queued for laggards. Who falls 512 KiB or 5 s behind the live stream is set to its
// newest end with a gap; who can take nothing for 20 s is closed.
//
// Thread: the loop's of its peers.
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

  FeedGroup(const FeedLog& log, FeedTally& tally, FeedLog::End told)
      : log_(log), tally_(tally), told_(told), state_(log.news(told.next, 0).state) {}

  // It wants what comes from number `next` on.
  void open(net::Peer& peer, std::uint64_t next, MonoTime now);
  bool close(const net::Peer& peer);  // false: not here
  // Who came from another group, with the place he had there, where at least as much was told.
  void add(const net::Peer& peer, const Place& place);
  Places take_places();

  bool has_news() const {
    const auto end = log_.end();
    return told_.next < end.next || told_.states < end.states;
  }
  std::size_t waiting_bytes() const { return log_.lag(told_.next).bytes; }
  const FeedLog::End& told() const { return told_; }
  std::optional<MonoTime> last_flush() const { return last_flush_; }
  // One frame, shared by all who are up to date; more when 64 KiB do not hold what is new by now.
  void flush(MonoTime now);
  // Brings those who lag forward as far as there is room.
  void pump(MonoTime now);
  bool has_laggards() const { return laggards_ > 0; }
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
  void bring_forward(Place& place, MonoTime now);
  void set_behind(Place& place, bool is_behind);
  bool is_too_far(const Place& place, MonoTime now) const;

  const FeedLog& log_;
  FeedTally& tally_;
  Places places_;
  int laggards_ = 0;
  FeedLog::End told_;  // numbers below went out, and so many states; nobody here is further
  std::string state_;  // the newest item of them
  std::optional<MonoTime> last_flush_;
};

}  // namespace xb::chat
