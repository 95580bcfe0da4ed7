// The floor thread: commands, and the loop of the evening.
// SPDX-License-Identifier: Apache-2.0
#include "studio/floor.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/overloaded.h"
#include "base/thrown.h"

namespace xb::studio {
namespace {

constexpr std::size_t waiting_errands = 256;
constexpr std::size_t waiting_changes = 256;
constexpr Duration turn = std::chrono::milliseconds(50);
constexpr Duration stumble_told_for = std::chrono::seconds(10);
constexpr Duration longest_wait_for_entry = std::chrono::seconds(1);

}  // namespace

void Promised::add(Studio::Reply reply) {
  {
    std::lock_guard lock(mutex_);
    if (!is_given_) return replies_.push_back(std::move(reply));
  }
  reply(answer);
}

void Promised::give() {
  std::vector<Studio::Reply> replies;
  {
    std::lock_guard lock(mutex_);
    is_given_ = true;
    replies.swap(replies_);
  }
  for (const auto& reply : replies) reply(answer);
}

bool Promised::is_given() const {
  std::lock_guard lock(mutex_);
  return is_given_;
}

Floor::Floor(FloorParts parts, const Recall& recalled, std::optional<Duration> end_after,
             std::function<void(const std::string&)> stats_line)
    : parts_(parts),
      director_(parts.plan.show.tables, story_room_of(parts.plan.show)),
      card_(parts.seen.card_places),
      qr_(parts.plan.show.video.rate),
      end_after_(end_after),
      stats_line_(std::move(stats_line)),
      errands_("web to floor", waiting_errands, Overflow::refuse),
      health_changes_(std::make_shared<Queue<ComponentHealth>>("health to floor", waiting_changes,
                                                               Overflow::refuse)),
      settled_(
          std::make_shared<Queue<Settled>>("chat to floor", waiting_errands, Overflow::refuse)),
      figures_("figures"),
      show_("show", std::make_shared<const Show>(parts.plan.show)),
      read_(parts.plan.show),
      next_line_(parts.clock.now()) {
  for (const auto& [id, answer] : recalled.answers) remember(id, answer);
  resumable_until_ = recalled.resumable_until;
  tell_past(recalled);
  refresh(false);
  worker_ = Worker("floor", parts.health, [this](std::stop_token stop) { run(std::move(stop)); });
}

Floor::~Floor() {
  end_and_stop("interrupted");
}

bool Floor::ask(Asked&& asked) {
  return errands_.push(Errand(std::move(asked))) != Pushed::refused;
}

bool Floor::take_up(ReadShow& read) {
  Errand errand(std::move(read));
  if (errands_.push(std::move(errand)) != Pushed::refused) return true;
  read = std::get<ReadShow>(std::move(errand));
  return false;
}

void Floor::end_and_stop(std::string_view reason) {
  if (!worker_.is_running()) return;
  stop_reason_ = reason;
  worker_.request_stop();
  worker_.join();
}

void Floor::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (auto errand = errands_.pop_for(turn, stop)) see_to(std::move(*errand));
    attempt("the picture", [this] { look_after_picture(); });
    attempt("what is kept", [this] { look_after_entries(); });
    attempt("what goes out", [this] { look_after_air(); });
    attempt("what is told", [this] { tell(); });
  }
  for (auto left = errands_.counters().depth; left > 0; --left) {
    if (auto errand = errands_.try_pop()) see_to(std::move(*errand));
  }
  attempt("the end", [this] { end_live(stop_reason_); });
  for (auto& promised : promised_) attempt("an answer", [&] { promised->give(); });
  attempt("what is told", [this] { refresh(true); });
}

template <class Call>
bool Floor::attempt(std::string_view what, Call&& call) {
  try {
    call();
    return true;
  } catch (const std::exception& thrown) {
    log_thrown("floor", what, thrown);
  }
  stumbled_ = parts_.clock.now();
  ++stumbles_;
  return false;
}

// Whoever asked is told, and may ask again.
void Floor::see_to(Errand&& errand) {
  Studio::Reply reply;
  if (attempt("a command", [&] {
        if (const auto* asked = std::get_if<Asked>(&errand)) reply = asked->reply;
        std::visit([this](auto& one) { handle(std::move(one)); }, errand);
      }))
    return;
  if (reply)
    attempt("an answer", [&] { reply(Answer{false, Error(ErrorCode::internal), {}, {}}); });
}

