// QR codes of product links.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "overlay/canvas.h"

namespace xb::overlay {

class Placement;
struct Theme;

struct QrCode {
  int side = 0;               // modules
  std::vector<bool> is_dark;  // row by row
};

// Error correction M. Nothing when the link is empty, longer than 512 bytes or holds a zero byte.
std::optional<QrCode> make_qr(const std::string& link);

// Draws with `quiet` modules around it, module edges on whole pixels. Nothing is drawn and false
// returned when a module would be smaller than `least_px`: a code that cannot be read only
// misleads.
bool draw_qr(Canvas& canvas, const QrCode& code, Area area, int quiet, double least_px, Color dark,
             Color light, double radius);
// Whether a card shows this code: where the Canvas has room for one and a module is large enough.
bool qr_fits(const QrCode& code, const Placement& placement, const Theme& theme);

}  // namespace xb::overlay
