// ShowsApi: which Show is open, and the others there are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>

#include "control/program_api.h"
#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// Adds GET and POST /api/shows, GET and POST /api/shows/zip, GET and POST /api/walk (docs/wire.md
// section 12). For the operator; what makes, changes or gives away a Show at the computer only.
// Another Show is opened by beginning again: that stands in `wish`, and never while a Session is
// on. File work is done on the thread `setup`. Nothing is added where the studio has no files to
// change.
//
// Thread: owner's, before the server listens; `studio` and `wish` outlive the server.
// `most_zip_bytes`: of what is posted; who may post none here is not listened to for long.
void serve_shows(net::Server& server, studio::Studio& studio, std::atomic<Wish>& wish,
                 std::size_t most_zip_bytes);

}  // namespace xb::control
