// The part of the control port by which devices are paired, seen and sent away.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "control/lan_door.h"
#include "control/pairing.h"
#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// All of it outlives the server.
struct PairParts {
  LanDoor& lan;
  studio::Studio& studio;
  Clock& clock;
};

// Adds GET /api/me, /pair and all of /api/pair (docs/wire.md section 11). Offers are made at this
// computer only: their code would go over the air to anybody else.
void serve_pairing(net::Server& server, const PairParts& parts);

// What a POST /api/pair/claim says. Errors: json_invalid, command_arguments, text_not_utf8.
Result<PairClaim> read_claim(std::string_view body);

}  // namespace xb::control
