// Moderation: what is taken out before it is numbered. Pure. So far flood limits only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "chat/event.h"

namespace xb::chat {

// 0 means no limit. Only what is said (chat, enter, share) is limited: follows, gifts and likes are
// always counted.
struct ModerationRules {
  int per_user = 0;  // events of one user in `window`
  int in_all = 0;    // events of everybody in `window`
  Duration window = std::chrono::seconds(10);
};

// Thread: chat. Cost: one hash lookup an event; at most 4096 users are watched at a time.
class Moderation {
 public:
  explicit Moderation(ModerationRules rules) : rules_(rules) {}
  // Why the event is taken out ("flood"), or nothing when it may pass.
  std::optional<std::string_view> judge(const ChatEvent& event, MonoTime now);

 private:
  ModerationRules rules_;
  MonoTime window_end_;
  int seen_in_all_ = 0;
  std::unordered_map<std::string, int> seen_;
};

}  // namespace xb::chat
