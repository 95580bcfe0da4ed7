// What each subcommand does. All return an exit code and have said what was wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "app/options.h"
#include "base/result.h"
#include "base/time.h"
#include "net/server.h"
#include "studio/show.h"

namespace xb::app {

int run(const LiveOptions& options);
int run(const RenderOptions& options);
int run(const ReviewOptions& options);
int run(const DevicesOptions& options);
int run(const CheckOptions& options);
int run(const ExplainOptions& options);

// `render` of a Session folder.
int run_session(const RenderOptions& options);

// Says the Error in both languages on standard error, redacted.
void say(const Error& error);
// Says the Error and returns `exit_code`, to leave with.
int fail(const Error& error, int exit_code);
// The Show, or nothing after all its problems were said.
std::optional<studio::Show> load_or_say(const std::string& folder,
                                        studio::PictureLook look = studio::PictureLook::header);

// The address to listen at; a port that is taken gives way to a free one unless it was asked for.
// Errors: address_invalid, port_taken.
Result<net::Address> settle(const std::string& text, bool is_asked_for);
// In both languages, that another port than the usual one is listened at; empty where it is that
// one, or any would do.
std::string moved_sentence(const std::string& asked, const std::string& listens_at);

// SIGINT, SIGTERM and SIGHUP (the terminal was closed) come to wait_for_stop_signal() and nowhere
// else; a SIGHUP that whoever started the program ignores stays ignored.
void block_stop_signals();
// True when a stop signal came within `timeout`. Thread: any, one at a time.
bool wait_for_stop_signal(Duration timeout);

}  // namespace xb::app
