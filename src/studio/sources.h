// Which camera and microphone an evening uses, from the command line, the Show and what is plugged
// in. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "capture/devices.h"
#include "capture/source.h"
#include "studio/plan.h"

namespace xb::studio {

struct ChosenSources {
  capture::SourceSpec picture;
  std::optional<capture::SourceSpec> sound;  // nothing: the picture's own sound, where it has some
  bool is_silent = false;                    // `none` was asked for: not even that
};

using ListCameras = std::function<std::vector<capture::Device>()>;

// Command line before Show. A Show that asks for just any camera gets the built-in scene when there
// is none; a camera without a microphone named gets the usual one. Errors: source_unsupported.
Result<ChosenSources> choose_sources(const Plan& plan,
                                     const ListCameras& list_cameras = capture::list_cameras);

media::Canvas canvas_of(const VideoShow& video);

}  // namespace xb::studio
