// Who is told what, at the end of a turn. SPDX-License-Identifier: Apache-2.0
#include "chat/relay.h"

#include <utility>

namespace xb::chat {
namespace {

// What one flush may hold; the rest of it is a gap.
constexpr BacklogLimits own_limits{.least = 1000, .most = 2048, .bytes = 1 << 20};
constexpr std::size_t recent_lines = 50;
constexpr std::size_t recent_bytes = 128 << 10;  // half of what may wait toward one page

}  // namespace

Relay::Relay(std::uint64_t next, std::function<void()> wake)
    : wake_(std::move(wake)),
      log_(std::make_shared<FeedLog>(next)),
      own_(next, own_limits),
      told_(next) {
}

void Relay::skip_to(std::uint64_t next) {
  if (next <= own_.next()) return;
  log_->skip_to(next);
  own_.skip_to(next);
  request_end();
}

void Relay::publish(const NumberedRef& event, const CounterFigures& after) {
  is_state_untold_ |= log_->add(*event, form_.of(*event), after);
  own_.add(event);
  request_end();
}

void Relay::take_away(std::uint64_t sequence) {
  log_->take_away(sequence);
  own_.take_away(sequence);
}

void Relay::set_figures(const CounterFigures& figures) {
  if (!log_->set_figures(figures)) return;
  is_state_untold_ = true;
  request_end();
}

void Relay::add(std::weak_ptr<FeedSink> sink) {
  const auto before = recent();
  if (const auto alive = sink.lock(); alive && *before != "[]") alive->flushed(before);
  sinks_.push_back(std::move(sink));
}

void Relay::request_end() {
  if (is_awake_) return;
  is_awake_ = true;
  wake_();
}

void Relay::end_turn() {
  is_awake_ = false;
  tell_sinks();
  log_->tell();
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
      items += (items.empty() ? "" : ",") + log_->state();
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

}  // namespace xb::chat
