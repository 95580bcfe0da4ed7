// Where a phone pushes its picture to, with the code to scan.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// Adds GET /api/listen and /api/listen.svg (docs/wire.md section 12). At this computer only: they
// have the secret in them with which anybody's picture is on air, and go over the air unciphered.
//
// Thread: owner's, before the server listens; `studio` outlives the server.
void serve_listen(net::Server& server, studio::Studio& studio);

}  // namespace xb::control
