// Painter: the paint thread. Watches values and Scene, publishes the Bitmaps of all Canvases.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "overlay/artist.h"

namespace xb::overlay {

// One set is one moment: Scene and Bitmaps always match, so a swap of caption and product is one
// frame for the viewer, and the same one on every Canvas: each has an Artist of its own, all are
// given the same Scene, values and moment, and none is published without the others. Former sets
// are kept for a second and longer while anyone else still holds them, so that dropping one on the
// program thread never frees memory there.
//
// Thread: construct and destroy on the owner's thread; the pipes, `session_now` (called on the
// paint thread) and `health` must outlive it. Uses the Bell of `values` and `scene`.
class Painter {
 public:
  // `artists`: one for each Canvas, in the order of the sets.
  Painter(std::vector<std::unique_ptr<Artist>> artists, Snapshot<LiveValues>& values,
          Snapshot<Scene>& scene, Snapshot<BitmapSet>& bitmaps,
          std::function<SessionTime()> session_now, Health& health);

 private:
  Worker worker_;
};

}  // namespace xb::overlay
