// Spans of outputs and of health. SPDX-License-Identifier: Apache-2.0
#include "review/scan_outputs.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "review/json_bits.h"

namespace xb::review {
namespace {

constexpr std::size_t most_names = 200;

// Lane and kind of what a component suffers from; an empty lane: it concerns no evening.
std::pair<std::string_view, std::string_view> place_of(std::string_view component,
                                                       std::string_view code) {
  const auto is = [&](std::string_view part) { return component.substr(0, part.size()) == part; };
  if (is("show") || is("stats") || is("program.restart") || is("session.past") || is("vision"))
    return {};
  if (is("chat") || is("ledger") || is("session")) return {"chat", "trouble"};
  if (code == "capture.stalled" || code == "capture.source_stalled") return {"picture", "frozen"};
  if (component.find("sound") != component.npos || is("mic")) return {"sound", "trouble"};
  if (is("output.recording") || is("output.clean") || is("output.encoder") || is("output.frames"))
    return {"picture", "missed"};
  if (is("output.")) return {};  // told by its state
  return {"picture", "trouble"};
}

void add_problem(Evening& out, Problem problem) {
  if (out.problems.size() < most_in_lane && problem.on.to >= problem.on.from)
    out.problems.push_back(std::move(problem));
}

}  // namespace

Sentence sentence_of(std::string_view code) {
  for (const auto& text : all_error_texts()) {
    if (text.name == code) return {std::string(text.zh), std::string(text.en)};
  }
  return {std::string(code), std::string(code)};
}

void ScanOutputs::publish(const Json& json) {
  for (const auto& one : list_of(json, "publish")) {
    if (one.is_string() && pushes_.size() < most_names) pushes_.insert(one.get<std::string>());
  }
}

void ScanOutputs::output(const Json& json, std::int64_t t, Evening& out) {
  const auto name = text_of(json, "name");
  const auto state = text_of(json, "state");
  if (!pushes_.contains(name)) return;
  const bool was_live = live_.contains(name);
  if (state == "live") {
    end_outage(name, t, out);
    if (!was_live) live_[name] = t;
    if (!out.live_from) out.live_from = t;
    return;
  }
  if (was_live) {
    if (out.live.size() < most_in_lane) out.live.push_back({name, {live_[name], t}});
    live_.erase(name);
    if (state != "ended" && state != "off") outages_[name] = {t, text_of(json, "code")};
  }
  if (state == "ended" || state == "off") end_outage(name, t, out);
}

void ScanOutputs::end_outage(const std::string& name, std::int64_t t, Evening& out) {
  const auto at = outages_.find(name);
  if (at == outages_.end()) return;
  const auto why = at->second.code.empty() ? Sentence{} : sentence_of(at->second.code);
  const auto seconds = std::to_string((t - at->second.from + 500) / 1000);
  ++out.figures.drops;
  out.figures.drops_ms += t - at->second.from;
  add_problem(out,
              {"outage",
               "live",
               {at->second.from, t},
               {name + " 断了 " + seconds + " 秒" + (why.zh.empty() ? "" : "：" + why.zh),
                name + " was down for " + seconds + " s" + (why.en.empty() ? "" : ": " + why.en)}});
  outages_.erase(at);
}

void ScanOutputs::health(const Json& json, std::int64_t t, Evening& out) {
  const auto component = text_of(json, "component");
  const auto condition = text_of(json, "condition");
  const auto code = text_of(json, "code");
  const bool is_bad = condition == "degraded" || condition == "failed";
  const auto at = troubles_.find(component);
  if (at != troubles_.end() && (!is_bad || at->second.code != code)) end_trouble(component, t, out);
  if (is_bad && troubles_.size() < most_names) troubles_.try_emplace(component, Trouble{t, code});
}

void ScanOutputs::end_trouble(const std::string& component, std::int64_t t, Evening& out) {
  const auto at = troubles_.find(component);
  const auto [lane, kind] = place_of(component, at->second.code);
  if (!lane.empty())
    add_problem(
        out,
        {std::string(kind), std::string(lane), {at->second.from, t}, sentence_of(at->second.code)});
  troubles_.erase(at);
}

void ScanOutputs::off(std::int64_t t, Evening& out) {
  for (const auto& [name, from] : live_) {
    if (out.live.size() < most_in_lane) out.live.push_back({name, {from, t}});
  }
  live_.clear();
  while (!outages_.empty()) end_outage(std::string(outages_.begin()->first), t, out);
  while (!troubles_.empty()) end_trouble(std::string(troubles_.begin()->first), t, out);
}

}  // namespace xb::review
