// The memory of event ids, oldest forgotten first. SPDX-License-Identifier: Apache-2.0
#include "chat/inbox.h"

namespace xb::chat {
namespace {

std::size_t sort_of(Kind kind) {
  switch (kind) {
    case Kind::follow:
    case Kind::unfollow:
    case Kind::followers: return 1;
    case Kind::gift:
    case Kind::like:
    case Kind::paid:
    case Kind::member:
    case Kind::moderation: return 2;
    default: return 0;
  }
}

}  // namespace

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
  const auto sort = sort_of(event.kind);
  const std::array most{limits_.ids, limits_.people, limits_.values};
  auto& order = platform.order[sort];
  try {
    order.push_back(event.id);
  } catch (...) {
    platform.known.erase(at);
    throw;
  }
  if (order.size() > most[sort]) {
    platform.known.erase(order.front());
    order.pop_front();
  }
}

void Inbox::forget(const ChatEvent& event) {
  const auto platform = platforms_.find(event.platform);
  if (platform == platforms_.end() || event.id.empty()) return;
  auto& [known, orders] = platform->second;
  const auto at = known.find(event.id);
  if (at == known.end()) return;
  if (auto& order = orders[sort_of(event.kind)]; !order.empty() && order.back() == event.id) {
    known.erase(at);
    order.pop_back();
  } else {
    at->second = {Seen::failed, 0};
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
