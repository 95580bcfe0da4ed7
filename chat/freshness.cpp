// One minute of patience for each platform. SPDX-License-Identifier: Apache-2.0
#include "chat/freshness.h"

#include <algorithm>

namespace xb::chat {
namespace {

constexpr Duration patience = std::chrono::seconds(60);
constexpr std::size_t most = 64;  // twice what the Inbox knows

}  // namespace

void Freshness::heard(std::string_view platform, std::string_view source, MonoTime now) {
  auto found = platforms_.find(platform);
  if (found == platforms_.end()) {
    if (platforms_.size() >= most) return;
    found = platforms_.emplace(platform, Heard{}).first;
  }
  found->second.last = now;
  if (found->second.source != source) found->second.source = source;
}

std::optional<MonoTime> Freshness::stale_since(
    const CounterState& counter, const std::function<bool(const std::string&)>& is_connected,
    MonoTime now) const {
  std::optional<MonoTime> since;
  for (const auto& [platform, count] : counter.platforms) {
    const bool is_counted = !count.reported;
    if (is_counted && count.net == 0) continue;
    const auto found = platforms_.find(platform);
    const bool is_known = found != platforms_.end();
    // What a hand typed or counted says itself how old it is.
    if (count.is_typed || (count.by_hand_ms && !is_known)) continue;
    if (is_counted && is_connected(is_known ? found->second.source : std::string())) continue;
    const auto last = is_known ? found->second.last : start_;
    if (now - last >= patience) since = std::min(since.value_or(last), last);
  }
  return since;
}

}  // namespace xb::chat
