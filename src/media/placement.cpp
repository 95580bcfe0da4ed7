// Cover, contain and crop, worked out upright in parts of the picture, then turned back.
// SPDX-License-Identifier: Apache-2.0
#include "media/placement.h"

#include <algorithm>
#include <cmath>

namespace xb::media {
namespace {

int even(double value, int most) {
  const auto rounded = static_cast<int>(std::lround(value / 2)) * 2;
  return std::clamp(rounded, 2, most);
}

CropPart sane(CropPart part) {
  const auto within = [](double value, double low, double high) {
    return std::isfinite(value) ? std::clamp(value, low, high) : low;
  };
  part.x = within(part.x, 0, 0.99);
  part.y = within(part.y, 0, 0.99);
  part.width = within(part.width, 0.01, 1 - part.x);
  part.height = within(part.height, 0.01, 1 - part.y);
  return part;
}

// The part upright -> the same part of the picture as it is stored.
CropPart turned_back(const CropPart& p, int turn) {
  switch (turn) {
    case 90: return {p.y, 1 - p.x - p.width, p.height, p.width};
    case 180: return {1 - p.x - p.width, 1 - p.y - p.height, p.width, p.height};
    case 270: return {1 - p.y - p.height, p.x, p.height, p.width};
    default: return p;
  }
}

// Start on an even pixel so that chroma stays in place; take the odd last line when all is shown.
void pixels(double start, double length, int whole, int& from, int& count) {
  from = std::clamp(static_cast<int>(std::lround(start * whole / 2)) * 2, 0, (whole - 1) / 2 * 2);
  count = std::clamp(static_cast<int>(std::lround(length * whole)), 1, whole - from);
  if (count != whole && count > 1) count = count / 2 * 2;
}

}  // namespace

Laid lay_out(const Canvas& canvas, int width, int height, double pixel_aspect, int turn) {
  const bool is_on_side = turn == 90 || turn == 270;
  const double stored = width * pixel_aspect / height;
  const double upright = is_on_side ? 1 / stored : stored;
  const double wanted = static_cast<double>(canvas.width) / canvas.height;
  Laid out;
  out.to = {0, 0, canvas.width, canvas.height};
  CropPart part;
  if (canvas.placement.fit == Fit::contain) {
    if (upright > wanted) {
      out.to.height = even(canvas.width / upright, canvas.height);
    } else {
      out.to.width = even(canvas.height * upright, canvas.width);
    }
    out.to.x = (canvas.width - out.to.width) / 4 * 2;
    out.to.y = (canvas.height - out.to.height) / 4 * 2;
  } else {
    if (canvas.placement.fit == Fit::crop) part = sane(canvas.placement.part);
    const double shape = upright * part.width / part.height;
    const auto middle = [](double& start, double& length, double share) {
      start += length * (1 - share) / 2;
      length *= share;
    };
    if (shape > wanted) {
      middle(part.x, part.width, wanted / shape);
    } else {
      middle(part.y, part.height, shape / wanted);
    }
  }
  const auto back = turned_back(part, turn);
  pixels(back.x, back.width, width, out.from.x, out.from.width);
  pixels(back.y, back.height, height, out.from.y, out.from.height);
  return out;
}

}  // namespace xb::media
