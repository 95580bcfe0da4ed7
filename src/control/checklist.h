// The checklist before going live: what the program knows, said in one place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "net/json.h"
#include "studio/uplink.h"

namespace xb::control {

// What the checklist is made of. `state` is GET /api/state and `setup` GET /api/setup;
// `seconds_left` of recording, nothing where it is not known or not recorded.
struct ChecklistFacts {
  const OrderedJson& state;
  const OrderedJson& setup;
  std::optional<std::int64_t> seconds_left;
  // What the line to the platforms carried, and what is to be sent now; kbit/s.
  studio::UplinkPast carried = {};
  std::int64_t sent_kbps = 0;
};

// {"items":[{"item","tone":"ok|warn|bad","zh","en","fix":"products:orange"|null}]}, docs/wire.md
// section 12. Nothing that was not measured is in it. Pure.
OrderedJson checklist_of(const ChecklistFacts& facts);

}  // namespace xb::control
