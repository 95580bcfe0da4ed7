// The frames of Twitch EventSub to ChatEvents. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat/reading.h"

namespace xb::chat {

struct TwitchNote : Reading {
  enum class Type : std::uint8_t {
    unknown = 1,
    welcome,
    keepalive,
    notification,
    reconnect,
    revocation
  };
  Type type = Type::unknown;
  std::string session;                            // of a welcome
  std::optional<std::int64_t> keepalive_seconds;  // of a welcome
  std::string reconnect_url;                      // of a reconnect
  std::string revoked;                            // "channel.follow: authorization_revoked"
};
// What is older than ten minutes at `now_ms` (Unix milliseconds) was resent too late to be true and
// is ignored.
TwitchNote read_twitch_note(std::string_view frame, std::int64_t now_ms);

}  // namespace xb::chat
