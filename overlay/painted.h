// Painted: one look of the paint thread, for whoever keeps what was painted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "base/time.h"
#include "overlay/bitmap.h"
#include "overlay/scene.h"
#include "overlay/values.h"

namespace xb::overlay {

// Every Artist was given these, in this order of numbers; also where no frame ever showed what came
// of it, since each look moves an Artist's own state on.
struct Painted {
  std::uint64_t number = 0;  // 1, 2, 3 ...: a missing one was lost on the way
  SessionTime now;
  std::shared_ptr<const Scene> scene;
  std::shared_ptr<const LiveValues> values;
  std::shared_ptr<const BitmapSet> set;  // what came of it; null: what was there before
};

}  // namespace xb::overlay
