// A copy of pixels instead of shadow, gradient and border.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/panel.h"

#include <algorithm>

namespace xb::overlay {
namespace {
constexpr std::size_t most_kept = 12;
}

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
  if (kept_.size() > most_kept) kept_.pop_back();
}

}  // namespace xb::overlay
