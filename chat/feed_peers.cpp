// Peers as numbers into the Backlog. SPDX-License-Identifier: Apache-2.0
#include "chat/feed_peers.h"

#include <charconv>
#include <utility>
#include <vector>

namespace xb::chat {
namespace {

constexpr std::size_t piece_bytes = 32 << 10;  // of a replay, one frame each
constexpr std::size_t busy_bytes = 64 << 10;   // toward one peer: wait until it has read
constexpr std::size_t live_bytes = 192 << 10;  // the same for frames everybody gets
constexpr std::size_t most_behind_bytes = 512 << 10;
constexpr Duration most_behind = std::chrono::seconds(5);
constexpr Duration most_stuck = std::chrono::seconds(20);

}  // namespace

std::optional<FeedPeers::Wish> FeedPeers::wish_of(const net::Request& request) {
  Wish wish;
  for (auto [key, value] : {std::pair{"from", &wish.from}, std::pair{"last", &wish.last}}) {
    const auto at = request.query.find(key);
    if (at == request.query.end()) continue;
    const auto& digits = at->second;
    std::int64_t number = 0;  // within int64, as every number of ours
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || error != std::errc() || stop != end || number < 0) return std::nullopt;
    *value = static_cast<std::uint64_t>(number);
  }
  return wish;
}

void FeedPeers::open(net::Peer& peer, MonoTime now, const std::string& state) {
  const auto wish = wish_of(peer.request());
  const auto newest = backlog_.next();
  auto next = newest;
  // A number we never gave is from another data folder: nothing of it can be replayed.
  if (wish && wish->from && *wish->from < newest) next = *wish->from + 1;
  if (wish && !wish->from && wish->last) next = backlog_.first_of_last(*wish->last);
  auto& place = places_[peer.id()];
  place = Place{&peer, next, true, true, true};
  ++laggards_;
  counters_.peers = static_cast<int>(places_.size());
  bring_forward(place, now, state);
}

void FeedPeers::close(const net::Peer& peer) {
  const auto at = places_.find(peer.id());
  if (at == places_.end()) return;
  set_behind(at->second, false);
  places_.erase(at);
  counters_.peers = static_cast<int>(places_.size());
}

void FeedPeers::refuse(net::Peer& peer) {
  ++counters_.refused;
  peer.close(net::CloseReason::policy, "read only");
}

void FeedPeers::deliver(const FeedFrame& frame) {
  for (auto& [id, place] : places_) {
    const bool fits = place.peer->queued_bytes() + frame.json->size() <= live_bytes;
    if (!place.is_behind && place.next == frame.from && fits && place.peer->send_text(frame.json)) {
      place.next = frame.next;
      continue;
    }
    set_behind(place, true);
    place.needs_state = place.needs_state || frame.has_state;
  }
}

void FeedPeers::pump(MonoTime now, const std::string& state) {
  if (laggards_ == 0) return;
  for (auto& [id, place] : places_) {
    if (place.is_behind) bring_forward(place, now, state);
  }
}

void FeedPeers::bring_forward(Place& place, MonoTime now, const std::string& state) {
  while (place.is_behind && place.peer->queued_bytes() < busy_bytes) {
    Stretch stretch;
    std::uint64_t skipped = 0;
    if (is_too_far(place, now)) {
      skipped = backlog_.next() - place.next;
      stretch = {"{\"gap\":" + std::to_string(skipped) + "}", backlog_.next(), skipped};
      place.needs_state = true;
    } else {
      stretch = backlog_.from(place.next, piece_bytes);
    }
    const bool is_end = stretch.next >= backlog_.next();
    auto items = std::move(stretch.items);
    if (is_end && place.needs_state) items += (items.empty() ? "" : ",") + state;
    if (!items.empty() &&
        !place.peer->send_text(std::make_shared<const std::string>("[" + items + "]"))) {
      return;
    }
    counters_.skipped += skipped;
    place.next = stretch.next;
    if (!is_end) continue;
    place.needs_state = false;
    place.is_resuming = false;
    set_behind(place, false);
  }
}

void FeedPeers::set_behind(Place& place, bool is_behind) {
  laggards_ += (is_behind ? 1 : 0) - (place.is_behind ? 1 : 0);
  place.is_behind = is_behind;
}

bool FeedPeers::is_too_far(const Place& place, MonoTime now) const {
  if (place.is_resuming || place.next >= backlog_.next()) return false;
  const auto since = backlog_.received_from(place.next);
  const bool is_old = since != MonoTime{} && now - since > most_behind;
  return is_old || backlog_.bytes_from(place.next) > most_behind_bytes;
}

void FeedPeers::sweep(MonoTime now) {
  std::vector<net::Peer*> stuck;  // closing may call closed() at once
  for (const auto& [id, place] : places_) {
    const auto since = place.peer->stuck_since();
    if (since != MonoTime{} && now - since >= most_stuck) stuck.push_back(place.peer);
  }
  for (auto* peer : stuck) {
    ++counters_.evicted;
    peer->close(net::CloseReason::try_later, "too slow");
  }
}

}  // namespace xb::chat