void Floor::handle(Asked asked) {
  if (const auto before = answered_.find(asked.command.id); before != answered_.end()) {
    const auto waiting =
        std::find_if(promised_.begin(), promised_.end(),
                     [&](const auto& promised) { return promised->id == asked.command.id; });
    if (waiting != promised_.end()) return (*waiting)->add(std::move(asked.reply));
    return asked.reply(before->second);
  }
  if (hand_to_chat(asked) || hand_to_setup(asked)) return;
  auto answer = carry_out(asked.command);
  remember(asked.command.id, answer);
  refresh(false);
  answer_once_kept(asked.command, std::move(answer), std::move(asked.reply));
}

Answer Floor::carry_out(const Command& command) {
  auto deed = read_command(command.name, command.args);
  // its Entry must be in the Ledger before the Ledger is closed
  if (deed && std::holds_alternative<EndLive>(*deed))
    keep_command(command, Answer{true, {}, {}, {}}, {});
  return answer_of(command,
                   deed ? perform(*deed, command.who) : Result<Note>(std::move(deed).error()));
}

Result<Note> Floor::perform(const Deed& deed, const std::string& who) {
  return std::visit(
      Overloaded{[&](const StartLive&) { return start_live(); },
                 [&](const EndLive&) -> Result<Note> {
                   if (phase_ != Phase::on_air) return Note{"没有在直播", "Not on air"};
                   end_live("command");
                   return Note{};
                 },
                 [&](const AddMarker& marker) { return add_marker(marker.note); },
                 [&](const MuteChat& asked) { return mute(asked); },
                 [&](const AnswerChat& asked) { return answered(asked.sequence); },
                 [&](const Undo&) { return undo(); },
                 [&](const StartRotation& asked) { return start_rotation(asked.seconds); },
                 [&](const StopRotation&) -> Result<Note> {
                   rundown_.stop_rotation();
                   return Note{};
                 },
                 [&](const RetryOutputs&) { return retry_outputs(); },
                 [&](const MuteSound& asked) { return mute(asked); },
                 [&](const CoverAll& asked) { return cover(asked, who); },
                 [&](const PlayMusic& asked) { return play_music(asked); },
                 [&](const auto&) { return change_scene(deed, who); }},
      deed);
}

bool Floor::send_scene() {
  if (parts_.scene.read()->version == director_.scene().version) return false;
  parts_.scene.publish(std::make_shared<const overlay::Scene>(director_.scene()));
  return true;
}

void Floor::publish_scene() {
  if (send_scene() && has_kept_) use_show();  // what went off goes from the tables, too
}

void Floor::remember(const std::string& id, const Answer& answer) {
  if (answered_.emplace(id, answer).second) answered_order_.push_back(id);
  if (answered_order_.size() <= remembered_commands) return;
  answered_.erase(answered_order_.front());
  answered_order_.pop_front();
}

void Floor::answer_once_kept(const Command& command, Answer answer, Studio::Reply reply) {
  if (!air_ || air_->ledger() == nullptr) return reply(answer);
  auto promised = std::make_shared<Promised>(command.id, std::move(answer),
                                             parts_.clock.now() + longest_wait_for_entry);
  promised->add(std::move(reply));
  promised_.push_back(promised);
  keep_command(command, promised->answer, [promised](const Status&) { promised->give(); });
}

void Floor::keep_command(const Command& command, const Answer& answer,
                         session::Ledger::Committed committed) {
  keep(session::EntryKind::command,
       {{"name", command.name},
        {"args", command.args},
        {"who", command.who},
        {"ok", answer.is_ok},
        {"code", answer.error ? OrderedJson(answer.error->name()) : OrderedJson(nullptr)},
        {"detail", answer.error ? OrderedJson(answer.error->detail()) : OrderedJson(nullptr)},
        {"zh", answer.note_zh},
        {"en", answer.note_en},
        {"scene", to_json(director_.scene())}},
       parts_.program.now(), command.id, std::move(committed));
}

