// Api: the request-and-answer part of the control port.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "control/recent_deeds.h"
#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// Adds GET /api/state, /api/stats, /metrics, /api/show, /api/commands, /api/pictures/ID and POST
// /api/command. Thread: owner's or the loop's, before the server listens; `studio` outlives the
// server.
void serve_api(net::Server& server, studio::Studio& studio, std::shared_ptr<RecentDeeds> recent);

// The refusal (415) of what a page did not send as JSON: a form of a foreign page can send
// text/plain without asking first, but not that. Scripts, which send no Origin, need not care.
std::optional<net::Response> refused_type(const net::Request& request);

// {"ok":false,"code","zh","en"}, with its status: 400 wrong request, 403 not allowed, 404 unknown,
// 409 not possible now, 429 busy, 500 our own mistake.
net::Response refusal_of(const Error& error);

// {"ok":true}, with "zh" and "en" when something else happened too; or the refusal.
net::Response answer_of(const studio::Answer& answer);

// What a POST /api/command says. Errors: json_invalid, command_arguments: it has no id or no name
// and so is no command; `args` are checked by the studio.
Result<studio::Command> read_request(std::string_view body);

// The table of commands as docs/control-api.md.
std::string command_page();

}  // namespace xb::control
