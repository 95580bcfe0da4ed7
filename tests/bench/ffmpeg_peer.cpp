// The command lines ffmpeg is measured with. SPDX-License-Identifier: Apache-2.0
#include "benches.h"
#include "child.h"

namespace xb::bench {
namespace {

std::string clip_path(const Settings& settings, const BenchScene& scene) {
  return settings.folder + "/" + scene.name + ".yuv";
}

std::string size_of(const BenchScene& scene) {
  return std::to_string(scene.width) + "x" + std::to_string(scene.height);
}

}  // namespace

void make_clip(const Settings& settings, const BenchScene& scene) {
  cpu_ms_of({"ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
             "testsrc2=size=" + size_of(scene) + ":rate=30", "-vf",
             "noise=alls=8:allf=t,format=yuv420p", "-frames:v",
             std::to_string(settings.clip_frames), "-f", "rawvideo", clip_path(settings, scene)});
}

std::vector<std::string> ffmpeg_command(const Settings& settings, const BenchScene& scene,
                                        const std::vector<std::string>& inputs,
                                        const std::string& graph) {
  std::vector<std::string> command{"ffmpeg", "-nostdin", "-v", "error"};
  const auto add = [&](std::initializer_list<std::string> words) {
    command.insert(command.end(), words);
  };
  add({"-threads", "1", "-filter_threads", "1", "-filter_complex_threads", "1"});
  add({"-stream_loop", std::to_string(settings.clip_repeats - 1), "-f", "rawvideo"});
  add({"-pix_fmt", "yuv420p", "-video_size", size_of(scene), "-framerate", "30"});
  add({"-i", clip_path(settings, scene)});
  command.insert(command.end(), inputs.begin(), inputs.end());
  add({"-filter_complex", graph, "-map", "[v]", "-threads:v", "1", "-f", "null", "-"});
  return command;
}

std::string printed(const Settings& settings, const std::vector<std::string>& command) {
  std::string line = shell_line(command);
  const std::string folder = settings.folder + "/";
  for (std::size_t at = 0; (at = line.find(folder)) != std::string::npos;)
    line.erase(at, folder.size());
  return line;
}

// Single pictures: with -loop 1 ffmpeg would decode and convert them every frame.
std::vector<std::string> png_inputs(const Settings& settings, const BenchScene& scene) {
  std::vector<std::string> inputs;
  for (const auto& layer : scene.layers) {
    inputs.insert(inputs.end(), {"-i", png_path(settings.folder, scene, layer)});
  }
  return inputs;
}

std::string overlay_graph(const BenchScene& scene, const std::string& out,
                          const std::function<std::string(const std::string&)>& option) {
  std::string graph;
  std::string under = "0:v";
  int input = 1;
  for (const auto& layer : scene.layers) {
    const bool is_last = layer.name == scene.layers.back().name;
    const std::string over = is_last ? out : "l" + std::to_string(input);
    graph += "[" + under + "][" + std::to_string(input) + ":v]overlay=" + std::to_string(layer.x) +
             ":" + std::to_string(layer.y) + ":format=yuv420" + option(layer.name) + "[" + over +
             "]" + (is_last ? "" : ";");
    under = over;
    ++input;
  }
  return graph;
}

}  // namespace xb::bench
