// Stage: what every Canvas needs before the program begins.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/health.h"
#include "base/result.h"
#include "media/frame.h"
#include "overlay/artist.h"
#include "studio/strands.h"

namespace xb::studio {

// An Artist and a holding picture for each Canvas, in their order. The holding picture is the
// ground while there is no camera picture; the Layers stay on it.
struct Stage {
  std::vector<std::unique_ptr<overlay::Artist>> artists;
  std::vector<media::Ref<const media::Picture>> holding;
};

// Takes some 100 ms a Canvas: fonts, glyphs and photos are ready afterwards. A Canvas on which
// layers lie wrong is told in `health` and goes on air all the same. Errors: those of Artist::make.
Result<Stage> set_stage(const std::vector<WantedCanvas>& canvases, const Show& show,
                        const overlay::LiveValues& values, const std::string& assets,
                        const std::shared_ptr<overlay::PictureShelf>& pictures, Health& health);

}  // namespace xb::studio
