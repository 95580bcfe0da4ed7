// Figures to JSON. A value that was not measured is null.
// SPDX-License-Identifier: Apache-2.0
#include "studio/report.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "studio/present.h"
#include "studio/report_outputs.h"

namespace xb::studio {
namespace {

using output::OutputState;

OrderedJson ms_json(const std::optional<Duration>& length) {
  return length ? OrderedJson(to_ms(*length)) : OrderedJson(nullptr);
}

// Whole ones: what is shown to people is not another state four times a second.
OrderedJson seconds_json(const std::optional<Duration>& length) {
  return length ? OrderedJson(to_ms(*length) / 1000) : OrderedJson(nullptr);
}

// Whose sound is heard: the microphone's, else the picture's own.
const capture::RunnerStats& heard_of(const Observed& seen) {
  return seen.mic ? *seen.mic : seen.source;
}

OrderedJson level_json(const Observed& seen) {
  const auto& heard = heard_of(seen);
  if (!heard.has_sound || !heard.peak_dbfs) return nullptr;
  return std::round(static_cast<double>(*heard.peak_dbfs) * 10) / 10;
}

OrderedJson tenths(const std::optional<double>& value) {
  return value ? OrderedJson(std::round(*value * 10) / 10) : OrderedJson(nullptr);
}

OrderedJson sound_json(const SoundSeen& sound) {
  return {{"muted", sound.is_muted},
          {"panic", sound.is_panic},
          {"music", sound.has_music ? OrderedJson(sound.is_music_on) : OrderedJson(nullptr)},
          {"short_term_lufs", tenths(sound.readings.loudness.short_term)}};
}

OrderedJson finishing_json(const std::optional<FinishingFigures>& now) {
  if (!now) return nullptr;
  return {{"file", now->file}, {"percent", now->percent}, {"left", now->left}};
}

OrderedJson problems_json(const Observed& seen) {
  OrderedJson out = OrderedJson::array();
  for (const auto& part : seen.health) {
    if (!part.error || part.condition == Condition::running || part.condition == Condition::stopped)
      continue;
    out.push_back({{"component", part.component},
                   {"condition", name_of(part.condition)},
                   {"code", part.error->name()},
                   {"zh", redacted(part.error->zh())},
                   {"en", redacted(part.error->en())}});
  }
  return out;
}

OrderedJson by_reason(const std::map<std::string, std::uint64_t>& counts) {
  OrderedJson out = OrderedJson::object();
  for (const auto& [reason, count] : counts) out[reason] = count;
  return out;
}

// What the operator sees of a connection; the difference between open and useful is ours.
std::string_view said_of(chat::LinkState state) {
  using chat::LinkState;
  if (state == LinkState::waiting) return "waiting";
  return state == LinkState::connecting ? "connecting" : "connected";
}

OrderedJson chat_json(const Observed& seen) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : seen.chat.sources) {
    std::uint64_t refused = 0;
    for (const auto& [reason, count] : one.refused) refused += count;
    out.push_back({{"name", one.name},
                   {"platform", one.platform},
                   {"state", said_of(one.link)},
                   {"messages", one.received},
                   {"refused", refused},
                   {"quiet_s", seconds_json(one.quiet_for)},
                   {"next_try_s", seconds_json(one.next_try_in)},
                   {"followers", or_null(one.followers)},
                   {"error", error_json(one.error)}});
  }
  return out;
}

OrderedJson port_json(const net::ServerCounters& port) {
  return {{"connections", port.connections},
          {"peers", port.peers},
          {"refused", by_reason(port.refused)}};
}

OrderedJson clock_json(const std::optional<std::int64_t>& wall_ms) {
  if (!wall_ms) return nullptr;
  return local_clock(WallTime(std::chrono::milliseconds(*wall_ms)));
}

OrderedJson followers_json(const Observed& seen) {
  const auto& figures = seen.chat.figures;
  const auto& origins = seen.chat.origins;
  return {{"total", figures.total},
          {"gained", figures.gained},
          {"source", chat::name_of(origins.provenance)},
          {"since", clock_json(origins.by_hand_ms)},
          {"stale_since", or_null(seen.stale_since)}};
}

// What hands did to the count, oldest first.
OrderedJson by_hand_json(const Observed& seen) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : seen.chat.corrections) {
    const auto& event = one->event;
    const auto own = event.own.value_or(chat::Own{});
    out.push_back({{"seq", one->sequence},
                   {"time", clock_json(event.time_ms)},
                   {"platform", event.platform},
                   {"add", event.total ? OrderedJson(nullptr) : OrderedJson(own.add)},
                   {"total", or_null(event.total)},
                   {"name", event.user ? event.user->name : std::string()},
                   {"who", own.by},
                   {"note", own.why}});
  }
  return out;
}

