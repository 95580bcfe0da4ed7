// FeedDoor: ws /api/feed on one loop. Who listens there is served out of the shared log.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "chat/feed_peers.h"
#include "net/loop.h"
#include "net/server.h"

namespace xb::chat {

// As many of them as there are loops for the audience; they know nothing of each other. With few
// peers a flush follows in the next loop turn; with many a group gets one at most every 28 ms, but
// the first event after a pause still goes out at once, and so does what is large enough (one small
// send costs 7 us whatever the server, so fewer and larger ones are the only lever).
//
// Thread: its loop's, but for changed().
class FeedDoor final : public net::WebSocketRoute, public std::enable_shared_from_this<FeedDoor> {
 public:
  // Does a task in the next turn of its loop; any thread.
  using Post = std::function<void(std::function<void()>)>;
  FeedDoor(Clock& clock, std::shared_ptr<const FeedLog> log, std::shared_ptr<FeedTally> tally,
           Post post, RelayPace pace = {});
  // A door on `loop`, which is woken by the log and outlives the Server that gets it.
  static std::shared_ptr<FeedDoor> open(net::Loop& loop, Clock& clock,
                                        const std::shared_ptr<FeedLog>& log,
                                        std::shared_ptr<FeedTally> tally, RelayPace pace = {});

  // There is something new in the log. Thread: any.
  void changed();
  // Flushes to one group when there is something and it is time.
  void turn();
  // Every pace(): flushes that were held back, peers that lag, a turn that could not be asked for.
  void tick(MonoTime now);
  Duration pace() const;

  int admit(const net::Request& request) override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;
  void drained(net::Peer& peer) override;

 private:
  Clock& clock_;
  const std::shared_ptr<const FeedLog> log_;
  const std::shared_ptr<FeedTally> tally_;
  const Post post_;
  FeedPeers peers_;
  MonoTime last_sweep_;
  std::atomic<bool> has_peers_{false};
  std::atomic<bool> is_awake_{false};  // turn() was asked for
};

}  // namespace xb::chat
