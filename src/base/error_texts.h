// The table of error codes in its parts: one row a code.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/error.h"

namespace xb {

// The first row is that of `internal`.
std::span<const ErrorText> media_error_texts();
std::span<const ErrorText> desk_error_texts();

}  // namespace xb
