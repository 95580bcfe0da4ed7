// The slot rules. SPDX-License-Identifier: Apache-2.0
#include "overlay/moment.h"

#include <algorithm>

namespace xb::overlay {
namespace {

template <class Row>
const Row* find(const std::vector<Row>& rows, const std::optional<std::string>& id) {
  if (!id) return nullptr;
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.id == *id; });
  return found == rows.end() ? nullptr : &*found;
}

// A card or the countdown to it is in the shop slot.
bool sells(const Moment& m) {
  return m.product != nullptr || m.countdown != nullptr;
}

}  // namespace

Moment look_at(const Scene& scene, const LiveValues& values, SessionTime now, bool is_tall) {
  Moment m{settled(scene, now), values, now};
  if (values.tables) {
    m.product = find(values.tables->products, m.scene.product);
    m.countdown = find(values.tables->products, m.scene.countdown);
    m.has_card_aside = !is_tall && m.product != nullptr && m.scene.card_place == CardPlace::second;
    if (!m.has_card_aside) m.caption = find(values.tables->captions, m.scene.caption);
    const bool is_heritage = m.caption != nullptr && m.caption->kind == CaptionKind::heritage;
    m.shows_ticker = !values.tables->notices.empty() && !is_heritage && !(is_tall && sells(m));
  }
  const bool is_displaced = is_tall && m.caption != nullptr;
  m.shows_chat = values.shows_chat && !is_displaced;
  if (m.scene.pinned && !m.scene.does_pinned_wait && !is_displaced) m.pinned = &*m.scene.pinned;
  m.shop = sells(m) ? ShopSlot::product : m.shows_ticker ? ShopSlot::ticker : ShopSlot::free;
  return m;
}

}  // namespace xb::overlay
