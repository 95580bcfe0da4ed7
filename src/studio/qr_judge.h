// QrJudge: when a QR code that nobody can scan goes off. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "overlay/bitmap.h"
#include "vision/qr_watch.h"

namespace xb::studio {

// Thread: one at a time (floor). Pure.
class QrJudge {
 public:
  explicit QrJudge(Rate rate) : rate_(rate) {}
  // What has become visible with this frame. True when another code is on than before, or none.
  bool aired(const overlay::Bitmaps& shown, FrameNumber frame);
  const std::optional<vision::QrOnAir>& on_air() const { return on_air_; }
  // The link of a code that could not be scanned three looks in a row.
  std::optional<std::string> judge(const vision::QrLook& look);

 private:
  const Rate rate_;
  std::optional<vision::QrOnAir> on_air_;
  std::uint64_t last_number_ = 0;
  int misses_ = 0;
};

}  // namespace xb::studio
