// The table of layers: to add one, one file in layers/ and one line here.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "overlay/layer.h"

namespace xb::overlay {

std::unique_ptr<Layer> make_nameplate(PaintBox& box);
std::unique_ptr<Layer> make_petals(PaintBox& box);
std::unique_ptr<Layer> make_counter(PaintBox& box);
std::unique_ptr<Layer> make_chat_panel(PaintBox& box);
std::unique_ptr<Layer> make_ticker(PaintBox& box);
std::unique_ptr<Layer> make_caption(PaintBox& box);
std::unique_ptr<Layer> make_vertical_caption(PaintBox& box);
std::unique_ptr<Layer> make_countdown(PaintBox& box);
std::unique_ptr<Layer> make_product_card(PaintBox& box);
std::unique_ptr<Layer> make_badges(PaintBox& box);
std::unique_ptr<Layer> make_slate(PaintBox& box);

std::span<const LayerEntry> layer_registry() {
  static constexpr std::array<LayerEntry, 11> entries = {{
      {LayerName::nameplate, &make_nameplate, "who we are: village, county and township"},
      {LayerName::counter, &make_petals, "what falls from the counter for a round number"},
      {LayerName::counter, &make_counter, "followers, today's gain, the newest follower"},
      {LayerName::chat_panel, &make_chat_panel, "the newest messages"},
      {LayerName::ticker, &make_ticker, "notices, scrolling when they do not fit"},
      {LayerName::caption, &make_caption, "year, title, one sentence and its source"},
      {LayerName::caption, &make_vertical_caption,
       "the same in columns, where the shop's slot is free"},
      {LayerName::countdown, &make_countdown, "3-2-1 until a product's link opens"},
      {LayerName::product_card, &make_product_card, "the product, its price with unit, its stock"},
      {LayerName::badges, &make_badges, "live, recording, clock"},
      {LayerName::slate, &make_slate, "opening and away pictures over everything"},
  }};
  return entries;
}

}  // namespace xb::overlay
