// Moment: what is to be seen now, worked out from Scene and values before any layer looks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "overlay/milestones.h"
#include "overlay/placement.h"
#include "overlay/scene.h"
#include "overlay/schedule.h"
#include "overlay/values.h"

namespace xb::overlay {

inline constexpr SessionTime never = SessionTime::max();

struct Moment {
  Scene scene;  // settled
  const LiveValues& values;
  SessionTime now;
  const Product* product = nullptr;    // of the Scene, found in the tables
  const Product* countdown = nullptr;  // its link opens in a moment
  const Caption* caption = nullptr;
  bool shows_ticker = false;
  bool shows_chat = false;
  const ChatLine* pinned = nullptr;  // of the Scene, where there is room for it
  bool has_card_aside = false;       // the card stands in its second place, where captions do
  ShopSlot shop = ShopSlot::free;
  // Where the story slot comes from, and since when it is where it is.
  ShopSlot shop_before = ShopSlot::free;
  SessionTime shop_since = SessionTime::min();
  std::optional<Milestone> milestone{};  // reached a moment ago
  const Schedule* schedule = nullptr;    // whose turn it is; set before anything is shown

  bool is_quiet() const { return values.is_quiet; }
};

// The slot rules (design.md 2): in 9:16 a caption displaces the chat, and the ticker waits until
// the shop slot is free; in 16:9 a caption waits while the card stands in its second place. Notices
// are mostly about orders, so a heritage caption hides them.
Moment look_at(const Scene& scene, const LiveValues& values, SessionTime now, bool is_tall);

// What a layer shows, as bytes that are equal exactly when the picture is.
class Shows {
 public:
  explicit Shows(std::size_t usual_size = 120) { bytes_.reserve(usual_size); }
  Shows& add(std::string_view value) {
    // the length in front keeps "ab","c" and "a","bc" apart
    add(static_cast<std::int64_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  Shows& add(std::int64_t value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace xb::overlay
