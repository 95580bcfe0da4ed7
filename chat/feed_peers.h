// FeedPeers: how far each WebSocket peer of the Feed has come, and what to do with slow ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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

// One flush: what all who stand at `from` get.
struct FeedFrame {
  JsonText json;
  std::uint64_t from = 0;
  std::uint64_t next = 0;
  bool has_state = false;
};

// A peer is a number: what it has not got yet is read from the Backlog when there is room toward
// it, so nothing is queued for laggards. Who falls 512 KiB or 5 s behind the live stream is set to
// its newest end with a gap; who can take nothing for 20 s is closed.
//
// Thread: the chat loop's.
class FeedPeers {
 public:
  explicit FeedPeers(const Backlog& backlog) : backlog_(backlog) {}
  // Where a peer wants to begin: behind the number it has, or with the last so many; at the newest
  // end when it says neither.
  struct Wish {
    std::optional<std::uint64_t> from;
    std::optional<std::uint64_t> last;
  };
  // Nothing when what it says is no number.
  static std::optional<Wish> wish_of(const net::Request& request);

  void open(net::Peer& peer, MonoTime now, const std::string& state);
  void close(const net::Peer& peer);
  void refuse(net::Peer& peer);
  void deliver(const FeedFrame& frame);
  // Brings those who lag forward as far as there is room; `state` is the newest state item.
  void pump(MonoTime now, const std::string& state);
  void sweep(MonoTime now);
  bool has_laggards() const { return laggards_ > 0; }
  const FeedCounters& counters() const { return counters_; }

 private:
  struct Place {
    net::Peer* peer = nullptr;
    std::uint64_t next = 0;  // the first number it has not got
    bool needs_state = true;
    bool is_behind = true;
    bool is_resuming = true;  // still reading what it asked for: may be as old as it likes
  };
  void bring_forward(Place& place, MonoTime now, const std::string& state);
  void set_behind(Place& place, bool is_behind);
  bool is_too_far(const Place& place, MonoTime now) const;

  const Backlog& backlog_;
  std::map<std::uint64_t, Place> places_;  // by peer id
  int laggards_ = 0;
  FeedCounters counters_;
};

}  // namespace xb::chat
