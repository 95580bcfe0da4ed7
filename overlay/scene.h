// Scene: which Layers are on, and since when. Plain data; the Director is the only one who changes
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace xb::overlay {

// z-order, lowest first. The names are those of `layers[]` in /api/state.
enum class LayerName : std::uint8_t {
  nameplate = 1,
  counter,
  chat_panel,
  ticker,
  caption,
  product_card,
  badges,
  slate,
};
std::string_view name_of(LayerName layer);

enum class SlateKind : std::uint8_t { none = 1, opening, away };
std::string_view name_of(SlateKind slate);

struct Scene {
  std::uint64_t version = 0;           // grows with every change
  std::optional<std::string> product;  // id
  std::optional<std::string> caption;  // id
  SlateKind slate = SlateKind::none;
  SessionTime product_since;
  SessionTime caption_since;
  SessionTime slate_since;
  friend bool operator==(const Scene&, const Scene&) = default;
};

}  // namespace xb::overlay
