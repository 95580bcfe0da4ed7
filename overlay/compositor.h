// Compositor: Frame + Bitmaps at time t -> program Frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/frame.h"
#include "overlay/bitmap.h"

namespace xb::overlay {

// What is seen of a PlacedLayer at a moment: a part of one Bitmap at one place. All even.
struct Sight {
  const Bitmap* bitmap = nullptr;  // null: nothing is seen
  int x = 0;                       // of the Bitmap's top left on the Canvas
  int y = 0;
  int fade = 255;  // 255: as it is, 0: nothing
  Box seen;        // on the Canvas
};
Sight sight_of(const PlacedLayer& layer, SessionTime now);

// Blends all layers in place. Thread: program (or render's). No heap, no lock, no I/O. Layers that
// reach over the edge are clipped.
void compose(media::Picture& picture, const Bitmaps& bitmaps, SessionTime now);

}  // namespace xb::overlay
