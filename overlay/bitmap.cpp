// Who is on air. SPDX-License-Identifier: Apache-2.0
#include "overlay/bitmap.h"

#include <algorithm>

namespace xb::overlay {

std::vector<const PlacedLayer*> on_air(const Bitmaps& bitmaps) {
  std::vector<const PlacedLayer*> layers;
  for (const PlacedLayer& layer : bitmaps.layers) {
    if (!layer.is_leaving) layers.push_back(&layer);
  }
  const auto is_slate = [](const PlacedLayer* layer) { return layer->layer == LayerName::slate; };
  if (std::any_of(layers.begin(), layers.end(), is_slate)) {
    std::erase_if(layers, [&](const PlacedLayer* layer) { return !is_slate(layer); });
  }
  return layers;
}

}  // namespace xb::overlay
