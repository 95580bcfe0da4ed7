// The messages of Social Stream Ninja to ChatEvents. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "chat/reading.h"

namespace xb::chat {

// The event's platform is the one the message came from ("twitch", "kuaishou"): its totals and
// people are kept apart from the other platforms'.
Reading read_social_stream(std::string_view message);

}  // namespace xb::chat
