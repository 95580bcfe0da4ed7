// A copy of pixels instead of shadow, gradient and border.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/panel.h"

#include <algorithm>
#include <utility>

namespace xb::overlay {
namespace {
constexpr std::size_t most_panels = 12;
constexpr std::size_t most_photos = 6;
}  // namespace

void PanelShelf::draw(Canvas& canvas, double radius, double degrees,
                      const std::function<void()>& paint) {
  const Box box = canvas.box();
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& k) {
    return k.width == box.w && k.height == box.h && k.margin == canvas.margin() &&
           k.radius == radius && k.degrees == degrees;
  });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    canvas.become(found->canvas);
    return;
  }
  paint();
  kept_.push_front({box.w, box.h, canvas.margin(), radius, degrees, canvas.copy_at(box)});
  if (kept_.size() > most_panels) kept_.pop_back();
}

Canvas& PanelShelf::photo(std::shared_ptr<const Pixels> photo, Box box, double unit,
                          Corners corners, const std::function<void(Canvas&)>& paint) {
  const auto found = std::find_if(photos_.begin(), photos_.end(), [&](const KeptPhoto& k) {
    return k.photo == photo && k.canvas.box() == box && k.corners == corners;
  });
  if (found != photos_.end()) {
    photos_.splice(photos_.begin(), photos_, found);
  } else {
    photos_.push_front({std::move(photo), corners, Canvas(box, unit)});
    paint(photos_.front().canvas);
    if (photos_.size() > most_photos) photos_.pop_back();
  }
  return photos_.front().canvas;
}

}  // namespace xb::overlay
