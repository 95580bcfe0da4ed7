// Looks at the plugged-in devices only where nothing was named.
// SPDX-License-Identifier: Apache-2.0
#include "studio/sources.h"

#include <utility>

#include "base/log.h"
#include "studio/listen_key.h"

namespace xb::studio {

media::Canvas canvas_of(const VideoShow& video) {
  media::Canvas canvas;
  canvas.width = video.width;
  canvas.height = video.height;
  switch (video.placement) {
    case Placement::cover: canvas.placement.fit = media::Fit::cover; break;
    case Placement::contain: canvas.placement.fit = media::Fit::contain; break;
    case Placement::crop: canvas.placement.fit = media::Fit::crop; break;
  }
  canvas.placement.part = {video.crop.left / 100, video.crop.top / 100, video.crop.width / 100,
                           video.crop.height / 100};
  return canvas;
}

Result<ChosenSources> choose_sources(const Plan& plan, const ListCameras& list_cameras) {
  const auto& from = plan.source.empty() ? plan.show.source.from : plan.source;
  const auto& mic = plan.mic.empty() ? plan.show.source.mic : plan.mic;
  ChosenSources chosen;
  XB_TRY_ASSIGN(chosen.picture, capture::parse_source(from));
  if (chosen.picture.scheme == "listen") chosen.picture.secret = listen_key(plan.data);
  bool is_camera = chosen.picture.scheme == "camera";
  if (plan.source.empty() && is_camera && chosen.picture.rest.empty() && list_cameras().empty()) {
    log_warn("capture",
             "没有找到摄像头，先用内置画面 / no camera found, showing the built-in scene");
    XB_TRY_ASSIGN(chosen.picture, capture::parse_source("sample:"));
    is_camera = false;
  }
  if (!mic.empty()) {
    XB_TRY_ASSIGN(auto spec, capture::parse_microphone(mic));
    chosen.is_silent = spec.is_none;
    if (!spec.is_none) chosen.sound = std::move(spec);
  } else if (is_camera) {
    // the usual one, and then that one; it may be plugged in later
    XB_TRY_ASSIGN(chosen.sound, capture::parse_microphone("mic:"));
  }
  return chosen;
}

}  // namespace xb::studio
