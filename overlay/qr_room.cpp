// Tries lengths until the modules become too small. SPDX-License-Identifier: Apache-2.0
#include "overlay/qr_room.h"

#include "overlay/placement.h"
#include "overlay/qr.h"
#include "overlay/theme.h"

namespace xb::overlay {
namespace {
constexpr std::size_t most_bytes = 512;  // of a link
}

Result<std::size_t> longest_qr_link(CanvasSize canvas, const std::string& assets) {
  XB_TRY_ASSIGN(const Theme theme, load_theme(assets, "red", canvas));
  const Placement placement(canvas, theme.anchors);
  std::size_t longest = 0;
  for (std::size_t bytes = 1; bytes <= most_bytes; ++bytes) {
    const auto code = make_qr(std::string(bytes, 'x'));
    if (!code || !qr_fits(*code, placement, theme)) break;
    longest = bytes;
  }
  return longest;
}

}  // namespace xb::overlay
