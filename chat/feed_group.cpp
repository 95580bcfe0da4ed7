// Peers as numbers into the log. SPDX-License-Identifier: Apache-2.0
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

void FeedGroup::open(net::Peer& peer, std::uint64_t next, MonoTime now) {
  auto& place = places_[peer.id()];
  place = Place{&peer, next, true, true, true};
  ++laggards_;
  bring_forward(place, now);
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

void FeedGroup::flush(MonoTime now) {
  last_flush_ = now;
  // What comes meanwhile waits for the next turn: others have not had theirs.
  const auto end = log_.end();
  while (told_.next < end.next || told_.states < end.states) {
    auto news = log_.news(told_.next, feed_frame_bytes);
    Frame frame;
    frame.from = std::exchange(told_.next, news.stretch.next);
    frame.next = news.stretch.next;
    frame.has_state = news.is_end && told_.states < news.states;
    auto items = std::move(news.stretch.items);
    if (frame.has_state) items += (items.empty() ? "" : ",") + news.state;
    frame.json = std::make_shared<const std::string>("[" + items + "]");
    if (news.is_end) {
      told_.states = news.states;
      state_ = std::move(news.state);
    }
    deliver(frame);
  }
  pump(now);
}

void FeedGroup::deliver(const Frame& frame) {
  for (auto& [id, place] : places_) {
    const bool fits = place.peer->queued_bytes() + frame.json->size() <= live_bytes;
    if (!place.is_behind && place.next == frame.from && fits &&
        place.peer->send_text_at_once(frame.json)) {
      place.next = frame.next;
      continue;
    }
    set_behind(place, true);
    place.needs_state = place.needs_state || frame.has_state;
  }
}

void FeedGroup::pump(MonoTime now) {
  if (laggards_ == 0) return;
  for (auto& [id, place] : places_) {
    if (place.is_behind) bring_forward(place, now);
  }
}

void FeedGroup::bring_forward(Place& place, MonoTime now) {
  while (place.is_behind && place.peer->queued_bytes() < busy_bytes) {
    Stretch stretch;
    const bool is_lost = is_too_far(place, now);
    if (is_lost) {
      const auto missed = told_.next - place.next;
      stretch = {"{\"gap\":" + std::to_string(missed) + "}", told_.next, missed};
      place.needs_state = true;
    } else {
      stretch = log_.replay(place.next, piece_bytes, told_.next);
    }
    const bool is_end = stretch.next >= told_.next;
    auto items = std::move(stretch.items);
    if (is_end && place.needs_state) items += (items.empty() ? "" : ",") + state_;
    if (!items.empty() &&
        !place.peer->send_text(std::make_shared<const std::string>("[" + items + "]"))) {
      return;
    }
    if (is_lost) tally_.skipped += stretch.passed;
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
  if (place.is_resuming || place.next >= told_.next) return false;
  const auto lag = log_.lag(place.next);
  const bool is_old = lag.since != MonoTime{} && now - lag.since > most_behind;
  return is_old || lag.bytes > most_behind_bytes;
}

void FeedGroup::sweep(MonoTime now) {
  std::vector<net::Peer*> stuck;  // closing may call closed() at once
  for (const auto& [id, place] : places_) {
    const auto since = place.peer->stuck_since();
    if (since != MonoTime{} && now - since >= most_stuck) stuck.push_back(place.peer);
  }
  for (auto* peer : stuck) {
    ++tally_.evicted;
    peer->close(net::CloseReason::try_later, "too slow");
  }
}

}  // namespace xb::chat
