// One event's way through inbox, counter, journal and relay. SPDX-License-Identifier: Apache-2.0
#include "chat/desk_core.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/thrown.h"

namespace xb::chat {
namespace {

// Entries whose commit is awaited: what the ledger's own queue holds.
constexpr std::size_t most_waiting = 65'536;
// More than all unacknowledged events of all ingest peers together, so that commands get in.
constexpr std::size_t task_places = 16'384 + 256;
constexpr std::int64_t most_at_once = 1'000'000;  // new followers in one step
// What a busy loop could not be asked for is done by then.
constexpr Duration fast_tick = std::chrono::milliseconds(50);

}  // namespace

Desk::Core::Core(net::Loop& loop_in, Clock& clock_in, Health& health_in, DeskListener& listener_in,
                 const DeskOptions& options)
    : loop(loop_in),
      clock(clock_in),
      health(health_in),
      listener_(&listener_in),
      moderation_(options.moderation),
      freshness_(clock_in.now()) {
}

void Desk::Core::start(Restored state) {
  const std::weak_ptr<Core> weak = weak_from_this();
  const auto first = state.events.empty() ? state.next : state.events.front()->sequence;
  relay = std::make_shared<Relay>(first, [weak] {
    if (const auto core = weak.lock()) core->request_end_turn();
  });
  audience = std::make_shared<Audience>(
      clock, [weak](ChatEvent event, const std::string& source, Reply reply) {
        const auto core = weak.lock();
        if (!core) return;
        Reply back;
        if (reply)
          back = [answers = core->answers, door = std::weak_ptr(core->audience),
                  person = event.kind == Kind::follow && event.user ? event.user->id : "",
                  reply = std::move(reply)](const Status& status) {
            if (answers->push({reply, status}) || status || person.empty()) return;
            if (const auto audience = door.lock()) audience->forget_follow(person);
          };
        core->hand_over({std::move(event), source, core->clock.now(), std::move(back)});
      });
  tasks_ = std::make_shared<net::LoopQueue<Task>>(
      loop, net::LoopQueue<Task>::Options{"any -> chat", task_places, 256}, [weak](Task&& task) {
        if (const auto core = weak.lock()) task(*core);
      });
  // Every waiting Entry and one reservation have a place: an answer of the ledger is never lost.
  verdicts_ = std::make_shared<net::LoopQueue<Verdict>>(
      loop, net::LoopQueue<Verdict>::Options{"ledger -> chat", most_waiting + 1, 1024},
      [weak](Verdict&& verdict) {
        if (const auto core = weak.lock()) core->settle(verdict);
      });
  figures.publish(std::make_shared<const CounterFigures>(figures_of(state.counter)));
  push([state = std::move(state)](Core& core) { core.restore(state); });
  loop.every(fast_tick, [weak] {
    if (const auto core = weak.lock()) core->tick();
  });
}

void Desk::Core::stop() {
  is_stopped_ = true;
  tasks_->close();
  verdicts_->close();
  rooms_.clear();
  journal_.reset();
  parked_.clear();
  waiting_.clear();
  off_.clear();
}

void Desk::Core::take(Arrival arrival) {
  if (is_stopped_) return;
  ++in_;
  judge(std::move(arrival));
}

void Desk::Core::hand_over(Arrival arrival) {
  const auto shared = std::make_shared<Arrival>(std::move(arrival));
  if (push([shared](Core& core) { core.take(std::move(*shared)); })) return;
  turned_away_.fetch_add(1, std::memory_order_relaxed);
  if (shared->reply) shared->reply(Error(ErrorCode::busy, "chat"));
}

// What runs into an exception (no memory, say) before it is counted is lost alone: its sender is
// told, and may send it again.
void Desk::Core::judge(Arrival arrival) {
  try {
    decide(arrival);
  } catch (const std::exception& thrown) {
    log_thrown("chat", "an event", thrown);
    ++thrown_;
    if (arrival.reply) arrival.reply(Error(ErrorCode::internal));
  }
}

// Takes the reply out of `arrival` once somebody else answers for it.
void Desk::Core::decide(Arrival& arrival) {
  // A hand at the desk says nothing of the platform's connection.
  if (const auto& event = arrival.event; !event.own)
    freshness_.heard(room_key(event.platform, event.room), arrival.source, arrival.received);
  auto sighting = inbox_.look_up(arrival.event);
  // What an earlier Session could not store is not in the Counter this one began with.
  if (sighting && sighting->seen == Seen::failed && sighting->sequence < session_first_)
    *sighting = {};
  const bool is_kept = sighting && sighting->seen == Seen::committed;
  if (!journal_ && !is_kept) return drop(arrival, "not_on_air", Error(ErrorCode::not_on_air));
  if (!sighting) return drop(arrival, "platforms", sighting.error());
  if (sighting->seen != Seen::fresh) return take_again(*sighting, arrival);
  if (const auto& own = arrival.event.own;
      own && own->add < 0 && -own->add > by_hand_of(counter_, arrival.event.platform)) {
    return drop(arrival, "malformed",
                Error(ErrorCode::command_arguments, "count: no more than were added by hand"));
  }
  if (waiting_.size() + parked_.size() >= most_waiting) {
    return drop(arrival, "busy", Error(ErrorCode::busy, "the ledger is behind"));
  }
  if (relay->next() >= reserved_below_) {
    reserve_when_low();
    if (relay->next() >= reserved_below_)  // not answered at once
      return parked_.push_back(std::move(arrival));
  }
  const auto judgement = arrival.event.own ? Judgement{}  // nobody moderates the host
                                           : moderation_.judge(arrival.event, arrival.received);
  if (judgement.fate == Fate::dropped) {
    const std::string reason(judgement.reason);
    return drop(arrival, reason, Error(ErrorCode::denied, reason));
  }
  accept_fresh(arrival, judgement);
}

// All or nothing: an event that cannot be remembered is not counted either, so that it counts once
// when it is sent again.
CounterStep Desk::Core::count(const NumberedRef& event) {
  const auto& said = event->event;
  waiting_[event->sequence].event = event;  // its place, which append() will need
  try {
    inbox_.remember(said, event->sequence, Seen::pending);
    if (is_counted(said.kind))
      replace_room(counter_, said, [&](auto room) { return has_room(room); });
    return fold(counter_, said);
  } catch (...) {
    inbox_.forget(said);
    waiting_.erase(event->sequence);
    throw;
  }
}

void Desk::Core::accept_fresh(Arrival& arrival, const Judgement& judgement) {
  const auto sender = sender_of(counter_, arrival.event);
  const auto event =
      make_numbered(relay->next(), std::move(arrival.event), std::move(arrival.source),
                    arrival.received, sender, {judgement.reason, judgement.masks_name});
  const auto step = count(event);
  try {
    if (step.has_changed) note_change(event->received);
    if (step.is_gain && update_) {
      update_->followers_merged +=
          static_cast<int>(std::min<std::int64_t>(step.gains, most_at_once));
      update_->last_follower = event->event.user ? event->event.user->name : std::string();
    }
    if (event->is_hidden) {
      ++hidden_[std::string(judgement.reason)];
      relay->skip_to(event->sequence + 1);
    } else {
      show_event(event);
    }
    note_correction(event);
  } catch (const std::exception& thrown) {  // it is counted and has a number: it is kept, too
    log_thrown("chat", "telling an event", thrown);
    relay->skip_to(event->sequence + 1);
  }
  append(event, std::move(arrival.reply));
  try {
    reserve_when_low();
  } catch (const std::exception& thrown) {  // the next event asks again
    log_thrown("chat", "setting numbers aside", thrown);
  }
}

void Desk::Core::show_event(const NumberedRef& event) {
  const auto& said = event->event;
  if (said.own && !said.own->is_shown_again) {
    for (const auto sequence : said.own->seqs) {
      relay->take_away(sequence);
      questions.take_away(sequence);
    }
  }
  relay->publish(event, figures_of(counter_));
  listener_->on_event(*event);
  if (said.kind == Kind::chat && said.text && !said.own)
    questions.hear(*said.text, event->sequence, event->received);
}

void Desk::Core::note_correction(const NumberedRef& event) {
  if (event->event.kind != Kind::correction) return;
  corrections_.push_back(event);
  if (corrections_.size() > most_corrections) corrections_.pop_front();
}

void Desk::Core::mute(const Muted& muted) {
  // One that ends at once is over also for what has been received already and waits its turn.
  const auto until = muted.left > Duration{} ? clock.now() + muted.left : MonoTime{};
  moderation_.mute(muted.platform, muted.user_id, until);
}

void Desk::Core::take_again(const Sighting& sighting, Arrival& arrival) {
  ++dropped_["duplicate"];
  if (sighting.seen == Seen::committed) {
    if (arrival.reply) arrival.reply(ok());
    return;
  }
  if (const auto at = waiting_.find(sighting.sequence); at != waiting_.end()) {
    if (arrival.reply) at->second.replies.push_back(std::move(arrival.reply));
    return;
  }
  // Counted and relayed already under its number: only its Entry is missing. What was to be
  // hidden stays so.
  const auto judgement =
      arrival.event.own ? Judgement{} : moderation_.judge(arrival.event, arrival.received);
  const auto event =
      make_numbered(sighting.sequence, std::move(arrival.event), std::move(arrival.source),
                    arrival.received, Sender::unknown,
                    {judgement.fate == Fate::hidden ? judgement.reason : "", judgement.masks_name});
  waiting_[sighting.sequence].event = event;  // first: append() must not lose the reply
  inbox_.settle(event->event, Seen::pending);
  append(event, std::move(arrival.reply));
}

void Desk::Core::append(const NumberedRef& event, Reply reply) {
  auto& waiting = waiting_[event->sequence];
  waiting.event = event;
  const auto sequence = event->sequence;
  try {
    if (reply) waiting.replies.push_back(reply);
    reply = nullptr;
    journal_->append(event, counter_, [queue = verdicts_, sequence](const Status& status) {
      queue->push({sequence, 0, status ? std::nullopt : std::optional(status.error().code())});
    });
  } catch (const std::exception& thrown) {
    log_thrown("chat", "keeping an event", thrown);
    settle_event({sequence, 0, ErrorCode::busy});
    if (reply) reply(Error(ErrorCode::internal));  // it found no place among the others
  }
}

void Desk::Core::drop(Arrival& arrival, std::string_view reason, Error error) {
  ++dropped_[std::string(reason)];
  if (arrival.reply) return arrival.reply(std::move(error));  // its sender knows and repeats it
  if (error.code() == ErrorCode::busy) tell_lost(arrival.event);
}

void Desk::Core::tell_lost(const ChatEvent& event) {
  if (!is_counted(event.kind)) return;
  is_lost_told_ = true;
  health.set("chat.lost", Condition::degraded, Error(ErrorCode::chat_lost, event.platform));
}

void Desk::Core::settle(const Verdict& verdict) {
  if (is_stopped_) return;
  if (verdict.sequence != 0) {
    settle_event(verdict);
  } else {
    is_reserving_ = false;
    if (verdict.error) {
      log_warn("chat", "numbers could not be set aside: {}", text_of(*verdict.error).name);
    } else {
      reserved_below_ = std::max(reserved_below_, verdict.reserved_below);
      for (auto parked = std::exchange(parked_, {}); auto& arrival : parked)
        judge(std::move(arrival));
    }
  }
  finish_off_when_settled();
}

void Desk::Core::settle_event(const Verdict& verdict) {
  const auto at = waiting_.find(verdict.sequence);
  if (at == waiting_.end()) return;
  // Counted already, and perhaps nobody repeats it: its Entry must come into the ledger.
  if (verdict.error == ErrorCode::busy && journal_ && is_counted(at->second.event->event.kind))
    return unkept_.push_back(verdict.sequence);
  const auto waiting = std::move(at->second);
  waiting_.erase(at);
  inbox_.settle(waiting.event->event, verdict.error ? Seen::failed : Seen::committed);
  if (verdict.error) {
    ++dropped_["ledger"];
    if (waiting.replies.empty()) tell_lost(waiting.event->event);
  }
  const Status status = verdict.error ? Status(Error(*verdict.error)) : ok();
  for (const auto& reply : waiting.replies) reply(status);
}

void Desk::Core::append_again() {
  for (const auto sequence : std::exchange(unkept_, {})) append(waiting_[sequence].event, {});
}

void Desk::Core::reserve_when_low() {
  const auto next = relay->next();
  const auto left = reserved_below_ > next ? reserved_below_ - next : 0;
  if (is_reserving_ || !journal_ || left > reserve_block / 2) return;
  const auto below = std::max(reserved_below_, next) + reserve_block;
  journal_->reserve(below, [queue = verdicts_, below](const Status& status) {
    queue->push({0, below, status ? std::nullopt : std::optional(status.error().code())});
  });
  is_reserving_ = true;
}

void Desk::Core::note_change(MonoTime stamp) {
  if (!update_) update_ = CounterUpdate{{}, stamp, {}, 0, {}};
  request_end_turn();
}

void Desk::Core::request_end_turn() {
  if (is_end_asked_) return;
  is_end_asked_ = loop.post([weak = weak_from_this()] {
    if (const auto core = weak.lock()) core->end_turn();
  });
}

void Desk::Core::end_turn() {
  is_end_asked_ = false;  // first: the relay may ask for the next turn
  if (is_stopped_) return;
  if (auto update = std::exchange(update_, std::nullopt)) {
    update->figures = figures_of(counter_);
    update->origins = origins_of(counter_);
    figures.publish(std::make_shared<const CounterFigures>(update->figures));
    origins.publish(std::make_shared<const Origins>(update->origins));
    listener_->on_counter(*update);
  }
  relay->end_turn();
}

}  // namespace xb::chat
