// What is said of an exception where it is caught. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string_view>

namespace xb {

// A line of the log: `what` ended by an exception. It is left out where there is no memory even for
// that: who catches bad_alloc must not be left by another one. Thread: any.
void log_thrown(std::string_view component, std::string_view what,
                const std::exception& thrown) noexcept;

}  // namespace xb
