// Built twice, as shipped and with -march=native: says the CPU ms of one kernel over a 1080p scene.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "measure.h"
#include "media/recolour.h"
#include "overlay/blend.h"
#include "overlay/planes_reference.h"

namespace xb::bench {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t width = 1920;
constexpr std::size_t height = 1080;
constexpr std::size_t pixels = width * height;

// The median of many short ones: what else runs on the machine is left out.
template <class Work>
double ms_of(Work work) {
  std::vector<double> all;
  for (int i = 0; i < 50; ++i) {
    const double before = thread_cpu_ms();
    work();
    if (i >= 10) all.push_back(thread_cpu_ms() - before);
  }
  return median(all);
}

double measured(std::string_view what) {
  if (what == "blend") {
    Bytes under(pixels, 90);
    const Bytes plane(pixels, 60);
    const Bytes alpha(pixels, 150);
    const auto kernels = overlay::blend_kernels();
    return ms_of([&] {
      kernels.luma({under.data(), width, plane.data(), alpha.data(), width, width, 360});
      kernels.chroma({under.data(), under.data() + pixels / 2, width / 2, plane.data(),
                      plane.data() + pixels / 2, alpha.data(), width / 2, width / 2, 180});
    });
  }
  if (what == "planes") {
    const Bytes argb(4 * pixels, 100);
    Bytes y(2 * pixels);
    Bytes u(pixels);
    const auto convert = overlay::all_planes_kernels().front().convert;
    constexpr overlay::RowPair::Next next{8 * width, 2 * width, width / 2};
    return ms_of([&] {
      for (std::size_t row = 0; row + 1 < height; row += 2) {
        const auto* upper = argb.data() + 4 * width * row;
        auto* to = y.data() + width * row;
        auto* chroma = u.data() + width / 2 * (row / 2);
        convert({upper,
                 upper + 4 * width,
                 {to, to + width},
                 {to + pixels, to + pixels + width},
                 chroma,
                 chroma + pixels / 4,
                 chroma + pixels / 2,
                 width,
                 row + 3 < height ? next : overlay::RowPair::Next{}});
      }
    });
  }
  const Bytes from(2 * pixels, 100);
  Bytes to(pixels * 3 / 2);
  const auto how = media::recolour_from(0.299, 0.114, true);
  const media::PlanarView source{{from.data(), from.data() + pixels, from.data() + pixels * 3 / 2},
                                 {width, width / 2, width / 2},
                                 media::ChromaRows::all};
  const media::I420View target{{to.data(), to.data() + pixels, to.data() + pixels * 5 / 4},
                               {width, width / 2, width / 2},
                               width,
                               height};
  return ms_of([&] { media::recolour(how, source, target); });
}

}  // namespace
}  // namespace xb::bench

int main(int count, char** words) {
  std::printf("%.6f\n", xb::bench::measured(count > 1 ? words[1] : "blend"));
}
