// What is sent, recorded and encoded, as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "studio/report_outputs.h"

#include <algorithm>
#include <utility>

namespace xb::studio {

using output::OutputState;

OrderedJson error_json(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"code", error->name()}, {"zh", redacted(error->zh())}, {"en", redacted(error->en())}};
}

// Before the Session the pushes are off, after it they have ended: the page shows the same rows all
// evening.
OrderedJson outputs_json(const Plan& plan, const Observed& seen, Detail detail) {
  OrderedJson out = OrderedJson::array();
  for (const auto& publish : plan.show.publish) {
    const auto& all = seen.air.outputs;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& one) { return one.name == publish.name; });
    output::OutputStats stats;
    stats.name = publish.name;
    if (found != all.end()) stats = *found;
    OrderedJson one{
        {"name", stats.name}, {"canvas", publish.canvas}, {"state", output::name_of(stats.state)}};
    if (detail == Detail::figures) {
      one["dropped"] = stats.dropped;
      one["dropped_audio"] = stats.dropped_audio;
      one["queue_ms"] = stats.queue_ms;
      one["bitrate_kbps"] = stats.bitrate_kbps;
      one["bytes"] = stats.bytes;
    }
    one["reconnects"] = stats.reconnects;
    one["error"] = error_json(stats.error);
    out.push_back(std::move(one));
  }
  return out;
}

OrderedJson recorder_json(const std::optional<output::OutputStats>& recording,
                          const std::optional<output::RecorderStats>& recorder) {
  OrderedJson out;
  out["state"] = recording ? output::name_of(recording->state) : output::name_of(OutputState::off);
  out["bytes"] = recorder ? OrderedJson(recorder->bytes) : OrderedJson(nullptr);
  out["sync_age_ms"] = recorder ? or_null(recorder->sync_age_ms) : OrderedJson(nullptr);
  out["dropped"] = recording ? OrderedJson(recording->dropped) : OrderedJson(nullptr);
  out["queue_ms"] = recording ? OrderedJson(recording->queue_ms) : OrderedJson(nullptr);
  out["seconds_left"] = recorder ? or_null(recorder->seconds_left) : OrderedJson(nullptr);
  out["file"] = recorder && !recorder->file.empty()
                    ? OrderedJson(recorder->file.filename().string())
                    : OrderedJson(nullptr);
  out["error"] = recording ? error_json(recording->error) : OrderedJson(nullptr);
  return out;
}

namespace {

OrderedJson encoder_json(const StrandState* state, std::uint64_t also_refused) {
  const bool is_on = state != nullptr && !state->encoder.empty();
  return {{"name", is_on ? OrderedJson(state->encoder) : OrderedJson(nullptr)},
          {"frame_ms", is_on && state->encode_us > 0
                           ? OrderedJson(static_cast<double>(state->encode_us) / 1000)
                           : OrderedJson(nullptr)},
          {"refused", is_on ? OrderedJson(state->refused + also_refused) : OrderedJson(nullptr)}};
}

// The encoder of each strand on air; null before and after.
const StrandState* state_of(const Observed& seen, std::size_t strand) {
  return seen.phase == Phase::on_air && strand < seen.air.strands.size() ? &seen.air.strands[strand]
                                                                         : nullptr;
}

}  // namespace

OrderedJson encoder_json(const Observed& seen) {
  return encoder_json(state_of(seen, 0), seen.sound_refused.value_or(0));
}

OrderedJson strands_json(const Observed& seen) {
  OrderedJson out = OrderedJson::array();
  for (std::size_t i = 0; i < seen.strands.all.size(); ++i) {
    const auto& strand = seen.strands.all[i];
    const auto& video = seen.strands.video_of(strand);
    const auto* state = state_of(seen, i);
    const bool is_on = state != nullptr && !state->encoder.empty();
    const auto bits = [&](std::int64_t StrandState::*which) {
      return state != nullptr && state->*which > 0 ? OrderedJson(state->*which)
                                                   : OrderedJson(nullptr);
    };
    out.push_back(
        {{"name", strand.name},
         {"canvas", seen.strands.canvases[strand.canvas].name},
         {"width", video.width},
         {"height", video.height},
         {"bitrate_kbps", bits(&StrandState::bitrate_kbps)},
         {"ceiling_kbps", bits(&StrandState::ceiling_kbps)},
         {"pace", is_on ? OrderedJson(output::name_of(state->pace)) : OrderedJson(nullptr)},
         {"sound_kbps", is_on ? OrderedJson(state->sound_kbps) : OrderedJson(nullptr)},
         {"skipped", seen.program.skipped_by_strand[i]},
         {"effort", is_on ? OrderedJson(output::name_of(state->effort)) : OrderedJson(nullptr)},
         {"eased", is_on ? OrderedJson(state->eased) : OrderedJson(nullptr)},
         {"encoder", encoder_json(state, 0)}});
  }
  return out;
}

OrderedJson clean_json(const Observed& seen, Detail detail) {
  if (!seen.strands.clean) return nullptr;
  const auto& air = seen.air;
  auto out = recorder_json(air.clean, air.clean_recorder);
  if (detail == Detail::state) {
    out = {{"state", std::move(out["state"])},
           {"file", std::move(out["file"])},
           {"error", std::move(out["error"])}};
  }
  const auto& made = air.clean_made;
  const bool is_fed = seen.phase == Phase::on_air && air.clean_recorder;
  out["feeding"] = is_fed ? OrderedJson(output::name_of(made.feeding)) : OrderedJson(nullptr);
  if (detail == Detail::state) return out;
  out["copied"] = made.copied;
  out["encoded"] = made.encoded;
  return out;
}

}  // namespace xb::studio
