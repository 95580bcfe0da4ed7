// The safe zone: where layers may lie on a canvas (design.md 2), checked against where they do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "overlay/artist.h"

namespace xb::overlay {

// Paints every layer at its largest and looks where its ink is, shadows left out: on 16:9 and 9:16
// inside the title-safe area or what the platform leaves free, and off the face; on other shapes
// inside the canvas; nowhere one over another. The first box that lies wrong is the error:
// show_invalid with its name and place. Other errors: those of Artist::make. Takes about a quarter
// of a second.
Status check_safe_zone(CanvasSize canvas, const std::string& assets);

}  // namespace xb::overlay
