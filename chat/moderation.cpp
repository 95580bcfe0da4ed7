// Flood limits in fixed windows. SPDX-License-Identifier: Apache-2.0
#include "chat/moderation.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_watched = 4096;

bool is_limited(Kind kind) {
  return kind == Kind::chat || kind == Kind::enter || kind == Kind::share;
}

}  // namespace

std::optional<std::string_view> Moderation::judge(const ChatEvent& event, MonoTime now) {
  if (!is_limited(event.kind) || (rules_.per_user == 0 && rules_.in_all == 0)) return std::nullopt;
  if (now >= window_end_) {
    window_end_ = now + rules_.window;
    seen_in_all_ = 0;
    seen_.clear();
  }
  if (rules_.in_all > 0 && seen_in_all_ >= rules_.in_all) return "flood";
  if (rules_.per_user > 0 && event.user && !event.user->id.empty()) {
    const auto key = event.platform + '\n' + event.user->id;
    const auto at = seen_.find(key);
    if (at != seen_.end() && at->second >= rules_.per_user) return "flood";
    if (at != seen_.end()) {
      ++at->second;
    } else if (seen_.size() < most_watched) {
      seen_.emplace(key, 1);
    }
  }
  ++seen_in_all_;
  return std::nullopt;
}

}  // namespace xb::chat
