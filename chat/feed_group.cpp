// Peers as numbers into the Backlog. SPDX-License-Identifier: Apache-2.0
#include "chat/feed_group.h"

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

void FeedGroup::open(net::Peer& peer, std::uint64_t next, MonoTime now, const std::string& state) {
  auto& place = places_[peer.id()];
  place = Place{&peer, next, true, true, true};
  ++laggards_;
  bring_forward(place, now, state);
}

bool FeedGroup::close(const net::Peer& peer) {
  const auto at = places_.find(peer.id());
  if (at == places_.end()) return false;
  set_behind(at->second, false);
  places_.erase(at);
  return true;
}

void FeedGroup::add(const net::Peer& peer, const Place& place) {
  places_.emplace(peer.id(), place);
  laggards_ += place.is_behind ? 1 : 0;
}

FeedGroup::Places FeedGroup::take_places() {
  laggards_ = 0;
  return std::exchange(places_, {});
}

void FeedGroup::flush(MonoTime now, const std::string& state) {
  last_flush_ = now;
  while (has_news()) {
    auto stretch = backlog_.from(flushed_, feed_frame_bytes);
    Frame frame;
    frame.from = std::exchange(flushed_, stretch.next);
    frame.next = stretch.next;
    frame.has_state = is_state_due_ && stretch.next >= backlog_.next();
    auto items = std::move(stretch.items);
    if (frame.has_state) items += (items.empty() ? "" : ",") + state;
    frame.json = std::make_shared<const std::string>("[" + items + "]");
    if (frame.has_state) is_state_due_ = false;
    deliver(frame);
  }
  pump(now, state);
}

void FeedGroup::deliver(const Frame& frame) {
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

void FeedGroup::pump(MonoTime now, const std::string& state) {
  if (laggards_ == 0) return;
  for (auto& [id, place] : places_) {
    if (place.is_behind) bring_forward(place, now, state);
  }
}

void FeedGroup::bring_forward(Place& place, MonoTime now, const std::string& state) {
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

void FeedGroup::set_behind(Place& place, bool is_behind) {
  laggards_ += (is_behind ? 1 : 0) - (place.is_behind ? 1 : 0);
  place.is_behind = is_behind;
}

bool FeedGroup::is_too_far(const Place& place, MonoTime now) const {
  if (place.is_resuming || place.next >= backlog_.next()) return false;
  const auto since = backlog_.received_from(place.next);
  const bool is_old = since != MonoTime{} && now - since > most_behind;
  return is_old || backlog_.bytes_from(place.next) > most_behind_bytes;
}

void FeedGroup::sweep(MonoTime now) {
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
