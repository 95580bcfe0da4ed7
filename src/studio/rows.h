// Looking things up in tables and Scenes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "overlay/scene.h"

namespace xb::studio {

// Null: there is none. `id` is a text, or an optional one.
template <class Rows, class Id>
auto* find_by_id(const Rows& rows, const Id& id) {
  const auto at =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return at == rows.end() ? nullptr : &*at;
}

// A countdown and the card it leads to are the same.
inline const std::optional<std::string>& goods_of(const overlay::Scene& scene) {
  return scene.countdown ? scene.countdown : scene.product;
}

}  // namespace xb::studio
