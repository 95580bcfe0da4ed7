// QR codes through libqrencode. SPDX-License-Identifier: Apache-2.0
#include "overlay/qr.h"

#include <qrencode.h>

#include <algorithm>
#include <cmath>
#include <memory>

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
  // Edges on whole pixels: a module is 2 or 3 pixels at 720p, but none is grey.
  const double unit = canvas.unit();
  const double left = std::round(area.x * unit);
  const double top = std::round(area.y * unit);
  const auto edge = [&](double from, int module) {
    return (from + std::round((module + quiet) * step_px)) / unit;
  };
  cairo_t* cr = canvas.cairo();
  canvas.save();
  canvas.set_color(dark);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
  for (int y = 0; y < code.side; ++y) {
    for (int x = 0; x < code.side; ++x) {
      if (!code.is_dark[static_cast<std::size_t>(y * code.side + x)]) continue;
      cairo_rectangle(cr, edge(left, x), edge(top, y), edge(left, x + 1) - edge(left, x),
                      edge(top, y + 1) - edge(top, y));
    }
  }
  cairo_fill(cr);
  canvas.restore();
}

}  // namespace xb::overlay
