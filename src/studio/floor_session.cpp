// The floor thread: beginning and ending the Session, and what is written down while it is on.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "studio/floor.h"
#include "studio/journal.h"
#include "studio/present.h"
#include "studio/show_json.h"

namespace xb::studio {
namespace {

// What the chat and the Outputs have together; the Ledger gets what is left, and at least a little.
constexpr Duration longest_end = std::chrono::milliseconds(2300);
constexpr Duration least_for_ledger = std::chrono::milliseconds(300);
constexpr Duration between_tries_to_keep = std::chrono::seconds(3);

// The names of what is on air, lowest first, each once.
OrderedJson layers_json(const overlay::Bitmaps& shown) {
  OrderedJson layers = OrderedJson::array();
  for (const auto* layer : overlay::on_air(shown)) {
    OrderedJson name = overlay::name_of(layer->layer);
    if (layers.empty() || layers.back() != name) layers.push_back(std::move(name));
  }
  return layers;
}

}  // namespace

Recall Floor::recall_now() const {
  const auto baseline = parts_.plan.show.counter.baseline.value_or(0);
  return parts_.data != nullptr ? recall(*parts_.data, baseline, parts_.clock.wall())
                                : recall_nothing(baseline, parts_.clock.wall());
}

Result<Note> Floor::start_live() {
  if (phase_ == Phase::on_air) return Note{"已经开播了", "Already on air"};
  XB_TRY_ASSIGN(auto air,
                Air::prepare({parts_.plan, parts_.strands, parts_.encoder, parts_.program,
                              parts_.frames, parts_.blocks, parts_.seen.qr, parts_.key_frames,
                              parts_.program_start, parts_.clock, parts_.health, &parts_.web_video,
                              output::VideoEncoder::open, &parts_.coded, &parts_.sound}));
  auto recalled = recall_now();
  tell_past(recalled);
  auto session = parts_.data != nullptr ? open_session(recalled) : nullptr;
  const bool is_kept = session != nullptr;
  const bool is_resumed = is_kept && session->is_resumed();
  folder_ = is_kept ? std::optional(session->folder()) : std::nullopt;
  // before anything goes out
  if (is_resumed && recalled.scene && recalled.scene->is_covered) {
    parts_.sound.panic(true);
    parts_.program.cover(true);
  }
  if (is_resumed && recalled.is_muted) parts_.sound.mute(true);
  air->begin(std::move(session));
  air_ = std::move(air);
  phase_ = Phase::on_air;
  parts_.finishing.set_on_air(true);
  curve_.begin();
  last_air_.reset();
  try_qr_codes_again();
  publish_scene();
  if (is_resumed) {
    if (recalled.scene) director_.resume(*recalled.scene, parts_.program.now());
    publish_scene();
    cover_as_scene();
  }
  begin_entries(recalled, air_->first_frame());
  log_info("floor", "on air{}", is_resumed ? ", going on with the interrupted Session" : "");
  if (is_resumed) return Note{"接着上次没播完的场次", "Going on with the interrupted Session"};
  if (is_kept || parts_.data == nullptr) return Note{};
  not_kept_ = std::move(recalled);
  next_try_to_keep_ = parts_.clock.now() + between_tries_to_keep;
  return Note{"已经开播，但这一场还存不下来：没有录像，也不记关注。照提示处理好，会自己接着录",
              "On air, but this Session cannot be kept yet: no recording, no follows. It is, by "
              "itself, once the problem shown is solved"};
}

std::unique_ptr<session::Session> Floor::open_session(const Recall& recalled) {
  auto plan = parts_.plan;
  plan.show = *show_.read();
  auto opened = session::Session::open(
      *parts_.data, parts_.clock, parts_.health,
      {plan.show.station.name, parts_.program_start, net::dump(begin_of(plan)),
       net::dump(chat::to_json(recalled.chat.counter)), people_of(recalled.chat.counter)});
  if (opened) {
    parts_.health.set("session", Condition::running);
    return std::move(*opened);
  }
  parts_.health.set("session", Condition::failed, std::move(opened).error());
  return nullptr;
}

void Floor::try_to_keep() {
  if (!not_kept_ || !air_ || parts_.clock.now() < next_try_to_keep_) return;
  next_try_to_keep_ = parts_.clock.now() + between_tries_to_keep;
  auto session = open_session(*not_kept_);
  if (!session) return;
  folder_ = session->folder();
  air_->keep(std::move(session));
  const auto recalled = *std::exchange(not_kept_, std::nullopt);
  begin_entries(recalled, frame_at(parts_.program.now(), parts_.plan.show.video.rate));
  log_info("floor", "the Session is kept from now on");
}

// What is on the picture at `frame`, and the chat from here on.
void Floor::begin_entries(const Recall& recalled, FrameNumber frame) {
  const auto time = time_of(frame, parts_.plan.show.video.rate);
  if (air_->ledger() != nullptr) {
    paints_.begin();
    paints_from_ = time;
    entries_lost_ = 0;
  }
  if (on_screen_) {
    write_values(*on_screen_, frame, time, {});
    write_scene(*on_screen_, frame, time);
  }
  is_chat_to_end_ = false;
  chat_begins_ = recalled.chat;
  put_chat_on_air();
}

void Floor::put_chat_on_air() {
  if (!chat_begins_) return;
  if (auto on = parts_.desk.set_on_air(
          make_journal(air_->ledger(), parts_.program_start, parts_.clock), *chat_begins_)) {
    chat_begins_.reset();
    parts_.health.set("chat.ledger", Condition::running);
  } else {
    parts_.health.set("chat.ledger", Condition::degraded, std::move(on).error());
  }
}

// Without a Session nothing may be counted any more.
void Floor::take_chat_off() {
  if (is_chat_to_end_ && parts_.desk.set_off({})) is_chat_to_end_ = false;
}

void Floor::tell_past(const Recall& recalled) {
  if (recalled.problem) parts_.health.set("session.past", Condition::degraded, recalled.problem);
  if (!recalled.problem && is_past_told_) parts_.health.set("session.past", Condition::running);
  is_past_told_ = recalled.problem.has_value();
}

void Floor::end_live(std::string_view reason) {
  if (phase_ != Phase::on_air) return;
  phase_ = Phase::ended;
  rundown_.stop_rotation();
  parts_.sound.play_music(false);
  const auto latest = parts_.clock.now() + longest_end;
  const auto left = [&] { return std::max(latest - parts_.clock.now(), least_for_ledger); };
  auto waiting = std::make_shared<Mailbox<std::uint64_t>>("chat end");
  std::optional<std::int64_t> last_seq;
  const auto is_asked =
      parts_.desk.set_off([waiting](std::uint64_t next) { waiting->put(std::move(next)); });
  chat_begins_.reset();
  is_chat_to_end_ = !is_asked;
  air_->stop_outputs();  // the chat settles meanwhile
  if (is_asked) {
    if (const auto next = waiting->take_for(left(), {}))
      last_seq = static_cast<std::int64_t>(*next) - 1;
  }
  answer_settled();  // while there is a Ledger
  keep_paints();
  paints_.end();
  air_->close(reason, left(), last_seq);
  last_air_ = air_->state();
  last_air_->is_any_live = false;
  air_.reset();
  not_kept_.reset();
  parts_.finishing.set_on_air(false);
  if (folder_) parts_.finishing.add(*folder_);
  show_badges({});
  log_info("floor", "off air: {}", reason);
}

// What news tells of was painted before: with the news in hand, those looks are there, too.
void Floor::keep_paints() {
  std::vector<Aired> news;
  while (auto aired = parts_.aired.try_pop()) news.push_back(std::move(*aired));
  while (auto look = parts_.painted.try_pop()) paints_.painted(*look);
  for (const auto& aired : news) write_aired(aired);
  const auto ledger = air_ ? air_->ledger() : nullptr;
  if (ledger == nullptr) return;
  if (const auto lost = ledger->counters().pipe.lost; lost != std::exchange(entries_lost_, lost))
    paints_.lost();
  // what a Session begins with was painted before it
  for (const auto& kept : paints_.take())
    keep(kept.kind, kept.json, std::max(kept.time, paints_from_));
}

void Floor::write_aired(const Aired& aired) {
  paints_.aired(aired);
  const auto before = std::exchange(on_screen_, aired.bitmaps);
  const auto& now = *aired.bitmaps;
  const bool has_counted = !before || before->counter_total != now.counter_total ||
                           before->counter_gained != now.counter_gained;
  auto changes = changes_until(now.show_version, aired.at);
  if (has_counted || !changes.empty()) {
    const auto oldest = parts_.binder.aired(now.counter_stamp);
    if (has_counted && oldest) {
      latencies_[latency_count_++ % latencies_.size()] =
          std::chrono::duration<double, std::milli>(aired.at - *oldest).count();
    }
    write_values(now, aired.frame, aired.time, std::move(changes));
  }
  const auto& looked_at = aired.set->on(parts_.strands.looked_at);
  if (qr_.aired(looked_at, aired.frame) && !is_vision_resting_) parts_.seen.qr.watch(qr_.on_air());
  if (!before || before->scene.version != now.scene.version ||
      layers_json(*before) != layers_json(now)) {
    write_scene(now, aired.frame, aired.time);
  }
}

void Floor::write_values(const overlay::Bitmaps& shown, FrameNumber frame, SessionTime time,
                         OrderedJson changes) {
  OrderedJson json{
      {"frame", frame.value}, {"total", shown.counter_total}, {"gained", shown.counter_gained}};
  if (!changes.empty()) json["changes"] = std::move(changes);
  keep(session::EntryKind::values, json, time);
}

void Floor::write_scene(const overlay::Bitmaps& shown, FrameNumber frame, SessionTime time) {
  auto json = to_json(shown.scene);
  json["frame"] = frame.value;
  json["layers"] = layers_json(shown);
  keep(session::EntryKind::scene, json, time);
}

void Floor::show_badges(const AirState& air) {
  overlay::BadgeValues badges;
  badges.is_live = air.is_any_live;
  const bool is_recording = air.recording && air.recording->state == output::OutputState::live;
  badges.is_recording_only = is_recording && !air.is_any_live;
  if (is_recording && air_) badges.recording_since = air_->began_session_time();
  badges.clock = minute_.clock;
  badges.minute_began = minute_.minute_began;
  put_clock(badges, parts_.clock.wall(), parts_.program.now());
  minute_ = badges;
  parts_.binder.badges(badges);
}

void Floor::show_freshness() {
  std::optional<std::string> since;
  if (const auto last = parts_.desk.stats().stale_since) {
    const auto ago =
        std::chrono::duration_cast<std::chrono::milliseconds>(parts_.clock.now() - *last);
    since = local_clock(parts_.clock.wall() - ago);
  }
  stale_since_ = since;
  parts_.binder.stale(std::move(since));
}

Observed Floor::observe() {
  Observed seen;
  seen.phase = phase_;
  seen.strands = parts_.strands;
  seen.is_resumable =
      phase_ == Phase::ready && resumable_until_ && parts_.clock.wall() <= *resumable_until_;
  seen.folder = folder_;
  seen.now = parts_.program.now();
  if (air_) {
    seen.began = air_->began_session_time();
    seen.air = air_->state();
    seen.sound_refused = air_->sound_refused();
    if (const auto ledger = air_->ledger()) seen.ledger = ledger->counters();
  } else if (last_air_) {
    seen.air = *last_air_;
  }
  seen.program = parts_.program.counters();
  seen.source = parts_.source.stats();
  seen.sound = {parts_.sound.readings(), parts_.sound.is_muted(), parts_.sound.is_panic(),
                parts_.has_music, parts_.sound.wants_music()};
  seen.finishing = parts_.finishing.figures();
  if (parts_.mic != nullptr) seen.mic = parts_.mic->stats();
  seen.signal = parts_.program.signal();
  seen.chat = parts_.desk.stats();
  seen.chat.figures = parts_.desk.figures();
  seen.chat.origins = parts_.desk.origins();
  if (parts_.handover != nullptr) seen.handed = parts_.handover->handed();
  seen.stale_since = stale_since_;
  seen.control = parts_.control.read()->read();
  seen.audience = parts_.audience->read();
  seen.on_screen = on_screen_;
  seen.rundown = rundown_.figures(*show_.read()->tables, director_.scene(), seen.now);
  seen.hidden = parts_.heard.hidden();
  seen.pipes = {errands_.counters(),       parts_.blocks.counters(),    parts_.aired.counters(),
                parts_.painted.counters(), health_changes_->counters(), log_counters()};
  for (const auto& frames : parts_.frames) seen.pipes.push_back(frames.counters());
  if (parts_.strands.clean) seen.pipes.push_back(parts_.coded.counters());
  if (latency_count_ > 0) {
    const auto count = std::min(latency_count_, latencies_.size());
    std::vector<double> sorted(latencies_.begin(),
                               latencies_.begin() + static_cast<std::ptrdiff_t>(count));
    std::sort(sorted.begin(), sorted.end());
    seen.picture_latency_ms = sorted[count / 2];
    seen.picture_latency_p99_ms = sorted[(count - 1) * 99 / 100];
  }
  seen.show_latency_ms = show_latency_ms_;
  seen.health = parts_.health.all();
  return seen;
}

}  // namespace xb::studio
