// How long a link may be for its QR code, asked before it is on air.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "overlay/artist.h"

namespace xb::overlay {

// The longest link, in bytes, whose code a card on this Canvas shows; 0 where it shows none.
// Errors: theme_invalid.
Result<std::size_t> longest_qr_link(CanvasSize canvas, const std::string& assets);

}  // namespace xb::overlay
