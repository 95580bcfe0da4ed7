// QR codes of product links.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <utility>
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

// The codes of links asked for last: making one costs as much as the rest of a card.
// Thread: one at a time. Keeps at most 16.
class QrShelf {
 public:
  // Null when make_qr() gives nothing. Holds until the next call.
  const QrCode* get(const std::string& link);

 private:
  std::list<std::pair<std::string, std::optional<QrCode>>> kept_;  // most recently used first
};

// Draws with `quiet` modules around it, module edges on whole pixels.
void draw_qr(Canvas& canvas, const QrCode& code, Area area, int quiet, Color dark, Color light,
             double radius);
// How sure it is that a phone scans this code off the encoded picture. `large` ones do (modules of
// 2.7 pixels, design.md 2). A `small` one is shown as well, and stays only if it reads back.
enum class QrSize : std::uint8_t { none = 1, small, large };
QrSize qr_size(const QrCode& code, const Placement& placement, const Theme& theme);

}  // namespace xb::overlay
