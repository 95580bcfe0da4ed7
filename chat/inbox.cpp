// The memory of event ids, oldest forgotten first. SPDX-License-Identifier: Apache-2.0
#include "chat/inbox.h"

namespace xb::chat {

Result<Sighting> Inbox::look_up(const ChatEvent& event) {
  const auto platform = platforms_.find(event.platform);
  if (platform == platforms_.end()) {
    if (platforms_.size() >= limits_.platforms) {
      return Error(ErrorCode::event_invalid,
                   "platform: more than " + std::to_string(limits_.platforms) + " platforms");
    }
    return Sighting{};
  }
  if (event.id.empty()) return Sighting{};
  const auto at = platform->second.known.find(event.id);
  return at == platform->second.known.end() ? Sighting{} : at->second;
}

void Inbox::remember(const ChatEvent& event, std::uint64_t sequence, Seen seen) {
  auto& platform = platforms_[event.platform];
  if (event.id.empty()) return;
  const auto [at, is_new] = platform.known.insert_or_assign(event.id, Sighting{seen, sequence});
  if (!is_new) return;
  platform.order.push_back(event.id);
  if (platform.order.size() > limits_.ids) {
    platform.known.erase(platform.order.front());
    platform.order.pop_front();
  }
}

void Inbox::settle(const ChatEvent& event, Seen seen) {
  const auto platform = platforms_.find(event.platform);
  if (platform == platforms_.end() || event.id.empty()) return;
  const auto at = platform->second.known.find(event.id);
  if (at != platform->second.known.end()) at->second.seen = seen;
}

std::size_t Inbox::size() const {
  std::size_t sum = 0;
  for (const auto& [name, platform] : platforms_) sum += platform.known.size();
  return sum;
}

}  // namespace xb::chat
