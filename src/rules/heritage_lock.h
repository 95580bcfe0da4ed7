// Heritage lock: which things may never share a frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace xb::rules {

// What advertising law cares about, not how it is drawn.
enum class OnAir : std::uint8_t {
  heritage_caption = 1,  // revolutionary history: never used to sell
  plain_caption,
  product_card,
  sale_countdown,     // 3-2-1 before a link opens
  slate_with_prices,  // the opening slate with today's goods
};

bool may_share_frame(OnAir one, OnAir other);

// What must go off in the same frame in which `shown` goes on, in the order of `on_air`.
std::vector<OnAir> must_go_off(OnAir shown, std::span<const OnAir> on_air);

}  // namespace xb::rules
