// What time does to a Scene; the names of layers and slates, as /api/state and the commands spell
// them. SPDX-License-Identifier: Apache-2.0
#include "overlay/scene.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace xb::overlay {

std::string_view name_of(LayerName layer) {
  switch (layer) {
    case LayerName::nameplate: return "nameplate";
    case LayerName::counter: return "counter";
    case LayerName::chat_panel: return "chat_panel";
    case LayerName::pinned: return "pinned";
    case LayerName::ticker: return "ticker";
    case LayerName::caption: return "caption";
    case LayerName::countdown: return "countdown";
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

Duration caption_hold(const Caption& caption) {
  // design tokens, caption_hold_ms
  const auto characters = static_cast<std::int64_t>(grapheme_count(caption.text));
  return std::min(from_ms(6000 + 220 * characters), from_ms(15'000));
}

Scene settled(Scene scene, SessionTime now) {
  if (scene.countdown && now >= scene.countdown_since + countdown_length) {
    scene.product = std::exchange(scene.countdown, std::nullopt);
    scene.product_since = scene.countdown_since + countdown_length;
  }
  if (scene.caption && now >= scene.caption_until) {
    scene.caption.reset();
    scene.caption_since = std::exchange(scene.caption_until, SessionTime::max());
    if (std::exchange(scene.does_pinned_wait, false)) scene.pinned->arrived = scene.caption_since;
  }
  if (scene.pinned && !scene.does_pinned_wait && now >= scene.pinned->arrived + pinned_stay)
    scene.pinned.reset();
  return scene;
}

std::string_view name_of(CardPlace place) {
  return place == CardPlace::second ? "second" : "first";
}

}  // namespace xb::overlay
