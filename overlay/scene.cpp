// The names of layers and slates, as /api/state and the commands spell them.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/scene.h"

namespace xb::overlay {

std::string_view name_of(LayerName layer) {
  switch (layer) {
    case LayerName::nameplate: return "nameplate";
    case LayerName::counter: return "counter";
    case LayerName::chat_panel: return "chat_panel";
    case LayerName::ticker: return "ticker";
    case LayerName::caption: return "caption";
    case LayerName::product_card: return "product_card";
    case LayerName::badges: return "badges";
    case LayerName::slate: return "slate";
  }
  return "unknown";
}

std::string_view name_of(SlateKind slate) {
  switch (slate) {
    case SlateKind::none: return "none";
    case SlateKind::opening: return "opening";
    case SlateKind::away: return "away";
  }
  return "unknown";
}

}  // namespace xb::overlay