OrderedJson questions_json(const Observed& seen) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : seen.chat.questions) {
    out.push_back(
        {{"text", one.text}, {"count", one.count}, {"first", one.first}, {"last", one.last}});
  }
  return out;
}

// What hands hid, oldest first.
OrderedJson hidden_json(const Observed& seen) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : seen.hidden)
    out.push_back({{"seq", one.sequence},
                   {"name", one.name},
                   {"text", one.text},
                   {"who", one.by},
                   {"why", one.why}});
  return out;
}

OrderedJson cues_json(const RundownFigures& rundown) {
  return {{"next", or_null(rundown.next)}, {"rotation_s", or_null(rundown.rotation_s)}};
}

OrderedJson undo_json(const RundownFigures& rundown) {
  if (!rundown.undo) return nullptr;
  const auto& undo = *rundown.undo;
  return {
      {"zh", undo.what.zh}, {"en", undo.what.en}, {"who", undo.who}, {"left_s", undo.seconds_left}};
}

// Whole seconds until time takes something off the picture, by the name of its Layer.
OrderedJson ends_json(const Observed& seen) {
  const auto scene =
      seen.on_screen ? overlay::settled(seen.on_screen->scene, seen.now) : overlay::Scene();
  const auto left = [&](bool is_on, SessionTime end) -> OrderedJson {
    if (!is_on) return nullptr;
    return std::chrono::ceil<std::chrono::seconds>(end - seen.now).count();
  };
  const bool has_end = scene.caption && scene.caption_until != SessionTime::max();
  return {
      {"caption", left(has_end, scene.caption_until)},
      {"countdown",
       left(scene.countdown.has_value(), scene.countdown_since + overlay::countdown_length)},
      {"pinned", left(scene.pinned.has_value() && !scene.does_pinned_wait,
                      scene.pinned.value_or(overlay::ChatLine{}).arrived + overlay::pinned_stay)}};
}

// Since it began, over what interrupted it.
std::int64_t seconds_of_session(const Observed& seen) {
  const auto here = std::max(seen.now - *seen.began, Duration{});
  return to_ms(seen.air.before + here) / 1000;
}

}  // namespace

std::string_view state_name(const Observed& seen) {
  if (seen.phase == Phase::ready) return "ready";
  if (seen.phase == Phase::ended) return "ended";
  if (seen.air.is_any_live) return "live";
  const auto has = [&](OutputState state) {
    return std::any_of(seen.air.outputs.begin(), seen.air.outputs.end(),
                       [&](const auto& one) { return one.state == state; });
  };
  const bool is_pushing = has(OutputState::connecting) || has(OutputState::reconnecting);
  const auto& recording = seen.air.recording;
  if (!is_pushing && recording && recording->state == OutputState::live) return "recording";
  const bool has_recorded = seen.air.recorder && seen.air.recorder->files > 0;
  if (seen.air.was_ever_live || (!is_pushing && has_recorded)) return "reconnecting";
  return "connecting";
}

OrderedJson state_json(const Plan& plan, const Observed& seen) {
  OrderedJson out;
  out["state"] = state_name(seen);
  out["session"] = {
      {"folder", seen.folder ? OrderedJson(seen.folder->string()) : OrderedJson(nullptr)},
      {"seconds", seen.began ? OrderedJson(seconds_of_session(seen)) : OrderedJson(nullptr)},
      {"is_resumable", seen.is_resumable}};
  const auto& figures = seen.chat.figures;
  out["followers"] = followers_json(seen);
  out["viewers"] = figures.viewers;
  out["likes"] = figures.likes;
  out["by_hand"] = by_hand_json(seen);
  out["questions"] = questions_json(seen);
  out["hidden"] = hidden_json(seen);
  out["chat"] = chat_json(seen);
  out["outputs"] = outputs_json(plan, seen, Detail::state);
  out["recorder"] = recorder_json(seen.air.recording, seen.air.recorder);
  out["clean"] = clean_json(seen, Detail::state);
  out["handed"] = seen.handed;
  OrderedJson layers = OrderedJson::array();
  if (seen.on_screen) {
    for (const auto* layer : overlay::on_air(*seen.on_screen)) {
      OrderedJson one{{"layer", overlay::name_of(layer->layer)}, {"id", layer->id}};
      if (std::find(layers.begin(), layers.end(), one) == layers.end())
        layers.push_back(std::move(one));
    }
  }
  out["layers"] = std::move(layers);
  out["ends_in_s"] = ends_json(seen);
  out["cues"] = cues_json(seen.rundown);
  out["undo"] = undo_json(seen.rundown);
  const bool has_picture =
      seen.signal == capture::Signal::fresh || seen.signal == capture::Signal::frozen;
  out["source"] = {{"has_picture", has_picture},
                   {"signal", capture::name_of(seen.signal)},
                   {"from", seen.source.source},
                   {"about", seen.source.about},
                   {"has_sound", heard_of(seen).has_sound},
                   {"level_dbfs", level_json(seen)}};
  out["sound"] = sound_json(seen.sound);
  out["finishing"] = finishing_json(seen.finishing);
  out["show_version"] = seen.on_screen ? seen.on_screen->show_version : 0;
  out["problems"] = problems_json(seen);
  return out;
}

