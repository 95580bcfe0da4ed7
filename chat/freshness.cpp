// One minute of patience for each platform. SPDX-License-Identifier: Apache-2.0
#include "chat/freshness.h"

#include <algorithm>

namespace xb::chat {
namespace {

constexpr Duration stale_after = std::chrono::seconds(60);
constexpr std::size_t most = 64;  // twice what the Inbox knows

}  // namespace

void Freshness::heard(std::string_view room_key, std::string_view source, MonoTime now) {
  auto found = heard_.find(room_key);
  if (found == heard_.end()) {
    if (heard_.size() >= most) return;
    found = heard_.emplace(room_key, Heard{}).first;
  }
  found->second.last = now;
  if (found->second.source != source) found->second.source = source;
}

void Freshness::heard_before(std::string_view platform, MonoTime when) {
  if (before_.size() < most)
    before_.insert_or_assign(std::string(platform), std::min(when, start_));
}

std::optional<Freshness::Stale> Freshness::stale(const CounterState& counter,
                                                 const Sources& sources, MonoTime now) const {
  std::optional<Stale> oldest;
  for (const auto& [key, count] : counter.platforms) {
    const bool is_counted = !count.reported;
    if (count.is_left_out) continue;
    if (is_counted && count.net == 0) continue;
    const auto found = heard_.find(key);
    const bool is_known = found != heard_.end();
    // What a hand typed or counted says itself how old it is.
    if (count.is_typed || (count.by_hand_ms && !is_known)) continue;
    if (!is_known && !sources.is_configured(key)) continue;
    if (is_counted && sources.is_connected(is_known ? found->second.source : std::string()))
      continue;
    // a source that was not there has its minute, too
    if (now - (is_known ? found->second.last : start_) < stale_after) continue;
    const auto before = before_.find(platform_of(key));
    const auto last = is_known                  ? found->second.last
                      : before != before_.end() ? before->second
                                                : start_;
    if (oldest && last >= oldest->since) continue;
    oldest = Stale{last, key};
    std::replace(oldest->platform.begin(), oldest->platform.end(), '\n', ' ');
  }
  return oldest;
}

}  // namespace xb::chat
