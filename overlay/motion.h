// Motion: how a placed Layer moves, as a pure function of SessionTime.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.h"

namespace xb::overlay {

// A cubic Bezier through (0,0), (x1,y1), (x2,y2), (1,1), as CSS writes them. y may overshoot.
struct Curve {
  double x1 = 0;
  double y1 = 0;
  double x2 = 1;
  double y2 = 1;
  // y where x is `part`, 0 to 1; what lies outside is held at the ends.
  double at(double part) const;
  friend bool operator==(const Curve&, const Curve&) = default;
};

// How a Bitmap differs from its place at rest.
struct Pose {
  double dx = 0;  // pixels
  double dy = 0;
  double alpha = 1;
  // What is uncovered of it, as fractions of its width and height.
  double left = 0;
  double top = 0;
  double right = 1;
  double bottom = 1;
  friend bool operator==(const Pose&, const Pose&) = default;
};

// Both at once: shifts add up, alphas multiply, only what both uncover is seen.
Pose together(const Pose& a, const Pose& b);

enum class Repeat : std::uint8_t {
  once = 1,
  loop,   // from the beginning again
  swing,  // there and back, each in `length`
};

// `from` until `begin`, then along the curve, `to` after the end. Times are those of what caused
// the motion, so that every look at the same moment, now or at a re-render, sees the same.
struct Motion {
  SessionTime begin;
  Duration length{};
  Curve curve;
  Pose from;
  Pose to;
  Repeat repeat = Repeat::once;

  Pose at(SessionTime now) const;
  SessionTime end() const { return begin + length; }
  friend bool operator==(const Motion&, const Motion&) = default;
};

}  // namespace xb::overlay
