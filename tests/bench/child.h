// Runs a command and says what CPU time it took.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace xb::bench {

// User and system CPU of the command in ms, all its threads. Ends the bench with the command line
// when it cannot be run or fails.
double cpu_ms_of(const std::vector<std::string>& command);

// As one would type it.
std::string shell_line(const std::vector<std::string>& command);

}  // namespace xb::bench
