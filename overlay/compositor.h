// Compositor: Frame + Bitmaps at time t -> program Frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/frame.h"
#include "overlay/bitmap.h"

namespace xb::overlay {

// Blends all layers in place. Thread: program (or render's). No heap, no lock, no I/O. Layers that
// reach over the edge are clipped.
void compose(media::Picture& picture, const Bitmaps& bitmaps, SessionTime now);

}  // namespace xb::overlay
