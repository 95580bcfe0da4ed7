// Unpacking what a platform has compressed, never beyond a limit. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xb::chat {

// Both hold at most `most` bytes and one window (32 KiB; brotli 4 MiB, or twice `most` when that is
// more). Errors: event_too_large when more would come out, event_invalid when the bytes are broken
// or end too early. Bytes behind the end are an error as well.
Result<std::string> inflate(std::string_view bytes, std::size_t most);   // zlib (RFC 1950)
Result<std::string> unbrotli(std::string_view bytes, std::size_t most);  // RFC 7932

}  // namespace xb::chat
