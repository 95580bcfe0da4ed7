// libsrt's own log lines, wherever SRT is used.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace xb::output {

// Sends them through base/log (redacted, rate limited) instead of to standard error. Call once from
// main.
void route_srt_log();

}  // namespace xb::output
