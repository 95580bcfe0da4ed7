// What a phone would read in a picture. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "media/frame.h"
#include "media/placement.h"

namespace xb::vision {

// The text of a QR code that fills `where`; nothing when it cannot be read. Thread: any; allocates.
std::optional<std::string> read_qr(const media::Picture& picture, const media::PixelRect& where);

}  // namespace xb::vision
