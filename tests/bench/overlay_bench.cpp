// Runs every part over every scene and prints the claims. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "benches.h"

extern "C" {
#include <libavutil/log.h>
}

namespace xb::bench {
namespace {

Settings parsed(int count, char** words) {
  Settings out;
  out.here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const std::vector<std::string> all(words + 1, words + count);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string value = i + 1 < all.size() ? all[i + 1] : "";
    if (all[i] == "--folder") out.folder = value;
    if (all[i] == "--rounds") out.rounds = std::max(1, std::atoi(value.c_str()));
    if (all[i] == "--scene") out.only = value;
    if (all[i] == "--part") out.part = value;
    if (all[i] == "--quick") {
      out.rounds = 3;
      out.our_frames = 90;
      out.clip_repeats = 2;
      out.only = "720p";
    }
  }
  return out;
}

bool run(const Settings& settings) {
  std::vector<Bench> done;
  const auto take = [&](Bench bench, int times = 1) {
    bench.run(times * settings.rounds);
    done.push_back(std::move(bench));
  };
  const auto is_wanted = [&](const char* part) {
    return settings.part.empty() || settings.part == part;
  };
  for (const BenchScene& scene : bench_scenes()) {
    if (!settings.only.empty() && settings.only != scene.name) continue;
    paint_pngs(settings.folder, scene);
    make_clip(settings, scene);
    if (is_wanted("blend")) take(blend_bench(settings, scene));
    if (is_wanted("live")) take(live_bench(settings, scene));
    if (is_wanted("changes")) take(change_bench(settings, scene));
    if (is_wanted("camera")) take(camera_bench(settings, scene));
  }
  // Its two programs are hardly apart, and where each one's memory lies is chance: many short runs.
  if (is_wanted("kernels")) take(native_bench(settings), 5);
  return Bench::print_claims(done);
}

}  // namespace
}  // namespace xb::bench

// It reports: a claim that is short is told, not an error of the run.
int main(int count, char** words) {
  av_log_set_level(AV_LOG_ERROR);
  xb::bench::run(xb::bench::parsed(count, words));
}
