// Painter: the paint thread. Watches values and Scene, publishes Bitmaps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "overlay/artist.h"

namespace xb::overlay {

// One set is one moment: Scene and Bitmaps always match, so a swap of caption and product is one
// frame for the viewer. Former sets are kept for a second and longer while anyone else still holds
// them, so that dropping one on the program thread never frees memory there.
//
// Thread: construct and destroy on the owner's thread; the pipes, `session_now` (called on the
// paint thread) and `health` must outlive it. Uses the Bell of `values` and `scene`.
class Painter {
 public:
  Painter(std::unique_ptr<Artist> artist, Snapshot<LiveValues>& values, Snapshot<Scene>& scene,
          Snapshot<Bitmaps>& bitmaps, std::function<SessionTime()> session_now, Health& health);

 private:
  Worker worker_;
};

}  // namespace xb::overlay
