// FeedPeers: all WebSocket peers of the Feed in groups, and when which group is served.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "chat/feed_group.h"

namespace xb::chat {

// Up to so many peers a send for each event is cheaper than waiting; with more of them a group
// waits so long after its last flush, and less when 3 KiB have come.
struct RelayPace {
  int few_peers = 50;
  Duration calm = std::chrono::milliseconds(28);
  Duration brisk = std::chrono::milliseconds(18);
};

// To send to a thousand peers takes some 10 ms, which nobody else on the loop should wait, and in
// which more comes in. So one turn of the loop serves one group of 16 to 64 (more from 1024 peers
// on) with all there is by then: what comes waits for the turn of a group, never for those before
// it as well. Who comes is served what waits for his group at once, and when groups are made anew
// all are.
//
// Thread: the loop's of these peers.
class FeedPeers {
 public:
  FeedPeers(const FeedLog& log, FeedTally& tally, const RelayPace& pace)
      : log_(log), tally_(tally), pace_(pace) {}
  // Where a peer wants to begin: behind the number it has, or with the last so many; at the newest
  // end when it says neither.
  struct Wish {
    std::optional<std::uint64_t> from;
    std::optional<std::uint64_t> last;
  };
  // Nothing when what it says is no number.
  static std::optional<Wish> wish_of(const net::Request& request);

  void open(net::Peer& peer, MonoTime now);
  void close(const net::Peer& peer);
  void refuse(net::Peer& peer);
  bool is_due(MonoTime now) const { return due_group(now).has_value(); }
  // Serves the group that has waited longest, if it is time for one.
  void flush_one(MonoTime now);
  // Brings those who lag forward as far as there is room.
  void pump(MonoTime now);
  // Makes fewer groups of fewer peers, and closes who is stuck. About every second.
  void sweep(MonoTime now);
  bool is_empty() const { return peers_ == 0; }
  // There are groups that wait for their time, or peers that lag: somebody has to look.
  bool is_waiting() const;

 private:
  bool is_many() const { return peers_ > pace_.few_peers; }
  std::optional<std::size_t> due_group(MonoTime now) const;
  FeedGroup& smallest_group();
  // As many groups as there should be; nobody misses anything.
  void regroup(MonoTime now);

  const FeedLog& log_;
  FeedTally& tally_;
  const RelayPace pace_;
  int peers_ = 0;
  std::deque<FeedGroup> groups_{FeedGroup(log_, tally_, log_.end())};
};

}  // namespace xb::chat
