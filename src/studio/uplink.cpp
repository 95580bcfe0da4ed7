// Half minutes, and the file of those that went best. SPDX-License-Identifier: Apache-2.0
#include "studio/uplink.h"

#include <algorithm>

#include "base/files.h"
#include "base/local_time.h"
#include "net/json.h"
#include "studio/present.h"
#include "studio/strands.h"

namespace xb::studio {
namespace {

constexpr std::size_t window_s = 30;
constexpr Duration figure_every = std::chrono::seconds(1);
constexpr Duration too_long_ago = std::chrono::seconds(3);
constexpr std::size_t most_uplink_bytes = 65'536;
constexpr std::size_t most_pushes_kept = 64;
constexpr std::int64_t most_kbps = 100'000'000;

std::optional<Carried> carried_in(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto kbps = net::require_integer(json, "kbps");
  const auto day = net::require_string(json, "day");
  if (!kbps || !day || *kbps <= 0 || *kbps > most_kbps || day->size() != 10) return std::nullopt;
  return Carried{*kbps, *day};
}

OrderedJson json_of(const Carried& one) {
  return {{"kbps", one.kbps}, {"day", one.day}};
}

}  // namespace

void Uplink::look(const std::vector<output::OutputStats>& pushes, MonoTime now) {
  if (looked_ && now - *looked_ < figure_every) return;
  if (looked_ && now - *looked_ > too_long_ago) seconds_.clear();
  looked_ = now;
  auto& second = seconds_.emplace_back();
  for (const auto& push : pushes)
    if (push.state == output::OutputState::live && push.way)
      second[push.name] = push.way->taken_kbps;
  if (seconds_.size() > window_s) seconds_.pop_front();
  if (seconds_.size() < window_s) return;
  std::map<std::string, std::int64_t> sums;
  std::int64_t all = 0;
  for (const auto& one : seconds_)
    for (const auto& [name, kbps] : one) {
      sums[name] += kbps;
      all += kbps;
    }
  constexpr auto seconds = static_cast<std::int64_t>(window_s);
  if (all / seconds > all_.value_or(0)) all_ = all / seconds;
  for (const auto& [name, sum] : sums) {
    auto& best = by_push_[name];
    best = std::max(best, sum / seconds);
  }
}

std::filesystem::path uplink_file(const std::filesystem::path& data) {
  return data / "uplink.json";
}

UplinkPast read_uplink(const std::filesystem::path& file) {
  UplinkPast out;
  const auto text = read_file(file, most_uplink_bytes);
  if (!text) return out;
  const auto json = net::parse_json(*text);
  if (!json || !json->is_object()) return out;
  if (const auto last = json->find("last"); last != json->end()) out.last = carried_in(*last);
  const auto best = json->find("best");
  if (best == json->end() || !best->is_object()) return out;
  for (const auto& [name, one] : best->items()) {
    auto carried = carried_in(one);
    if (carried && out.best.size() < most_pushes_kept) out.best.emplace(name, std::move(*carried));
  }
  return out;
}

Status keep_uplink(const std::filesystem::path& file, const Uplink& evening, WallTime now) {
  if (!evening.all_kbps()) return ok();
  auto past = read_uplink(file);
  const auto day = local_day(now);
  past.last = Carried{*evening.all_kbps(), day};
  for (const auto& [name, kbps] : evening.by_push()) {
    auto& best = past.best[name];
    if (kbps >= best.kbps) best = {kbps, day};
  }
  OrderedJson best = OrderedJson::object();
  for (const auto& [name, one] : past.best)
    if (best.size() < most_pushes_kept && one.kbps > 0) best[name] = json_of(one);
  const OrderedJson whole{{"last", json_of(*past.last)}, {"best", std::move(best)}};
  return write_file_atomically(file, net::dump(whole), 0600);
}

std::int64_t sent_kbps(const Plan& plan) {
  const auto strands = strands_of(plan);
  std::int64_t bits = 0;
  for (const auto* push : pushes_of(plan)) {
    const auto& strand = strands.all[strands.of(push->canvas)];
    const auto settings = encoder_settings(strands.video_of(strand));
    bits += settings.video_bitrate + settings.audio_bitrate;
  }
  return bits / 1000;
}

}  // namespace xb::studio
