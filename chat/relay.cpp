// When to flush, and what a flush consists of. SPDX-License-Identifier: Apache-2.0
#include "chat/relay.h"

#include <utility>

namespace xb::chat {
namespace {

constexpr Duration sweep_every = std::chrono::seconds(1);
// What one flush may hold; the rest of it is a gap.
constexpr BacklogLimits own_limits{.least = 1000, .most = 2048, .bytes = 1 << 20};
constexpr std::size_t recent_lines = 50;
constexpr std::size_t recent_bytes = 128 << 10;  // half of what may wait toward one page

}  // namespace

Relay::Relay(Clock& clock, std::uint64_t next, std::function<void()> wake, RelayPace pace)
    : clock_(clock),
      wake_(std::move(wake)),
      backlog_(next),
      own_(next, own_limits),
      peers_(backlog_, pace),
      told_(next) {
}

void Relay::skip_to(std::uint64_t next) {
  if (next <= backlog_.next()) return;
  backlog_.skip_to(next);
  own_.skip_to(next);
  request_flush();
}

void Relay::publish(const NumberedRef& event, const CounterFigures& after) {
  backlog_.add(*event, form_.of(*event));
  own_.add(event);
  set_figures(after);
  request_flush();
}

void Relay::take_away(std::uint64_t sequence) {
  backlog_.take_away(sequence);
  own_.take_away(sequence);
}

void Relay::set_figures(const CounterFigures& figures) {
  if (figures.total == figures_.total && figures.gained == figures_.gained) return;
  figures_ = figures;
  peers_.owe_state();
  is_state_untold_ = true;
  request_flush();
}

void Relay::add(std::weak_ptr<FeedSink> sink) {
  const auto before = recent();
  if (const auto alive = sink.lock(); alive && *before != "[]") alive->flushed(before);
  sinks_.push_back(std::move(sink));
}

void Relay::request_flush() {
  if (is_awake_ || (sinks_.empty() && !peers_.is_due(clock_.now()))) return;
  is_awake_ = true;
  wake_();
}

std::string Relay::state_item() const {
  return "{\"followers\":{\"total\":" + std::to_string(figures_.total) +
         ",\"gained\":" + std::to_string(figures_.gained) +
         "},\"v\":" + std::to_string(backlog_.next() - 1) + "}";
}

void Relay::end_turn() {
  is_awake_ = false;
  const auto now = clock_.now();
  const bool is_due = peers_.is_due(now);
  if (is_due || !sinks_.empty()) tell_sinks();
  if (!is_due) return;
  peers_.flush_one(now, state_item());
  if (peers_.is_due(now)) request_flush();
}

void Relay::tell_sinks() {
  // Before anybody hears of it: who reads recent() and listens from then on misses nothing.
  if (told_ < own_.next()) {
    recent_.publish(
        std::make_shared<const std::string>("[" + own_.last(recent_lines, recent_bytes) + "]"));
  }
  if (sinks_.empty()) {
    told_ = own_.next();
    is_state_untold_ = false;
  }
  while (told_ < own_.next() || is_state_untold_) {
    auto [items, next, passed] = own_.from(told_, feed_frame_bytes);
    told_ = next;
    if (is_state_untold_ && told_ >= own_.next()) {
      items += (items.empty() ? "" : ",") + state_item();
      is_state_untold_ = false;
    }
    const auto json = std::make_shared<const std::string>("[" + items + "]");
    std::erase_if(sinks_, [&](const std::weak_ptr<FeedSink>& weak) {
      const auto sink = weak.lock();
      if (sink) sink->flushed(json);
      return !sink;
    });
  }
}

void Relay::tick(MonoTime now) {
  end_turn();
  peers_.pump(now, state_item());
  if (now - last_sweep_ < sweep_every) return;
  last_sweep_ = now;
  peers_.sweep(now, state_item());
}

int Relay::admit(const net::Request& request) {
  return FeedPeers::wish_of(request) ? 0 : 400;
}

void Relay::opened(net::Peer& peer) {
  tell_sinks();
  peers_.open(peer, clock_.now(), state_item());
}

void Relay::received(net::Peer& peer, std::string_view /*message*/, bool /*is_text*/) {
  peers_.refuse(peer);
}

void Relay::closed(net::Peer& peer) {
  peers_.close(peer);
}

void Relay::drained(net::Peer& /*peer*/) {
  peers_.pump(clock_.now(), state_item());
}

}  // namespace xb::chat
