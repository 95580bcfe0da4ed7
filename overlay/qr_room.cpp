// Tries lengths until the modules become too small. SPDX-License-Identifier: Apache-2.0
#include "overlay/qr_room.h"

#include "overlay/placement.h"
#include "overlay/qr.h"
#include "overlay/theme.h"

namespace xb::overlay {
namespace {
constexpr std::size_t most_bytes = 512;  // of a link
}

Result<QrRoom> qr_room(CanvasSize canvas, const std::string& assets) {
  XB_TRY_ASSIGN(const Theme theme, load_theme(assets, "red", canvas));
  const Placement placement(canvas, theme.anchors);
  QrRoom room;
  for (std::size_t bytes = 1; bytes <= most_bytes; ++bytes) {
    const auto code = make_qr(std::string(bytes, 'x'));
    const auto size = code ? qr_size(*code, placement, theme) : QrSize::none;
    if (size == QrSize::none) break;
    room.at_most = bytes;
    if (size == QrSize::large) room.surely = bytes;
  }
  return room;
}

}  // namespace xb::overlay
