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

}  // namespace

Recall Floor::recall_now() const {
  const auto baseline = parts_.plan.show.counter.baseline.value_or(0);
  return parts_.data != nullptr ? recall(*parts_.data, baseline, parts_.clock.wall())
                                : recall_nothing(baseline, parts_.clock.wall());
}

Result<Note> Floor::start_live() {
  if (phase_ == Phase::on_air) return Note{"已经开播了", "Already on air"};
  XB_TRY_ASSIGN(auto air, Air::prepare({parts_.plan, parts_.encoder, parts_.program, parts_.frames,
                                        parts_.blocks, parts_.seen.qr, parts_.key_frames,
                                        parts_.program_start, parts_.clock, parts_.health}));
  const auto recalled = recall_now();
  auto plan = parts_.plan;
  plan.show = *show_.read();
  std::unique_ptr<session::Session> session;
  if (parts_.data != nullptr) {
    auto opened = session::Session::open(
        *parts_.data, parts_.clock, parts_.health,
        {plan.show.station.name, parts_.program_start, net::dump(begin_of(plan)),
         net::dump(chat::to_json(recalled.chat.counter)), people_of(recalled.chat.counter)});
    if (opened) {
      session = std::move(*opened);
      parts_.health.set("session", Condition::running);
    } else {
      parts_.health.set("session", Condition::failed, std::move(opened).error());
    }
  }
  const bool is_resumed = session && session->is_resumed();
  const auto folder = session ? std::optional(session->folder()) : std::nullopt;
  air->begin(std::move(session));
  air_ = std::move(air);
  folder_ = folder;
  phase_ = Phase::on_air;
  last_air_.reset();
  try_qr_codes_again();
  publish_scene();
  if (is_resumed) {
    if (recalled.scene) director_.resume(*recalled.scene, parts_.program.now());
    publish_scene();
  }
  if (on_screen_) {
    write_values(*on_screen_, air_->first_frame(), air_->began_session_time(), {});
    write_scene(*on_screen_, air_->first_frame(), air_->began_session_time());
  }
  if (auto on = parts_.desk.set_on_air(
          make_journal(air_->ledger(), parts_.program_start, parts_.clock), recalled.chat)) {
    parts_.health.set("chat.ledger", Condition::running);
  } else {
    parts_.health.set("chat.ledger", Condition::degraded, std::move(on).error());
  }
  log_info("floor", "on air{}", is_resumed ? ", going on with the interrupted Session" : "");
  if (is_resumed) return Note{"接着上次没播完的场次", "Going on with the interrupted Session"};
  return Note{};
}

void Floor::end_live(std::string_view reason) {
  if (phase_ != Phase::on_air) return;
  phase_ = Phase::ended;
  const auto latest = parts_.clock.now() + longest_end;
  const auto left = [&] { return std::max(latest - parts_.clock.now(), least_for_ledger); };
  auto waiting = std::make_shared<Mailbox<std::uint64_t>>("chat end");
  std::optional<std::int64_t> last_seq;
  const auto is_asked =
      parts_.desk.set_off([waiting](std::uint64_t next) { waiting->put(std::move(next)); });
  air_->stop_outputs();  // the chat settles meanwhile
  if (is_asked) {
    if (const auto next = waiting->take_for(left(), {}))
      last_seq = static_cast<std::int64_t>(*next) - 1;
  }
  answer_settled();  // while there is a Ledger
  while (auto aired = parts_.aired.try_pop()) write_aired(*aired);
  air_->close(reason, left(), last_seq);
  last_air_ = air_->state();
  last_air_->is_any_live = false;
  air_.reset();
  show_badges({});
  log_info("floor", "off air: {}", reason);
}

void Floor::write_aired(const Aired& aired) {
  const auto before = std::exchange(on_screen_, aired.bitmaps);
  const auto& now = *aired.bitmaps;
  const bool has_counted = !before || before->counter_total != now.counter_total ||
                           before->counter_gained != now.counter_gained;
  auto changes = changes_until(now.show_version, aired.at);
  if (has_counted || !changes.empty()) {
    if (has_counted && now.counter_stamp != MonoTime{}) {
      latencies_[latency_count_++ % latencies_.size()] =
          std::chrono::duration<double, std::milli>(aired.at - now.counter_stamp).count();
    }
    write_values(now, aired.frame, aired.time, std::move(changes));
  }
  if (qr_.aired(now, aired.frame) && !is_vision_resting_) parts_.seen.qr.watch(qr_.on_air());
  if (!before || before->scene.version != now.scene.version)
    write_scene(now, aired.frame, aired.time);
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
  OrderedJson layers = OrderedJson::array();
  for (const auto* layer : overlay::on_air(shown)) {
    OrderedJson name = overlay::name_of(layer->layer);
    if (layers.empty() || layers.back() != name) layers.push_back(std::move(name));
  }
  json["layers"] = std::move(layers);
  keep(session::EntryKind::scene, json, time);
}

void Floor::show_badges(const AirState& air) {
  overlay::BadgeValues badges;
  badges.is_live = air.is_any_live;
  const bool is_recording = air.recording && air.recording->state == output::OutputState::live;
  badges.is_recording_only = is_recording && !air.is_any_live;
  if (is_recording && air_) badges.recording_since = air_->began_session_time();
  badges.clock = local_clock(parts_.clock.wall());
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
  seen.is_resumable = phase_ == Phase::ready && is_resumable_;
  seen.folder = folder_;
  seen.now = parts_.program.now();
  if (air_) {
    seen.began = air_->began_session_time();
    seen.air = air_->state();
    seen.encoder = air_->encoder_name();
    seen.encode_us = air_->encode_us();
    seen.encoder_refused = air_->encoder_refused();
    if (const auto ledger = air_->ledger()) seen.ledger = ledger->counters();
  } else if (last_air_) {
    seen.air = *last_air_;
  }
  seen.program = parts_.program.counters();
  seen.source = parts_.source.stats();
  if (parts_.mic != nullptr) seen.mic = parts_.mic->stats();
  seen.signal = parts_.program.signal();
  seen.chat = parts_.desk.stats();
  seen.chat.figures = parts_.desk.figures();
  seen.chat.origins = parts_.desk.origins();
  seen.stale_since = stale_since_;
  seen.control = parts_.control.read()->read();
  seen.audience = parts_.audience->read();
  seen.on_screen = on_screen_;
  seen.pipes = {errands_.counters(), parts_.frames.counters(), parts_.blocks.counters(),
                parts_.aired.counters(), health_changes_->counters()};
  if (latency_count_ > 0) {
    const auto count = std::min(latency_count_, latencies_.size());
    std::vector<double> sorted(latencies_.begin(),
                               latencies_.begin() + static_cast<std::ptrdiff_t>(count));
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count / 2),
                     sorted.end());
    seen.picture_latency_ms = sorted[count / 2];
  }
  seen.show_latency_ms = show_latency_ms_;
  seen.health = parts_.health.all();
  return seen;
}

}  // namespace xb::studio
