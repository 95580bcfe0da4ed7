// SetupApi: the part of the control port that changes the Show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// Adds GET /api/setup, /api/setup/schema, /api/devices and /api/checklist, and POST
// /api/setup/section, publish, list, row, table, picture and knock (docs/wire.md section 12). For the
// operator alone, but the checklist for who may look. The loop hands bodies over as they are; they
// are read, judged and written on the thread `setup`. Nothing is added where the studio has no
// files to change.
//
// Thread: owner's, before the server listens; `studio` outlives the server.
void serve_setup(net::Server& server, studio::Studio& studio);

}  // namespace xb::control
