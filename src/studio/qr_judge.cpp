// From Bitmaps and looks to a verdict. SPDX-License-Identifier: Apache-2.0
#include "studio/qr_judge.h"

#include <algorithm>

namespace xb::studio {
namespace {

constexpr int misses_allowed = 2;
// The card comes in moving, and the encoder needs some frames to sharpen what is new.
constexpr std::int64_t settles_in_seconds = 1;

}  // namespace

bool QrJudge::aired(const overlay::Bitmaps& shown, FrameNumber frame) {
  const auto found = std::find_if(shown.layers.begin(), shown.layers.end(), [](const auto& layer) {
    return layer.qr != nullptr && !layer.is_leaving;
  });
  if (found == shown.layers.end()) {
    const bool was_on = on_air_.has_value();
    on_air_.reset();
    return was_on;
  }
  const auto& box = found->qr->box;
  const media::PixelRect where{box.x, box.y, box.w, box.h};
  if (on_air_ && on_air_->link == found->qr->link && on_air_->box == where) return false;
  const FrameNumber settled{frame.value + settles_in_seconds * rate_.num / rate_.den};
  on_air_ = vision::QrOnAir{++last_number_, settled, where, found->qr->link};
  misses_ = 0;
  return true;
}

std::optional<std::string> QrJudge::judge(const vision::QrLook& look) {
  if (!on_air_ || look.number != on_air_->number) return std::nullopt;
  misses_ = look.can_be_scanned ? 0 : misses_ + 1;
  if (misses_ <= misses_allowed) return std::nullopt;
  return on_air_->link;
}

}  // namespace xb::studio
