// The packets of Bilibili's live socket, unpacked and made. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xb::chat {

enum class BilibiliOperation : std::uint32_t {
  heartbeat = 2,
  heartbeat_reply = 3,
  command = 5,
  login = 7,
  login_reply = 8,
};

// The limits of one WebSocket message, all its packets together.
struct BilibiliLimits {
  std::size_t bytes = 2 << 20;  // unpacked: a bomb then takes 6 MiB at the most, for a moment
  std::size_t packets = 10'000;
  int depth = 2;  // compressed runs inside compressed runs
};

// Calls `take` for each packet that is not compressed, in order; `body` is valid during the call.
// Returns what was wrong: one broken packet ends its run, packets before it were taken.
using BilibiliTake = std::function<void(std::uint32_t operation, std::string_view body)>;
Status unpack_bilibili(std::string_view message, const BilibiliTake& take,
                       const BilibiliLimits& limits = {});

std::string bilibili_packet(BilibiliOperation operation, std::string_view body);

}  // namespace xb::chat
