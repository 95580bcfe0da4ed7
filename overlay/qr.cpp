// QR codes through libqrencode. SPDX-License-Identifier: Apache-2.0
#include "overlay/qr.h"

#include <qrencode.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "overlay/picture.h"
#include "overlay/placement.h"
#include "overlay/theme.h"

namespace xb::overlay {
namespace {

constexpr std::size_t most_link_bytes = 512;
constexpr std::size_t most_codes = 16;
constexpr double least_module_px = 2;  // below, no edge is where it belongs

// The pixels a module would have.
double module_px(const QrCode& code, double side_u, int quiet, double unit) {
  return side_u * unit / (code.side + 2 * quiet);
}

}  // namespace

std::optional<QrCode> make_qr(const std::string& link) {
  if (link.empty() || link.size() > most_link_bytes || link.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString8bit(link.c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  if (!code) return std::nullopt;
  QrCode qr;
  qr.side = code->width;
  const auto modules = static_cast<std::size_t>(qr.side) * static_cast<std::size_t>(qr.side);
  qr.is_dark.reserve(modules);
  for (std::size_t i = 0; i < modules; ++i) qr.is_dark.push_back((code->data[i] & 1) != 0);
  return qr;
}

const QrCode* QrShelf::get(const std::string& link) {
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const auto& kept) { return kept.first == link; });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
  } else {
    kept_.emplace_front(link, make_qr(link));
    if (kept_.size() > most_codes) kept_.pop_back();
  }
  const auto& code = kept_.front().second;
  return code ? &*code : nullptr;
}

QrSize qr_size(const QrCode& code, const Placement& placement, const Theme& theme) {
  if (!placement.has_qr() || theme.anchors.qr <= 0) return QrSize::none;
  const double px = module_px(code, theme.anchors.qr, theme.qr_quiet_modules, placement.unit());
  if (px >= theme.qr_min_module_px) return QrSize::large;
  return px >= least_module_px ? QrSize::small : QrSize::none;
}

void draw_qr(Canvas& canvas, const QrCode& code, Area area, int quiet, Color dark, Color light,
             double radius) {
  const double step_px = module_px(code, area.w, quiet, canvas.unit());
  canvas.fill(area, all_corners(radius), plain_fill(light));
  // Edges on whole pixels: a module is 2 or 3 pixels at 720p, but none is grey. So the pixels are
  // written here: as a path, hundreds of squares cost a seventh of a card.
  const auto edge = [&](int module) {
    return static_cast<int>(std::lround((module + quiet) * step_px));
  };
  const int side = edge(code.side);
  const auto bytes = sizeof(std::uint32_t) * static_cast<std::size_t>(side);
  Pixels drawn{side, side, static_cast<int>(bytes), false,
               std::vector<std::uint8_t>(bytes * static_cast<std::size_t>(side))};
  const auto row = [&](int y) { return drawn.argb.data() + bytes * static_cast<std::size_t>(y); };
  const std::uint32_t ink = 0xFF000000U | std::uint32_t{dark.r} << 16 | std::uint32_t{dark.g} << 8 |
                            std::uint32_t{dark.b};
  auto module = code.is_dark.begin();
  for (int y = 0; y < code.side; ++y) {
    auto* first = reinterpret_cast<std::uint32_t*>(row(edge(y)));
    for (int x = 0; x < code.side; ++x) {
      if (*module++) std::fill(first + edge(x), first + edge(x + 1), ink);
    }
    for (int same = edge(y) + 1; same < edge(y + 1); ++same)
      std::copy_n(row(edge(y)), bytes, row(same));
  }
  canvas.draw_pixels(drawn, area.x, area.y);
}

}  // namespace xb::overlay