OrderedJson stats_json(const Plan& plan, const Observed& seen) {
  OrderedJson out;
  out["time_s"] = static_cast<double>(to_ms(seen.now.time_since_epoch())) / 1000;
  out["state"] = state_name(seen);
  out["frames"] = {{"captured", seen.source.frames_captured},
                   {"capture_lost", seen.source.frames_lost},
                   {"capture_age_ms", ms_json(seen.source.last_frame_age)},
                   {"program", seen.program.program},
                   {"missed", seen.program.missed},
                   {"stood_still", seen.program.stood_still},
                   {"skipped", seen.program.skipped},
                   {"repeated", seen.program.repeated},
                   {"starved", seen.program.starved}};
  out["audio"] = {{"skipped", seen.program.skipped_audio},
                  {"capture_lost", heard_of(seen).blocks_lost},
                  {"level_dbfs", level_json(seen)},
                  {"silent_ms", ms_json(heard_of(seen).silent_for)},
                  {"momentary_lufs", tenths(seen.sound.readings.loudness.momentary)},
                  {"short_term_lufs", tenths(seen.sound.readings.loudness.short_term)},
                  {"integrated_lufs", tenths(seen.sound.readings.loudness.integrated)},
                  {"processed", seen.sound.readings.is_processed},
                  {"gain_db", tenths(seen.sound.readings.gain_db)},
                  {"muted", seen.sound.is_muted},
                  {"panic", seen.sound.is_panic},
                  {"music", seen.sound.is_music_on},
                  {"music_ducked", seen.sound.readings.is_ducked},
                  {"music_late", seen.sound.readings.music_late}};
  out["av_offset_ms"] = or_null(seen.program.av_offset_ms);
  out["decode_errors"] = seen.source.decode_errors + (seen.mic ? seen.mic->decode_errors : 0);
  out["compose_ms"] = seen.program.compose_ms;
  out["encoder"] = encoder_json(seen);
  out["strands"] = strands_json(seen);
  out["outputs"] = outputs_json(plan, seen, Detail::figures);
  out["recorder"] = recorder_json(seen.air.recording, seen.air.recorder);
  out["recorder"]["own_quality"] = seen.air.has_own_quality;
  out["clean"] = clean_json(seen, Detail::figures);
  out["handed"] = seen.handed;
  out["finishing"] = finishing_json(seen.finishing);
  out["chat"] = {{"in", seen.chat.in},
                 {"dropped", by_reason(seen.chat.dropped)},
                 {"hidden", by_reason(seen.chat.hidden)},
                 {"skipped", seen.chat.feed.skipped},
                 {"evicted", seen.chat.feed.evicted},
                 {"refused", seen.chat.feed.refused},
                 {"unauthorised", seen.chat.unauthorised},
                 {"next_seq", seen.chat.next}};
  out["ports"] = {{"control", port_json(seen.control)}, {"audience", port_json(seen.audience)}};
  out["followers"] = {{"total", seen.chat.figures.total}, {"gained", seen.chat.figures.gained}};
  out["picture_latency_ms"] = or_null(seen.picture_latency_ms);
  out["picture_latency_p99_ms"] = or_null(seen.picture_latency_p99_ms);
  out["show_latency_ms"] = or_null(seen.show_latency_ms);
  out["peers"] = seen.chat.feed.peers;
  if (seen.ledger) {
    out["ledger"] = {{"committed", seen.ledger->committed},
                     {"commits", seen.ledger->commits},
                     {"waiting", seen.ledger->pipe.depth},
                     {"lost", seen.ledger->pipe.lost},
                     {"gaps", seen.ledger->gaps}};
  } else {
    out["ledger"] = nullptr;
  }
  OrderedJson pipes = OrderedJson::object();
  const auto add = [&](const std::vector<PipeCounters>& all) {
    for (const auto& pipe : all)
      pipes[pipe.name] = {{"in", pipe.in}, {"lost", pipe.lost}, {"depth", pipe.depth}};
  };
  add(seen.source.pipes);
  if (seen.mic) add(seen.mic->pipes);
  add(seen.pipes);
  out["pipes"] = std::move(pipes);
  out["rss_bytes"] = or_null(resident_bytes());
  return out;
}

std::optional<std::int64_t> resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  if (!(file >> total >> resident)) return std::nullopt;
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace xb::studio
