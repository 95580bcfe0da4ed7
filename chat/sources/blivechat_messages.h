// The messages of blivechat's plug-in socket to ChatEvents. Pure. SPDX-License-Identifier:
// Apache-2.0
#pragma once

#include <string_view>

#include "chat/reading.h"

namespace xb::chat {

struct BlivechatReading : Reading {
  bool is_heartbeat = false;
};
BlivechatReading read_blivechat(std::string_view message);

}  // namespace xb::chat
