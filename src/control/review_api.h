// ReviewApi: the part of the control port that shows Sessions that are over.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/server.h"
#include "review/archive.h"

namespace xb::control {

// Adds everything below /api/review (docs/wire.md section 13). Who asks is looked at on the loop,
// all else is done on the archive's thread. Thread: owner's, before the server listens; `archive`
// outlives the server.
void serve_review(net::Server& server, review::Archive& archive);

}  // namespace xb::control
