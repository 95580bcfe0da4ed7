// An evening begins and ends at the Desk: what former ones left, its journal, the last answers.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "chat/desk_core.h"

namespace xb::chat {

void Desk::Core::restore(const Restored& state) {
  counter_ = state.counter;
  // Before the first evening begins the sources are not there yet: each says then that it is.
  if (journal_) leave_out_rooms(counter_, [&](auto room) { return has_room(room); });
  ChatEvent former;
  for (const auto& [platform, id, kind] : state.known) {
    former.platform = platform;
    former.id = id;
    former.kind = kind;
    inbox_.remember(former, 0, Seen::committed);
  }
  std::set<std::uint64_t> away;
  for (const auto& event : state.events) {
    if (!event->event.own) continue;
    for (const auto sequence : event->event.own->seqs) {
      if (event->event.own->is_shown_again)
        away.erase(sequence);
      else
        away.insert(sequence);
    }
  }
  corrections_.clear();
  for (const auto& event : state.events) {
    inbox_.remember(event->event, event->sequence, Seen::committed);
    note_correction(event);
    if (event->sequence < relay->next() || event->is_hidden || away.contains(event->sequence))
      continue;
    relay->publish(event, figures_of(counter_));
  }
  for (const auto& muted : state.muted) mute(muted);
  relay->set_figures(figures_of(counter_));
  relay->skip_to(state.next);
  for (const auto& [platform, at] : state.heard) {
    const auto ago = std::max(clock.wall() - at, WallTime::duration{});
    freshness_.heard_before(platform, clock.now() - ago);
  }
  reserved_below_ = state.reserved_below;
  note_change(clock.now());
}

void Desk::Core::go_on_air(std::shared_ptr<Journal> next_journal, const Restored& state) {
  if (is_stopped_) return;
  journal_ = std::move(next_journal);
  relay->begin_session();
  restore(state);
  session_first_ = relay->next();
  if (std::exchange(is_lost_told_, false)) health.set("chat.lost", Condition::running);
  reserve_when_low();
}

void Desk::Core::go_off(std::function<void(std::uint64_t)> done) {
  if (is_stopped_) return;
  for (auto parked = std::exchange(parked_, {}); auto& arrival : parked) {
    drop(arrival, "not_on_air", Error(ErrorCode::not_on_air));
  }
  journal_.reset();
  for (const auto sequence : std::exchange(unkept_, {}))
    settle_event({sequence, 0, ErrorCode::busy});
  off_.push_back(std::move(done));
  finish_off_when_settled();
}

void Desk::Core::finish_off_when_settled() {
  if (journal_ || is_reserving_ || !waiting_.empty()) return;
  for (const auto off = std::exchange(off_, {}); const auto& done : off) {
    if (done) done(relay->next());
  }
}

}  // namespace xb::chat
