// The five layers of the comparison, as PNG files (for ffmpeg) and as Bitmaps made from the same
// files (for us). SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "overlay/bitmap.h"

namespace xb::bench {

struct BenchLayer {
  std::string name;
  int x, y, width, height;
};

struct BenchScene {
  std::string name;  // "1080p"
  int width, height;
  std::vector<BenchLayer> layers;
};

// 1920x1080, 1280x720 and 1080x1920.
std::vector<BenchScene> bench_scenes();

std::string png_path(const std::string& folder, const BenchScene& scene, const BenchLayer& layer);
// Translucent panels with rounded corners and glyph-like marks; the card has an opaque photo.
void paint_pngs(const std::string& folder, const BenchScene& scene);
overlay::Bitmaps load_pngs(const std::string& folder, const BenchScene& scene);

}  // namespace xb::bench
