// The messages of Owncast's chat socket to ChatEvents. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "chat/reading.h"

namespace xb::chat {

inline constexpr std::string_view owncast = "owncast";

struct OwncastReading : Reading {
  bool is_welcome = false;  // CONNECTED_USER_INFO: we are in
  bool needs_registration = false;
  bool is_disabled = false;  // this user may not chat
};
// One text frame: several objects may share it, one a line.
OwncastReading read_owncast(std::string_view frame);

}  // namespace xb::chat
