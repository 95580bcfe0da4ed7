// The parts of `./dev bench overlay`. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "measure.h"
#include "media/frame.h"
#include "overlay_scene.h"

namespace xb::bench {

struct Settings {
  std::string folder = ".";  // for what is made on the way
  std::string here;          // where the bench's own programs are
  int rounds = 5;
  int our_frames = 300;
  int clip_frames = 60;
  int clip_repeats = 5;  // 300 frames, so that ffmpeg's start-up weighs little
  std::string only;      // one scene
  std::string part;      // blend, live, changes, camera or kernels; empty: all
};

// CPU ms a frame of `draw`. A frame is written whole by this thread just before, as the conversion
// of a camera frame does; the clock runs for `draw` alone.
double ms_per_frame(const std::function<void(media::Picture&, int frame)>& draw,
                    const BenchScene& scene, int frames);

// The five static layers against the floor, ffmpeg, OpenCV, libyuv.
Bench blend_bench(const Settings& settings, const BenchScene& scene);
// Chat, counter and caption in motion, painting included, against ffmpeg's drawtext.
Bench live_bench(const Settings& settings, const BenchScene& scene);
// What one change costs, and a frame without any.
Bench change_bench(const Settings& settings, const BenchScene& scene);
// A camera's JPEG to I420 against swscale.
Bench camera_bench(const Settings& settings, const BenchScene& scene);
// The kernels as they are shipped against the same compiled for this machine alone.
Bench native_bench(const Settings& settings);

// ffmpeg over a raw clip of the scene, `graph` and its inputs between [0:v] and [v]; one thread.
std::vector<std::string> ffmpeg_command(const Settings& settings, const BenchScene& scene,
                                        const std::vector<std::string>& inputs,
                                        const std::string& graph);
// As one would type it in `settings.folder`.
std::string printed(const Settings& settings, const std::vector<std::string>& command);
// The five PNGs, and the chain of overlays from [0:v] to [out]; `option` says what stands behind
// the overlay of a layer, by its name.
std::vector<std::string> png_inputs(const Settings& settings, const BenchScene& scene);
std::string overlay_graph(
    const BenchScene& scene, const std::string& out,
    const std::function<std::string(const std::string&)>& option = [](const auto&) { return ""; });
void make_clip(const Settings& settings, const BenchScene& scene);

}  // namespace xb::bench
