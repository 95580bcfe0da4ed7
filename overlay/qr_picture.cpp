// One path with a square for each dark module. SPDX-License-Identifier: Apache-2.0
#include "overlay/qr_picture.h"

#include <fmt/core.h>

#include "overlay/qr.h"

namespace xb::overlay {
namespace {

constexpr int quiet = 4;  // modules, as the standard asks

}  // namespace

std::optional<std::string> qr_picture(const std::string& link) {
  const auto code = make_qr(link);
  if (!code) return std::nullopt;
  const int side = code->side + 2 * quiet;
  auto out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" "
      "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{0}v{0}H0z\"/><path d=\"",
      side);
  for (int y = 0; y < code->side; ++y) {
    for (int x = 0; x < code->side; ++x) {
      if (code->is_dark[static_cast<std::size_t>(y * code->side + x)])
        out += fmt::format("M{} {}h1v1h-1z", x + quiet, y + quiet);
    }
  }
  return out + "\"/></svg>";
}

}  // namespace xb::overlay
