// What the Desk does by the clock: late work, sources, the stats. SPDX-License-Identifier:
// Apache-2.0
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "chat/desk_core.h"
#include "chat/ingest.h"

namespace xb::chat {
namespace {

constexpr Duration slow_tick = std::chrono::milliseconds(250);
constexpr std::size_t most_questions = 8;

}  // namespace

void Desk::Core::tick() {
  if (is_stopped_) return;
  const auto now = clock.now();
  tasks_->nudge();
  verdicts_->nudge();
  std::vector<std::weak_ptr<FeedSink>> joining;
  {
    std::lock_guard lock(gate_);
    joining.swap(joining_);
  }
  for (const auto& listener : joining) relay->add(listener);
  if (update_) end_turn();
  relay->tick();
  if (now - last_slow_tick_ < slow_tick) return;
  last_slow_tick_ = now;
  if (!parked_.empty()) reserve_when_low();
  append_again();
  for (const auto& room : rooms_) room.source->tick(now);
  audience->set_figures(journal_ ? std::optional(figures_of(counter_)) : std::nullopt);
  tell_health();
  publish_stats();
}

void Desk::Core::add_source(const SourceOptions& options) {
  if (is_stopped_) return;
  // One that is found by its address alone has no other name.
  const auto& room = options.room.empty() ? options.name : options.room;
  SourceContext context{loop, clock,
                        [this, name = options.name, room](ChatEvent event) {
                          event.room = room;
                          if (event.kind == Kind::followers)
                            told_[name] = room_key(event.platform, room);
                          take({std::move(event), name, clock.now(), {}});
                        },
                        audience};
  auto source = make_source(options, std::move(context));
  if (!source) return log_warn("chat", "{}", source.error().log_line());
  rooms_.push_back({room, std::move(*source)});
  if (!leave_out_rooms(counter_, [&](auto one) { return has_room(one); })) return;
  relay->set_figures(figures_of(counter_));
  note_change(clock.now());
}

bool Desk::Core::has_room(std::string_view name) const {
  return std::any_of(rooms_.begin(), rooms_.end(),
                     [&](const Room& room) { return room.name == name; });
}

std::optional<std::int64_t> Desk::Core::told_by(std::string_view source) const {
  const auto key = told_.find(source);
  if (key == told_.end()) return std::nullopt;
  const auto count = counter_.platforms.find(key->second);
  return count == counter_.platforms.end() ? std::nullopt : count->second.reported;
}

void Desk::Core::tell_health() {
  for (const auto& room : rooms_) {
    const auto state = room.source->state();
    const auto condition = state.link == LinkState::waiting      ? Condition::degraded
                           : state.link == LinkState::connecting ? Condition::starting
                                                                 : Condition::running;
    // Between two tries it stays degraded, so that a flapping peer is one line, not hundreds.
    if (condition == Condition::starting && state.error) continue;
    health.set("chat." + state.name, condition, state.error);
  }
}

std::optional<Freshness::Stale> Desk::Core::stale() const {
  const bool has_senders = ingest && ingest->peers.load(std::memory_order_relaxed) > 0;
  const auto is_connected = [&](const std::string& name) {
    const bool is_any = name.empty();
    if (has_senders && (is_any || name == ingest_source)) return true;
    return std::any_of(rooms_.begin(), rooms_.end(), [&](const Room& room) {
      const auto state = room.source->state();
      const bool is_open = state.link == LinkState::open || state.link == LinkState::useful;
      return is_open && (is_any || state.name == name);
    });
  };
  const auto is_configured = [&](std::string_view key) {
    const auto platform = platform_of(key);
    if (key != platform) return has_room(key.substr(platform.size() + 1));
    return std::any_of(rooms_.begin(), rooms_.end(), [&](const Room& room) {
      const auto state = room.source->state();
      return state.platform == platform || state.name == platform;
    });
  };
  return freshness_.stale(counter_, {is_connected, is_configured}, clock.now());
}

void Desk::Core::tell_stale(const std::optional<Freshness::Stale>& stale) {
  if (stale)
    health.set("chat.stale", Condition::degraded, Error(ErrorCode::chat_stale, stale->platform));
  if (!stale && is_stale_told_) health.set("chat.stale", Condition::running);
  is_stale_told_ = stale.has_value();
}

// A busy queue refuses tasks; who wants to listen is not sent away for it.
void Desk::Core::join(std::weak_ptr<FeedSink> listener) {
  std::lock_guard lock(gate_);
  joining_.push_back(std::move(listener));
}

void Desk::Core::publish_stats() {
  auto out = std::make_shared<DeskStats>();
  out->in = in_ + turned_away_.load(std::memory_order_relaxed);
  out->dropped = dropped_;
  if (thrown_ > 0) out->dropped["thrown"] = thrown_;
  if (const auto away = turned_away_.load(std::memory_order_relaxed)) {
    out->dropped["busy"] += away;
  }
  if (ingest) {
    const auto add = [&](const char* reason, std::uint64_t n) {
      if (n == 0) return;
      out->in += n;
      out->dropped[reason] += n;
    };
    add("malformed", ingest->malformed.load(std::memory_order_relaxed));
    add("busy", ingest->busy.load(std::memory_order_relaxed));
    out->unauthorised = ingest->unauthorised.load(std::memory_order_relaxed);
  }
  out->hidden = hidden_;
  out->origins = origins_of(counter_);
  out->corrections = {corrections_.begin(), corrections_.end()};
  out->questions = questions.most_asked(most_questions, clock.now());
  out->feed = feed->read();
  out->figures = figures_of(counter_);
  const auto behind = stale();
  tell_stale(behind);
  if (behind) out->stale_since = behind->since;
  out->next = relay->next();
  const auto add_refused = [&](const auto& refused) {
    for (const auto& [reason, n] : refused) {
      out->in += n;
      out->dropped[reason] += n;
    }
  };
  for (const auto& room : rooms_) {
    auto& told = out->sources.emplace_back(room.source->state());
    told.followers = told_by(told.name);
    add_refused(told.refused);
  }
  if (!audience->is_open()) add_refused(audience->counters().refused);  // no source tells of it
  stats.publish(std::move(out));
}

}  // namespace xb::chat
