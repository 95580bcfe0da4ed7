// When to flush, and to whom. SPDX-License-Identifier: Apache-2.0
#include "chat/feed_door.h"

#include <utility>

#include "net/pace.h"

namespace xb::chat {
namespace {

constexpr Duration between_sweeps = std::chrono::seconds(1);
constexpr Duration while_waiting = std::chrono::milliseconds(10);
constexpr Duration with_few = std::chrono::milliseconds(50);  // who are sent to at once
constexpr Duration with_nobody = std::chrono::milliseconds(100);

}  // namespace

FeedDoor::FeedDoor(Clock& clock, std::shared_ptr<const FeedLog> log,
                   std::shared_ptr<FeedTally> tally, Post post, RelayPace pace)
    : clock_(clock),
      log_(std::move(log)),
      tally_(std::move(tally)),
      post_(std::move(post)),
      peers_(*log_, *tally_, pace) {
}

std::shared_ptr<FeedDoor> FeedDoor::open(net::Loop& loop, Clock& clock,
                                         const std::shared_ptr<FeedLog>& log,
                                         std::shared_ptr<FeedTally> tally, RelayPace pace) {
  const auto door = std::make_shared<FeedDoor>(
      clock, log, std::move(tally), [&loop](auto task) { loop.post(std::move(task)); }, pace);
  const std::weak_ptr<FeedDoor> weak = door;
  log->listen([weak] {
    if (const auto alive = weak.lock()) alive->changed();
  });
  net::at_its_pace(loop, while_waiting, [weak, &clock] {
    const auto alive = weak.lock();
    if (!alive) return Duration(with_nobody);
    alive->tick(clock.now());
    return alive->pace();
  });
  return door;
}

void FeedDoor::changed() {
  if (!has_peers_ || is_awake_.exchange(true)) return;
  post_([weak = weak_from_this()] {
    if (const auto alive = weak.lock()) alive->turn();
  });
}

void FeedDoor::turn() {
  is_awake_ = false;  // first: what is written from here on asks anew
  const auto now = clock_.now();
  peers_.flush_one(now);
  if (peers_.is_due(now)) changed();
}

void FeedDoor::tick(MonoTime now) {
  turn();
  peers_.pump(now);
  if (now - last_sweep_ < between_sweeps) return;
  last_sweep_ = now;
  peers_.sweep(now);
}

Duration FeedDoor::pace() const {
  if (peers_.is_empty()) return with_nobody;
  return peers_.is_waiting() ? while_waiting : with_few;
}

int FeedDoor::admit(const net::Request& request) {
  return FeedPeers::wish_of(request) ? 0 : 400;
}

void FeedDoor::opened(net::Peer& peer) {
  has_peers_ = true;  // first: what is written after it was read will be told
  peers_.open(peer, clock_.now());
}

void FeedDoor::received(net::Peer& peer, std::string_view /*message*/, bool /*is_text*/) {
  peers_.refuse(peer);
}

void FeedDoor::closed(net::Peer& peer) {
  peers_.close(peer);
  has_peers_ = !peers_.is_empty();
}

void FeedDoor::drained(net::Peer& /*peer*/) {
  peers_.pump(clock_.now());
}

}  // namespace xb::chat
