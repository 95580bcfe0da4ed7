// What must hold of everything a platform's reader takes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chat/reading.h"
#include "net/json.h"

namespace xb::fuzz {

inline void judge(const chat::Reading& reading) {
  for (const auto& event : reading.events) {
    const auto back = chat::parse_event(net::dump(chat::to_json(event)));
    XB_CHECK(back && *back == event);
  }
}

}  // namespace xb::fuzz
