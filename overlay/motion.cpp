// Curves and poses. SPDX-License-Identifier: Apache-2.0
#include "overlay/motion.h"

#include <algorithm>
#include <cmath>

namespace xb::overlay {
namespace {

// The Bezier's coordinate at parameter t with inner points a and b.
double along(double a, double b, double t) {
  const double back = 1 - t;
  return 3 * back * back * t * a + 3 * back * t * t * b + t * t * t;
}

double slope_along(double a, double b, double t) {
  const double back = 1 - t;
  return 3 * back * back * a + 6 * back * t * (b - a) + 3 * t * t * (1 - b);
}

double mix(double from, double to, double part) {
  return from + (to - from) * part;
}

// Which part of the way is done, 0 to 1, before the curve bends it.
double part_done(const Motion& m, SessionTime now) {
  if (now < m.begin) return 0;
  if (m.length <= Duration{}) return 1;
  const auto gone = now - m.begin;
  if (m.repeat == Repeat::once && gone >= m.length) return 1;
  const auto round = static_cast<double>((gone % m.length).count());
  const double part = round / static_cast<double>(m.length.count());
  const bool is_way_back = m.repeat == Repeat::swing && gone / m.length % 2 == 1;
  return is_way_back ? 1 - part : part;
}

}  // namespace

double Curve::at(double part) const {
  if (!(part > 0)) return 0;
  if (part >= 1) return 1;
  if (x1 == y1 && x2 == y2) return part;
  // Newton's way takes three steps or four on all curves of the design. Both ways are exact to a
  // thousandth of a pixel on any canvas.
  double t = part;
  for (int i = 0; i < 8; ++i) {
    const double missed = along(x1, x2, t) - part;
    if (std::abs(missed) < 1e-8) return along(y1, y2, t);
    const double slope = slope_along(x1, x2, t);
    if (slope < 1e-3) break;
    t = std::clamp(t - missed / slope, 0.0, 1.0);
  }
  // x rises with t (the inner points lie within 0..1), so halving finds it where x hardly rises.
  double low = 0;
  double high = 1;
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    (along(x1, x2, middle) < part ? low : high) = middle;
  }
  return along(y1, y2, (low + high) / 2);
}

Pose together(const Pose& a, const Pose& b) {
  return {a.dx + b.dx,
          a.dy + b.dy,
          a.alpha * b.alpha,
          std::max(a.left, b.left),
          std::max(a.top, b.top),
          std::min(a.right, b.right),
          std::min(a.bottom, b.bottom)};
}

Pose Motion::at(SessionTime now) const {
  const double part = part_done(*this, now);
  if (part <= 0) return from;
  if (part >= 1) return to;
  const double bent = curve.at(part);
  const auto held = [&](double a, double b) { return std::clamp(mix(a, b, bent), 0.0, 1.0); };
  return {mix(from.dx, to.dx, bent),   mix(from.dy, to.dy, bent), held(from.alpha, to.alpha),
          held(from.left, to.left),    held(from.top, to.top),    held(from.right, to.right),
          held(from.bottom, to.bottom)};
}

}  // namespace xb::overlay
