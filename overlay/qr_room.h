// How long a link may be for its QR code, asked before it is on air.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "overlay/artist.h"

namespace xb::overlay {

// Lengths of links in bytes; 0 where the Canvas shows no code.
struct QrRoom {
  std::size_t surely = 0;   // up to here a code scans
  std::size_t at_most = 0;  // up to here it is shown as long as it reads back; never beyond
};
// Errors: theme_invalid.
Result<QrRoom> qr_room(CanvasSize canvas, const std::string& assets);

}  // namespace xb::overlay
