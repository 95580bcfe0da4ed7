// The row of a card with its QR code and why one should scan it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/qr.h"
#include "overlay/text.h"
#include "overlay/theme.h"

namespace xb::overlay {

// The code is a square as high as `area`, on its left.
void draw_scan_row(Canvas& canvas, const Theme& theme, TextShaper& text, const QrCode& code,
                   Area area);

}  // namespace xb::overlay