Result<Note> Floor::add_marker(const std::string& note) {
  if (phase_ != Phase::on_air) return Error(ErrorCode::not_on_air, "marker.add");
  keep(session::EntryKind::marker, {{"note", note}}, parts_.program.now());
  return Note{};
}

void Floor::keep(session::EntryKind kind, const OrderedJson& json, SessionTime time,
                 std::string event_id, session::Ledger::Committed committed) {
  const auto ledger = air_ ? air_->ledger() : nullptr;
  if (ledger == nullptr) return;
  session::Entry entry;
  entry.kind = kind;
  entry.time = time;
  entry.wall = parts_.clock.wall();
  entry.event_id = std::move(event_id);
  entry.json = net::dump(json);
  ledger->append(std::move(entry), std::move(committed));
}

void Floor::look_after_picture() {
  answer_settled();
  director_.tick(parts_.program.now());
  parts_.binder.turn(parts_.program.now());
  put_chat_on_air();
  take_chat_off();
  if (parts_.heard.is_pinned_gone()) director_.unpin(parts_.program.now());
  turn_cards();
  publish_scene();
}

void Floor::look_after_entries() {
  const auto now = parts_.clock.now();
  keep_paints();
  while (auto changed = health_changes_->try_pop()) {
    keep(session::EntryKind::health,
         {{"component", changed->component},
          {"condition", name_of(changed->condition)},
          {"code", changed->error ? OrderedJson(changed->error->name()) : OrderedJson(nullptr)}},
         parts_.program.now());
  }
  std::erase_if(promised_, [&](const auto& promised) {
    if (now >= promised->latest) promised->give();
    return promised->is_given();
  });
}

void Floor::look_after_air() {
  const auto now = parts_.clock.now();
  if (air_ && end_after_ && now - air_->began() >= *end_after_) {
    has_ended_by_duration_.store(true);  // first: from now on the end has its deadline
    end_live("duration");
  }
  try_to_keep();
  if (air_) air_->suit_bitrates();
  const bool is_starved = look_at_losses();
  parts_.binder.starved(is_starved);
  ease_vision(is_starved);
}

void Floor::tell() {
  const auto now = parts_.clock.now();
  if (stumbled_) {
    const bool is_over = now - *stumbled_ >= stumble_told_for;
    parts_.health.set(
        "floor", is_over ? Condition::running : Condition::degraded,
        is_over ? std::nullopt
                : std::optional(Error(ErrorCode::internal, "floor: " + std::to_string(stumbles_))));
    if (is_over) stumbled_.reset();
  }
  show_badges(air_ ? air_->state() : AirState{});
  show_freshness();
  look_after_card();
  const bool is_line_due = now >= next_line_;
  if (is_line_due) next_line_ = std::max(next_line_ + std::chrono::seconds(1), now);
  refresh(is_line_due);
}

// Whether the machine falls behind with what is on air. The clean feed is not.
bool Floor::look_at_losses() {
  const auto now = parts_.clock.now();
  const auto counters = parts_.program.counters();
  auto lost = Starvation::lost_of(counters);
  for (std::size_t i = 0; i < parts_.strands.all.size(); ++i) {
    const auto& strand = parts_.strands.all[i];
    const auto skipped = counters.skipped_by_strand[i];
    if (i == 0) continue;  // it is what quiet mode is for
    if (strand.dress == Dress::layers) lost += skipped;
    const auto component = "output.frames." + strand.name;
    if (behind_[i].look(skipped, now))
      parts_.health.set(component, Condition::degraded,
                        Error(ErrorCode::encoder_behind, strand.name));
    else
      parts_.health.set(component, Condition::running);
  }
  if (air_) air_->suit_effort(lost);
  return starvation_.look(lost, now);
}

void Floor::refresh(bool with_line) {
  auto seen = std::make_shared<const Observed>(observe());
  if (seen->began) curve_.add(to_ms(seen->now - *seen->began) / 1000, seen->chat.figures);
  figures_.publish(std::make_shared<const Figures>(Figures{std::move(seen), curve_.text()}));
  if (with_line && stats_line_) stats_line_(net::dump(stats()));
}

OrderedJson Floor::state() const {
  return state_json(parts_.plan, *figures_.read()->seen);
}

OrderedJson Floor::stats() const {
  return stats_json(parts_.plan, *figures_.read()->seen);
}

}  // namespace xb::studio
