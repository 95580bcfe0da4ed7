// CPU per frame of the five-layer scene: ours, the floor, and ffmpeg's overlay filters, in
// interleaved rounds of one run. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "child.h"
#include "floor.h"
#include "overlay/blend.h"
#include "overlay/compositor.h"
#include "overlay_scene.h"

namespace xb::bench {
namespace {

struct Settings {
  std::string folder = ".";
  int rounds = 5;
  std::string program;    // xiangbo; empty: not compared
  std::string show;       // with layers
  std::string bare_show;  // the same without
  std::string only;       // one scene
};

constexpr int clip_frames = 60;
constexpr int clip_repeats = 5;  // 300 frames, so that start-up weighs little
constexpr int our_frames = 300;
constexpr int warm_frames = 40;

double thread_cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1000.0 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e6;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

using Draw = std::function<void(media::Picture&)>;

// A frame is written whole by this thread just before, as the conversion of a camera frame does;
// the clock runs for `draw` alone.
double ms_per_frame(const Draw& draw, std::vector<media::Picture>& pictures,
                    const media::Picture& clean) {
  double total = 0;
  // The first frames warm caches and clock rate after ffmpeg's turn and are not counted.
  for (int frame = -warm_frames; frame < our_frames; ++frame) {
    auto& picture = pictures[static_cast<std::size_t>(frame + warm_frames) % pictures.size()];
    picture.copy_from(clean);
    const double before = thread_cpu_ms();
    draw(picture);
    if (frame >= 0) total += thread_cpu_ms() - before;
  }
  return total / our_frames;
}

// All boxes of the scene, which lies inside the picture.
Draw boxes(const overlay::Bitmaps& bitmaps, void (*luma)(const overlay::LumaBox&),
           void (*chroma)(const overlay::ChromaBox&)) {
  return [&bitmaps, luma, chroma](media::Picture& picture) {
    for (const auto& layer : bitmaps.layers) {
      const auto& bitmap = *layer.bitmap;
      luma({picture.plane(0) + layer.y * picture.stride(0) + layer.x, picture.stride(0),
            bitmap.y.data(), bitmap.alpha.data(), bitmap.stride, bitmap.width, bitmap.height});
      const auto at = layer.y / 2 * picture.stride(1) + layer.x / 2;
      chroma({picture.plane(1) + at, picture.plane(2) + at, picture.stride(1), bitmap.u.data(),
              bitmap.v.data(), bitmap.chroma_alpha.data(), bitmap.chroma_stride, bitmap.width / 2,
              bitmap.height / 2});
    }
  };
}

struct Row {
  std::string name;
  std::function<double()> measure;
  std::vector<double> rounds = {};
};

std::string clip_path(const Settings& settings, const BenchScene& scene) {
  return settings.folder + "/" + scene.name + ".yuv";
}

std::string size_of(const BenchScene& scene) {
  return std::to_string(scene.width) + "x" + std::to_string(scene.height);
}

void make_clip(const Settings& settings, const BenchScene& scene) {
  cpu_ms_of({"ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
             "testsrc2=size=" + size_of(scene) + ":rate=30", "-vf",
             "noise=alls=8:allf=t,format=yuv420p", "-frames:v", std::to_string(clip_frames), "-f",
             "rawvideo", clip_path(settings, scene)});
}

std::vector<std::string> ffmpeg_command(const Settings& settings, const BenchScene& scene,
                                        bool has_layers) {
  std::vector<std::string> command{"ffmpeg",
                                   "-nostdin",
                                   "-v",
                                   "error",
                                   "-threads",
                                   "1",
                                   "-filter_threads",
                                   "1",
                                   "-filter_complex_threads",
                                   "1",
                                   "-stream_loop",
                                   std::to_string(clip_repeats - 1),
                                   "-f",
                                   "rawvideo",
                                   "-pix_fmt",
                                   "yuv420p",
                                   "-video_size",
                                   size_of(scene),
                                   "-framerate",
                                   "30",
                                   "-i",
                                   clip_path(settings, scene)};
  std::string graph = "[0:v]null[v]";
  if (has_layers) {
    graph.clear();
    std::string under = "0:v";
    int input = 1;
    for (const auto& layer : scene.layers) {
      command.insert(command.end(), {"-i", png_path(settings.folder, scene, layer)});
      const bool is_last = layer.name == scene.layers.back().name;
      const std::string out = is_last ? "v" : "l" + std::to_string(input);
      graph += "[" + under + "][" + std::to_string(input) +
               ":v]overlay=" + std::to_string(layer.x) + ":" + std::to_string(layer.y) +
               ":format=yuv420[" + out + "]" + (is_last ? "" : ";");
      under = out;
      ++input;
    }
  }
  command.insert(command.end(),
                 {"-filter_complex", graph, "-map", "[v]", "-threads:v", "1", "-f", "null", "-"});
  return command;
}

std::vector<std::string> program_command(const Settings& settings, const std::string& show,
                                         const BenchScene& scene) {
  return {settings.program, "render", show, "--input", settings.folder + "/" + scene.name + ".mkv",
          "--output",       "null:"};
}

void bench(const Settings& settings, const BenchScene& scene) {
  paint_pngs(settings.folder, scene);
  make_clip(settings, scene);
  const auto bitmaps = load_pngs(settings.folder, scene);
  media::Picture clean(scene.width, scene.height);
  clean.fill(90, 120, 140);
  std::vector<media::Picture> pictures;
  for (int i = 0; i < 4; ++i) pictures.emplace_back(scene.width, scene.height);

  const auto with = ffmpeg_command(settings, scene, true);
  const auto without = ffmpeg_command(settings, scene, false);
  const int ffmpeg_frames = clip_frames * clip_repeats;
  const auto ours = [&](Draw draw) {
    return [&, draw = std::move(draw)] { return ms_per_frame(draw, pictures, clean); };
  };
  std::vector<Row> table;
  table.push_back(
      {"floor: read and write the same bytes", ours(boxes(bitmaps, floor_luma, floor_chroma))});
  for (const auto& kernels : overlay::all_blend_kernels()) {
    table.push_back({std::string("kernels ") + kernels.target,
                     ours(boxes(bitmaps, kernels.luma, kernels.chroma))});
  }
  table.push_back({"compose()", ours([&](media::Picture& picture) {
                     overlay::compose(picture, bitmaps, SessionTime{});
                   })});
  const auto compose_row = table.size() - 1;
  table.push_back({"ffmpeg overlay filters, over no filters", [&] {
                     const double bare = cpu_ms_of(without);
                     return (cpu_ms_of(with) - bare) / ffmpeg_frames;
                   }});
  const auto ffmpeg_row = table.size() - 1;
  if (!settings.program.empty()) {
    cpu_ms_of({"ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p",
               "-video_size", size_of(scene), "-framerate", "30", "-i", clip_path(settings, scene),
               "-c:v", "ffv1", settings.folder + "/" + scene.name + ".mkv"});
    table.push_back({"xiangbo render, over a Show without layers", [&] {
                       const double bare =
                           cpu_ms_of(program_command(settings, settings.bare_show, scene));
                       const double full =
                           cpu_ms_of(program_command(settings, settings.show, scene));
                       return (full - bare) / clip_frames;
                     }});
  }

  for (int round = 0; round < settings.rounds; ++round) {
    for (auto& row : table) row.rounds.push_back(row.measure());
  }
  std::printf("\n%s, five layers, %d rounds, CPU ms per frame\n", scene.name.c_str(),
              settings.rounds);
  std::printf("  with:    %s\n  without: %s\n", shell_line(with).c_str(),
              shell_line(without).c_str());
  const double floor = median(table.front().rounds);
  std::printf("  %-44s %8s %8s %10s\n", "", "median", "minimum", "/ floor");
  for (const auto& row : table) {
    const double middle = median(row.rounds);
    std::printf("  %-44s %8.4f %8.4f %9.2fx\n", row.name.c_str(), middle,
                *std::min_element(row.rounds.begin(), row.rounds.end()), middle / floor);
  }
  std::vector<double> ratios;
  for (std::size_t round = 0; round < table[ffmpeg_row].rounds.size(); ++round) {
    ratios.push_back(table[ffmpeg_row].rounds[round] / table[compose_row].rounds[round]);
  }
  std::printf(
      "  compose() is %.1fx cheaper than ffmpeg's overlay filters (median of rounds; goal %s)\n",
      median(ratios), median(ratios) >= 6 ? "6x met" : "6x MISSED");
}

Settings parsed(int count, char** words) {
  Settings out;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view option = words[i];
    const std::string value = words[i + 1];
    if (option == "--folder") out.folder = value;
    if (option == "--rounds") out.rounds = std::max(1, std::atoi(value.c_str()));
    if (option == "--scene") out.only = value;
    if (option == "--program") out.program = value;
    if (option == "--show") out.show = value;
    if (option == "--bare-show") out.bare_show = value;
  }
  return out;
}

}  // namespace
}  // namespace xb::bench

int main(int count, char** words) {
  const auto settings = xb::bench::parsed(count, words);
  for (const auto& scene : xb::bench::bench_scenes()) {
    if (settings.only.empty() || settings.only == scene.name) xb::bench::bench(settings, scene);
  }
}
